import { useDebounceFn } from '@vueuse/core'
import { computed, reactive, ref, watch } from 'vue'
import type { Failure } from '../../../shared/channel/failure.ts'
import type { ClusterForm, PortCheck } from '../../../shared/ipc/clusters.ts'
import { clusterForm } from '../../../shared/ipc/clusters.ts'
import { useClusters } from '../clusters/store.ts'

const DEFAULT_PORT = 9092
const FIRST_UNPRIVILEGED_PORT = 1024
const LAST_PORT = 65_535
const CHECK_AFTER_MS = 200

/** The choices for a new cluster, what is wrong with them, and whether their ports are free. */
export function useCreateForm() {
  const clusters = useClusters()
  const names = computed(() => new Set(clusters.entries.map(({ name }) => name)))
  const form = reactive({
    name: freeName(names.value),
    brokers: 3 as ClusterForm['brokers'],
    firstPort: DEFAULT_PORT,
  })
  const ports = ref<PortCheck | null>(null)
  const failure = ref<Failure | null>(null)
  const creating = ref(false)

  const lastFirstPort = computed(() => LAST_PORT - form.brokers + 1)
  const nameError = computed<'nameTaken' | 'nameInvalid' | null>(() => {
    if (names.value.has(form.name)) return 'nameTaken'
    return clusterForm.shape.name.safeParse(form.name).success ? null : 'nameInvalid'
  })
  const portError = computed(
    () =>
      !Number.isInteger(form.firstPort) ||
      form.firstPort < FIRST_UNPRIVILEGED_PORT ||
      form.firstPort > lastFirstPort.value,
  )
  const takenPort = computed(() => ports.value?.taken[0] ?? null)
  const canCreate = computed(
    () => !nameError.value && !portError.value && takenPort.value === null && !creating.value,
  )

  /** Of two checks under way only the later counts; a check that fails leaves the word to the start itself. */
  let asked = 0
  let checking: Promise<void> = Promise.resolve()
  const check = async () => {
    const number = ++asked
    if (portError.value || creating.value) return
    const result = await clusters.checkPorts(form.firstPort, form.brokers)
    if (number === asked) ports.value = result.ok ? result.value : null
  }
  const checkPorts = () => (checking = check())
  const checkSoon = useDebounceFn(checkPorts, CHECK_AFTER_MS)

  watch(
    () => [form.firstPort, form.brokers],
    () => {
      ports.value = null
      void checkSoon()
    },
  )

  const useSuggestion = () => {
    if (ports.value) form.firstPort = ports.value.suggestion
  }

  /** The cluster's id, or null with the reason in `failure`. */
  const create = async (): Promise<string | null> => {
    creating.value = true
    failure.value = null
    // A check listens on the ports for a moment, which would keep a broker from doing so.
    await checking
    const result = await clusters.create({ ...form })
    creating.value = false
    if (result.ok) return result.value.id
    failure.value = result.failure
    // The ports may have been taken a moment ago: then the way out is offered at once.
    await checkPorts()
    return null
  }

  return {
    form,
    ports,
    failure,
    creating,
    nameError,
    portError,
    lastFirstPort,
    takenPort,
    canCreate,
    checkPorts,
    useSuggestion,
    create,
  }
}

/** `local`, or the first of `local-2`, `local-3`, … that is not there yet. */
function freeName(taken: ReadonlySet<string>): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? 'local' : `local-${number}`
    if (!taken.has(name)) return name
  }
}
