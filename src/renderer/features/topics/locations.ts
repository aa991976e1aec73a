import type { Location } from '../../navigation/tab.ts'

/** Where things about a topic are shown. */
export function topicLocation(cluster: string, topic: string): Location {
  return { feature: 'topic', cluster, params: { topic } }
}

export function produceLocation(cluster: string, topic: string | null): Location {
  return { feature: 'produce', cluster, ...(topic === null ? {} : { params: { topic } }) }
}

/** What counts for a topic, rather than its partitions. */
export function configsLocation(cluster: string, topic: string): Location {
  return { feature: 'topic', cluster, params: { topic, view: 'configs' } }
}
