import { defineStore } from 'pinia'
import { shallowReactive, shallowRef } from 'vue'
import type { Failure, Result } from '../../../shared/channel/failure.ts'
import type { BrokerRemoval } from '../../../shared/ipc/clusters.ts'
import type { Fault, FaultSpec } from '../../../shared/ipc/faults.ts'
import { useClient } from '../../ipc.ts'

/** Faults in force, and brokers on their way out, of every local cluster. */
export const useFaults = defineStore('faults', () => {
  const client = useClient()
  const byCluster = shallowReactive(new Map<string, readonly Fault[]>())
  const removals = shallowRef<readonly BrokerRemoval[]>([])
  /** The last thing that was not done, with the cluster it was asked of. */
  const lastFailure = shallowRef<{ cluster: string; failure: Failure } | null>(null)

  client.faults.changed(({ cluster, faults }) => byCluster.set(cluster, faults))
  client.clusters.removalsChanged((now) => (removals.value = now))
  void client.clusters.removals().then((told) => {
    if (told.ok) removals.value = told.value
  })

  const of = (cluster: string) => byCluster.get(cluster) ?? []

  /** Keeps the failure, and says whether it was done. */
  const done = async <T>(cluster: string, asking: Promise<Result<T>>): Promise<Result<T>> => {
    lastFailure.value = null
    const result = await asking
    if (!result.ok) lastFailure.value = { cluster, failure: result.failure }
    return result
  }

  const load = async (cluster: string) => {
    const told = await client.faults.list({ cluster })
    if (told.ok) byCluster.set(cluster, told.value)
  }

  return {
    of,
    removals,
    lastFailure,
    load,
    fail: (cluster: string, failure: Failure) => (lastFailure.value = { cluster, failure }),
    apply: async (cluster: string, spec: FaultSpec) => {
      const result = await done(cluster, client.faults.apply({ cluster, spec }))
      await load(cluster)
      return result
    },
    remove: async (cluster: string, ids: number[]) => {
      if (ids.length === 0) return
      const result = await done(cluster, client.faults.remove({ cluster, ids }))
      if (result.ok) byCluster.set(cluster, result.value)
    },
    clear: async (cluster: string) => {
      await done(cluster, client.faults.clear({ cluster }))
      await load(cluster)
    },
    removeBroker: async (cluster: string, broker: number, allowFewerReplicas: boolean) =>
      done(cluster, client.clusters.removeBroker({ id: cluster, broker, allowFewerReplicas })),
    cancelRemoval: async (cluster: string, broker: number) =>
      done(cluster, client.clusters.cancelRemoval({ id: cluster, broker })),
  }
})
