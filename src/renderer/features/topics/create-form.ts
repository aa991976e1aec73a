import { useDebounceFn } from '@vueuse/core'
import { computed, reactive, ref, shallowRef, watch } from 'vue'
import type { Failure } from '../../../shared/channel/failure.ts'
import type { CreatedTopic } from '../../../shared/ipc/topics.ts'
import { useClient } from '../../ipc.ts'

/** Configs that most topics are created with; others are added by name. */
export const COMMON_CONFIGS = ['min.insync.replicas', 'cleanup.policy', 'retention.ms'] as const

/** Long enough for a word, short enough to be an answer. */
const ASK_AFTER_MS = 250
/** So that defaults are known before there is a name. */
const NAMELESS = 'ottla-preview'

export type Check = { state: 'idle' | 'asking' | 'accepted' } | { state: 'refused'; failure: Failure }

/** A topic in the making. What is wrong with it the cluster itself says, each time something is typed. */
export function useCreateTopicForm(cluster: string, brokers: () => number) {
  const client = useClient()
  const form = reactive({
    topic: '',
    partitions: 3 as number | '',
    replicationFactor: Math.min(3, brokers()) as number | '',
    configs: COMMON_CONFIGS.map((name) => ({ name: name as string, value: '' })),
  })
  const check = shallowRef<Check>({ state: 'idle' })
  const preview = shallowRef<CreatedTopic | null>(null)
  const failure = shallowRef<Failure | null>(null)
  const creating = ref(false)
  let question = 0

  const wholeErrors = computed(() => ({
    partitions: !isWhole(form.partitions),
    replicationFactor: !isWhole(form.replicationFactor),
  }))
  const asked = () => ({
    cluster,
    topic: form.topic.trim(),
    partitions: Number(form.partitions),
    replicationFactor: Number(form.replicationFactor),
    configs: form.configs
      .filter(({ name, value }) => name !== '' && value.trim() !== '')
      .map(({ name, value }) => ({ name, value: value.trim() })),
  })
  const isComplete = computed(
    () => form.topic.trim() !== '' && !wholeErrors.value.partitions && !wholeErrors.value.replicationFactor,
  )
  const canCreate = computed(() => isComplete.value && !creating.value && check.value.state !== 'refused')

  const validate = async () => {
    const mine = ++question
    const wanted = asked()
    if (wholeErrors.value.partitions || wholeErrors.value.replicationFactor) {
      check.value = { state: 'idle' }
      return
    }
    check.value = { state: 'asking' }
    const topic = wanted.topic === '' ? NAMELESS : wanted.topic
    const result = await client.topics.create({ ...wanted, topic, validateOnly: true })
    if (mine !== question) return
    if (result.ok) preview.value = result.value
    if (!result.ok) check.value = { state: 'refused', failure: result.failure }
    else check.value = { state: wanted.topic === '' ? 'idle' : 'accepted' }
  }
  const validateSoon = useDebounceFn(validate, ASK_AFTER_MS)

  // The list of brokers may come later than the form; what the user has typed by then stays.
  let suggested = form.replicationFactor
  watch(brokers, (now) => {
    if (form.replicationFactor === suggested) form.replicationFactor = Math.min(3, now)
    suggested = Math.min(3, now)
  })

  watch(form, () => {
    failure.value = null
    void validateSoon()
  })
  void validate()

  /** True once it is there. */
  const create = async (): Promise<boolean> => {
    if (!canCreate.value) return false
    creating.value = true
    const result = await client.topics.create({ ...asked(), validateOnly: false })
    creating.value = false
    failure.value = result.ok ? null : result.failure
    return result.ok
  }

  /** Value a config has when it is left empty. */
  const defaultOf = (name: string): string | null => {
    const config = preview.value?.configs?.find((each) => each.name === name)
    return config && config.source !== 'DYNAMIC_TOPIC_CONFIG' ? config.value : null
  }
  const names = computed(() => preview.value?.configs?.map(({ name }) => name) ?? [])

  const setConfig = (name: string, value: string) => {
    const others = form.configs.filter((each) => each.name !== name)
    form.configs =
      others.length === form.configs.length
        ? [...others, { name, value }]
        : form.configs.map((each) => (each.name === name ? { name, value } : each))
  }
  const removeConfig = (name: string) => {
    form.configs = form.configs.filter((each) => each.name !== name)
  }

  return {
    setConfig,
    removeConfig,
    form,
    check,
    failure,
    creating,
    wholeErrors,
    canCreate,
    create,
    defaultOf,
    names,
  }
}

function isWhole(value: number | ''): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1
}
