import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import type { Failure, Result } from '../../../shared/channel/failure.ts'
import type { Cluster, ClusterForm, LocalCluster, RemoteForm } from '../../../shared/ipc/clusters.ts'
import { useRemoteValue } from '../../composables/remote-value.ts'
import { useClient } from '../../ipc.ts'

export type ClusterAction = 'start' | 'stop' | 'addBroker'
export type BrokerAction = 'startBroker' | 'stopBroker' | 'killBroker'

/** An action which was not done: shown where the action was asked for. */
export interface FailedAction {
  action: ClusterAction | BrokerAction
  cluster: string
  broker: number | null
  failure: Failure
}

/** The clusters the app knows, local ones and those added by address, and what can be done to them. */
export const useClusters = defineStore('clusters', () => {
  const client = useClient()
  const list = useRemoteValue<Cluster[]>(() => client.clusters.list())
  const entries = computed(() => list.value.value ?? [])
  const locals = computed(() => entries.value.filter((entry) => entry.kind === 'local'))
  const remotes = computed(() => entries.value.filter((entry) => entry.kind === 'remote'))
  /** What is being done: the cluster's id, and for a broker's action its id too. */
  const acting = ref<string[]>([])
  const lastFailure = ref<FailedAction | null>(null)

  client.clusters.changed((changed) => list.take({ ok: true, value: changed }))

  const replace = (entry: Cluster) => {
    const others = entries.value.filter(({ id }) => id !== entry.id)
    list.take({ ok: true, value: [...others, entry].sort(inOrder) })
  }

  const act = async (
    subject: Omit<FailedAction, 'failure'>,
    ask: () => Promise<Result<LocalCluster>>,
  ): Promise<void> => {
    const key = actingKey(subject.cluster, subject.broker)
    if (acting.value.includes(key)) return
    acting.value = [...acting.value, key]
    lastFailure.value = null
    const result = await ask()
    acting.value = acting.value.filter((each) => each !== key)
    if (result.ok) replace(result.value)
    else lastFailure.value = { ...subject, failure: result.failure }
  }

  return {
    list: list.current,
    entries,
    locals,
    remotes,
    lastFailure,
    load: list.load,
    find: (id: string | null) => entries.value.find((entry) => entry.id === id) ?? null,
    isActing: (cluster: string, broker: number | null = null) =>
      acting.value.includes(actingKey(cluster, broker)),

    rename: async (id: string, name: string) => {
      const result = await client.clusters.rename({ id, name })
      if (result.ok) replace(result.value)
      return result
    },
    addRemote: async (form: RemoteForm) => {
      const result = await client.clusters.addRemote(form)
      if (result.ok) replace(result.value)
      return result
    },
    changeRemote: async (id: string, form: RemoteForm) => {
      const result = await client.clusters.changeRemote({ id, ...form })
      if (result.ok) replace(result.value)
      return result
    },
    /** The cluster's name proves that this one is meant. */
    remove: async (id: string, name: string) => {
      const result = await client.clusters.delete({ id, name })
      if (result.ok) list.take({ ok: true, value: entries.value.filter((entry) => entry.id !== id) })
      return result
    },
    create: async (form: ClusterForm) => {
      const result = await client.clusters.create(form)
      if (result.ok) replace(result.value)
      return result
    },
    checkPorts: (first: number, count: number) => client.clusters.checkPorts({ first, count }),
    start: (id: string) =>
      act({ action: 'start', cluster: id, broker: null }, () => client.clusters.start({ id })),
    stop: (id: string) =>
      act({ action: 'stop', cluster: id, broker: null }, () => client.clusters.stop({ id })),
    addBroker: (id: string, rack?: string) =>
      act({ action: 'addBroker', cluster: id, broker: null }, () =>
        client.clusters.addBroker(rack === undefined ? { id } : { id, rack }),
      ),
    broker: (action: BrokerAction, id: string, broker: number) =>
      act({ action, cluster: id, broker }, () => client.clusters[action]({ id, broker })),
  }
})

/** Local ones first, each kind by name: as main tells them. */
function inOrder(one: Cluster, other: Cluster): number {
  return one.kind.localeCompare(other.kind) || one.name.localeCompare(other.name)
}

function actingKey(cluster: string, broker: number | null): string {
  return broker === null ? cluster : `${cluster}/${broker}`
}
