import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import type { Overview, OverviewSample } from '../../../shared/ipc/overview.ts'
import { useClient } from '../../ipc.ts'

export interface SeenCluster {
  sample: OverviewSample
  /** The last overview that came; stays while the cluster does not answer. */
  overview: Overview | null
}

/** The newest sample of every open cluster. */
export const useOverviews = defineStore('overviews', () => {
  const client = useClient()
  const seen = ref<Record<string, SeenCluster>>({})

  const take = (sample: OverviewSample) => {
    const before = seen.value[sample.id]?.overview ?? null
    seen.value[sample.id] = { sample, overview: sample.overview.ok ? sample.overview.value : before }
  }

  client.overview.sampled(take)
  // A cluster that was stopped is seen afresh when it runs again: what it looked like before is no news.
  client.clusters.changed((entries) => {
    const open = new Set(
      entries.filter((entry) => entry.kind === 'remote' || entry.state !== 'stopped').map(({ id }) => id),
    )
    seen.value = Object.fromEntries(Object.entries(seen.value).filter(([id]) => open.has(id)))
  })

  return {
    of: computed(() => (id: string) => seen.value[id] ?? null),
    load: async () => {
      const latest = await client.overview.latest()
      if (latest.ok) latest.value.forEach(take)
    },
  }
})
