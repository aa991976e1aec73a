import { computed, reactive, ref, shallowRef, watch } from 'vue'
import type { Failure } from '../../../shared/channel/failure.ts'
import type { ConnectionReport, RemoteCluster } from '../../../shared/ipc/clusters.ts'
import { parseAddress, remoteForm, splitAddresses } from '../../../shared/ipc/clusters.ts'
import { useClient } from '../../ipc.ts'
import { useClusters } from '../clusters/store.ts'

/** A cluster's address as it is typed, for a new cluster or one that is known already; what is wrong with it, and what a test of it found. */
export function useAddForm(edited: RemoteCluster | null) {
  const client = useClient()
  const clusters = useClusters()
  const form = reactive({ name: edited?.name ?? '', bootstrapServers: edited?.bootstrapServers ?? '' })
  const report = shallowRef<ConnectionReport | null>(null)
  const failure = shallowRef<Failure | null>(null)
  const testing = ref(false)
  const adding = ref(false)

  const wrongAddress = computed(
    () => splitAddresses(form.bootstrapServers).find((each) => parseAddress(each) === null) ?? null,
  )
  const nameTaken = computed(() =>
    clusters.remotes.some(({ id, name }) => id !== edited?.id && name === form.name.trim()),
  )
  const canTest = computed(
    () => remoteForm.shape.bootstrapServers.safeParse(form.bootstrapServers).success && !testing.value,
  )
  const canAdd = computed(() => remoteForm.safeParse(form).success && !nameTaken.value && !adding.value)

  /** What was found about other addresses says nothing of these. */
  let asked = 0
  watch(
    () => form.bootstrapServers,
    () => {
      asked++
      report.value = null
      testing.value = false
      failure.value = null
    },
  )

  const test = async () => {
    if (!canTest.value) return
    const mine = ++asked
    testing.value = true
    report.value = null
    failure.value = null
    const result = await client.clusters.test({ bootstrapServers: form.bootstrapServers })
    if (mine !== asked) return
    testing.value = false
    if (result.ok) report.value = result.value
    else failure.value = result.failure
  }

  /** The cluster's id, or null with the reason in `failure`. */
  const add = async (): Promise<string | null> => {
    if (!canAdd.value) return null
    adding.value = true
    failure.value = null
    const result = await (edited
      ? clusters.changeRemote(edited.id, { ...form })
      : clusters.addRemote({ ...form }))
    adding.value = false
    if (result.ok) return result.value.id
    failure.value = result.failure
    return null
  }

  return { form, report, failure, testing, adding, wrongAddress, nameTaken, canTest, canAdd, test, add }
}
