import type { Location } from '../../navigation/tab.ts'
import type { TopicColumn } from './topic-rows.ts'
import type { TopicSelection } from './topic-selection.ts'

/** The list of topics, narrowed to some, or in another order than by name. */
export function topicsLocation(
  cluster: string,
  { selection, sort }: { selection?: TopicSelection; sort?: TopicColumn } = {},
): Location {
  const params = { ...selection, ...(sort === undefined ? {} : { sort }) }
  return { feature: 'topics', cluster, ...(Object.keys(params).length === 0 ? {} : { params }) }
}

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
