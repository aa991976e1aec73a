import { defineStore } from 'pinia'
import { reactive, ref } from 'vue'
import type { Cluster } from '../../../shared/ipc/clusters.ts'
import { useClient } from '../../ipc.ts'
import { isOpen } from '../clusters/health.ts'
import { useClusters } from '../clusters/store.ts'

export interface ClusterDirectory {
  topics: readonly { name: string; isInternal: boolean }[]
  groups: readonly string[]
}

/** Names of everything in the open clusters. Kept as they were last seen, and asked for anew when they are wanted. */
export const useDirectory = defineStore('directory', () => {
  const client = useClient()
  const clusters = useClusters()
  const known = reactive(new Map<string, ClusterDirectory>())
  const asking = ref(false)

  const askTopics = async (cluster: string) => {
    const told = await client.browse.topics({ cluster })
    const groups = known.get(cluster)?.groups ?? []
    if (told.ok) known.set(cluster, { topics: told.value, groups })
  }

  const askGroups = async (cluster: string) => {
    // The list is told again whenever it changes; here its first telling is enough.
    for await (const told of client.groups.watch({ cluster })) {
      const topics = known.get(cluster)?.topics ?? []
      if (told.ok && told.value.ok)
        known.set(cluster, { topics, groups: told.value.value.groups.map(({ groupId }) => groupId) })
      break
    }
  }

  return {
    asking,
    of: (cluster: string): ClusterDirectory => known.get(cluster) ?? { topics: [], groups: [] },
    /** A cluster that does not answer leaves what was known of it as it is. */
    refresh: async () => {
      if (asking.value) return
      asking.value = true
      const open = clusters.entries.filter((cluster: Cluster) => isOpen(cluster))
      await Promise.all(open.flatMap(({ id }) => [askTopics(id), askGroups(id)]))
      asking.value = false
    },
  }
})
