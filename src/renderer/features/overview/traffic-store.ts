import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { GroupLags } from '../../../shared/ipc/traffic.ts'
import { useClient } from '../../ipc.ts'
import type { TrafficPoint } from './traffic-points.ts'
import { pointOf, withPoint } from './traffic-points.ts'

export interface SeenTraffic {
  points: readonly TrafficPoint[]
  /** The last that were told; null where the cluster does not tell any. */
  lags: GroupLags | null
}

const NOTHING: SeenTraffic = { points: [], lags: null }

/** What moved in every open cluster during the last minute. */
export const useTraffic = defineStore('traffic', () => {
  const client = useClient()
  const seen = shallowRef<Readonly<Record<string, SeenTraffic>>>({})
  const of = computed(() => (id: string) => seen.value[id] ?? NOTHING)

  client.traffic.sampled(({ id, atMs, traffic }) => {
    const before = of.value(id)
    const lags = traffic ? traffic.lags : before.lags
    seen.value = { ...seen.value, [id]: { points: withPoint(before.points, pointOf(atMs, traffic)), lags } }
  })
  // A cluster that was stopped begins afresh: what moved before is not the minute before this one.
  client.clusters.changed((entries) => {
    const open = new Set(
      entries.filter((entry) => entry.kind === 'remote' || entry.state !== 'stopped').map(({ id }) => id),
    )
    seen.value = Object.fromEntries(Object.entries(seen.value).filter(([id]) => open.has(id)))
  })

  return { of }
})
