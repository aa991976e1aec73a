import type { Location } from '../../navigation/tab.ts'

/** Where things about a topic are shown. */
export function topicLocation(cluster: string, topic: string): Location {
  return { feature: 'topic', cluster, params: { topic } }
}

export function produceLocation(cluster: string, topic: string | null): Location {
  return { feature: 'produce', cluster, ...(topic === null ? {} : { params: { topic } }) }
}

/** All of a topic, or one record of it. */
export function browseLocation(
  cluster: string,
  topic: string,
  record?: { partition: number; offset: number },
): Location {
  return { feature: 'browse', cluster, params: { topic, ...record } }
}

export function configsLocation(cluster: string, topic: string): Location {
  return { feature: 'topic', cluster, params: { topic, view: 'configs' } }
}
