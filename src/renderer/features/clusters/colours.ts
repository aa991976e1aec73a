import { defineStore } from 'pinia'
import { computed } from 'vue'
import type { ClusterColour, ColouredCluster } from '../../../shared/ipc/colours.ts'
import { useRemoteValue } from '../../composables/remote-value.ts'
import { useClient } from '../../ipc.ts'

/** A sign for each colour, so that it is told apart by its shape too. */
export const COLOUR_ICONS: Readonly<Record<ClusterColour, string>> = {
  red: 'i-lucide-flame',
  orange: 'i-lucide-sun',
  yellow: 'i-lucide-star',
  green: 'i-lucide-leaf',
  teal: 'i-lucide-waves',
  blue: 'i-lucide-droplet',
  violet: 'i-lucide-gem',
  pink: 'i-lucide-heart',
}

/** Whole names: the style sheet has the classes that stand in a source. */
export const COLOUR_TEXT: Readonly<Record<ClusterColour, string>> = {
  red: 'text-mark-red',
  orange: 'text-mark-orange',
  yellow: 'text-mark-yellow',
  green: 'text-mark-green',
  teal: 'text-mark-teal',
  blue: 'text-mark-blue',
  violet: 'text-mark-violet',
  pink: 'text-mark-pink',
}

export const COLOUR_FILL: Readonly<Record<ClusterColour, string>> = {
  red: 'bg-mark-red',
  orange: 'bg-mark-orange',
  yellow: 'bg-mark-yellow',
  green: 'bg-mark-green',
  teal: 'bg-mark-teal',
  blue: 'bg-mark-blue',
  violet: 'bg-mark-violet',
  pink: 'bg-mark-pink',
}

/** The colours users gave their clusters, local and remote alike. */
export const useClusterColours = defineStore('cluster-colours', () => {
  const client = useClient()
  const list = useRemoteValue<ColouredCluster[]>(() => client.colours.list())
  const byCluster = computed(
    () => new Map((list.value.value ?? []).map(({ cluster, colour }) => [cluster, colour])),
  )

  client.colours.changed((all) => list.take({ ok: true, value: all }))

  return {
    load: list.load,
    of: (cluster: string | null): ClusterColour | null =>
      cluster === null ? null : (byCluster.value.get(cluster) ?? null),
    set: async (cluster: string, colour: ClusterColour | null) =>
      list.take(await client.colours.set({ cluster, colour })),
  }
})
