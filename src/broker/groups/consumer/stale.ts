import type { MetadataDelta } from '../../metadata/delta.ts'
import type { ShardState } from '../state.ts'

export type TopicsChange = Pick<MetadataDelta, 'createdTopics' | 'deletedTopics' | 'changedPartitions'>

/**
 * Marks the groups whose assignment may have to change. Each looks for itself at the next heartbeat, as in Kafka, so
 * a change of many topics costs nothing here. A group that is loading looks anyway.
 */
export function markStaleGroups({ groups }: ShardState, change: TopicsChange): void {
  const comeOrGone = [...change.createdTopics, ...change.deletedTopics].map(({ name }) => name)
  const changed = new Set([...comeOrGone, ...change.changedPartitions.map(({ topic }) => topic)])
  if (changed.size === 0) return
  for (const group of groups.values()) {
    if (group.type !== 'consumer' || group.isMetadataStale) continue
    const hasRegex = group.regexes.size > 0 && comeOrGone.length > 0
    group.isMetadataStale = hasRegex || [...changed].some((topic) => group.isSubscribedTo(topic))
  }
}
