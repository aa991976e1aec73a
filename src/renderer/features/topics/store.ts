import { defineStore } from 'pinia'
import { reactive, ref } from 'vue'
import type { TopicSummary } from '../../../shared/ipc/topics.ts'
import { useClient } from '../../ipc.ts'

/** What is kept of topics beyond a page: pins, names that were seen last, and whether one shall be created. */
export const useTopics = defineStore('topics', () => {
  const client = useClient()
  const pins = reactive(new Map<string, string[]>())
  const seen = reactive(new Map<string, TopicSummary[]>())
  /** The cluster for which the list shall open with its form. */
  const creatingIn = ref<string | null>(null)

  client.pins.changed(({ cluster, topics }) => pins.set(cluster, topics))

  return {
    creatingIn,
    pinsOf: (cluster: string) => pins.get(cluster) ?? [],
    loadPins: async (cluster: string) => {
      const result = await client.pins.list({ cluster })
      if (result.ok) pins.set(cluster, result.value)
    },
    setPinned: async (cluster: string, topic: string, pinned: boolean) => {
      const result = await client.pins.set({ cluster, topic, pinned })
      if (result.ok) pins.set(cluster, result.value)
    },
    /** Topics as they were seen last, for the palette and for choosing one. */
    seenIn: (cluster: string) => seen.get(cluster) ?? [],
    see: (cluster: string, topics: TopicSummary[]) => seen.set(cluster, topics),
  }
})
