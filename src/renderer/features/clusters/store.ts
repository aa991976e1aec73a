import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import type { Failure, Result } from '../../../shared/channel/failure.ts'
import type { ClusterForm, LocalCluster } from '../../../shared/ipc/clusters.ts'
import { useRemoteValue } from '../../composables/remote-value.ts'
import { useClient } from '../../ipc.ts'

export type ClusterAction = 'start' | 'stop'
export type BrokerAction = 'startBroker' | 'stopBroker' | 'killBroker'

/** An action which was not done: shown where the action was asked for. */
export interface FailedAction {
  action: ClusterAction | BrokerAction
  cluster: string
  broker: number | null
  failure: Failure
}

/** The clusters of this machine, as main tells of them, and what can be done to them. */
export const useClusters = defineStore('clusters', () => {
  const client = useClient()
  const list = useRemoteValue<LocalCluster[]>(() => client.clusters.list())
  const entries = computed(() => list.value.value ?? [])
  /** What is being done: the cluster's id, and for a broker's action its id too. */
  const acting = ref<string[]>([])
  const lastFailure = ref<FailedAction | null>(null)

  client.clusters.changed((changed) => list.take({ ok: true, value: changed }))

  const replace = (entry: LocalCluster) => {
    const others = entries.value.filter(({ id }) => id !== entry.id)
    const value = [...others, entry].sort((one, other) => one.name.localeCompare(other.name))
    list.take({ ok: true, value })
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
    lastFailure,
    load: list.load,
    find: (id: string | null) => entries.value.find((entry) => entry.id === id) ?? null,
    isActing: (cluster: string, broker: number | null = null) =>
      acting.value.includes(actingKey(cluster, broker)),

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
    broker: (action: BrokerAction, id: string, broker: number) =>
      act({ action, cluster: id, broker }, () => client.clusters[action]({ id, broker })),
  }
})

function actingKey(cluster: string, broker: number | null): string {
  return broker === null ? cluster : `${cluster}/${broker}`
}
