/**
 * For which partitions the share coordinator keeps a state of this group. A partition is assigned only when it does,
 * for its leader reads that state first; so a new partition is written down as initializing, begun at the share
 * coordinator, and written down as initialized.
 */
import type { MetadataImage } from '../../metadata/image.ts'
import type { Turn } from '../turn.ts'
import type { ShareGroup } from './group.ts'
import type { TopicPartitions } from './partitions.ts'
import type { StatePartitionMetadataValue } from './records.ts'

export interface NamedPartition {
  readonly topicId: string
  readonly topicName: string
  readonly partition: number
}

type TopicsInfo = StatePartitionMetadataValue['initializedTopics']

export function initializedPartitions({ statePartitions }: ShareGroup): NamedPartition[] {
  return flat(statePartitions.initializedTopics)
}

/** What may be assigned: begun, and still there. */
export function assignablePartitions(group: ShareGroup, { topicsById }: MetadataImage): TopicPartitions {
  return new Map(
    group.statePartitions.initializedTopics
      .filter(({ topicId }) => topicsById.has(topicId))
      .map(({ topicId, partitions }) => [topicId, new Set(partitions)]),
  )
}

export interface PartitionToInitialize extends NamedPartition {
  readonly startOffset: number
}

/** Where a group begins is for its `share.auto.offset.reset` to say, once somebody fetches. */
const NOT_YET = -1
/** A partition a topic has grown by is read from its first record, so that none is missed (Kafka's rule). */
const FIRST_RECORD = 0

/** Partitions members subscribe to whose state has not begun. */
export function partitionsToInitialize(group: ShareGroup, image: MetadataImage): PartitionToInitialize[] {
  const known = new Set(initializedPartitions(group).map(keyOf))
  const begunTopicIds = new Set(group.statePartitions.initializedTopics.map(({ topicId }) => topicId))
  const names = new Set(
    [...group.members.values()].flatMap(({ subscribedTopicNames }) => subscribedTopicNames),
  )
  return [...names].flatMap((topicName) => {
    const topic = image.topicsByName.get(topicName)
    return (topic?.partitions ?? [])
      .map(({ topicId, partition }) => ({
        topicId,
        topicName,
        partition,
        startOffset: begunTopicIds.has(topicId) ? FIRST_RECORD : NOT_YET,
      }))
      .filter((each) => !known.has(keyOf(each)))
  })
}

export function writeInitializing(
  turn: Turn,
  group: ShareGroup,
  partitions: readonly NamedPartition[],
): void {
  const known = new Set(flat(group.statePartitions.initializingTopics).map(keyOf))
  if (partitions.every((each) => known.has(keyOf(each)))) return
  write(turn, group, {
    ...group.statePartitions,
    initializingTopics: byTopic([...flat(group.statePartitions.initializingTopics), ...partitions]),
  })
}

export function writeInitialized(turn: Turn, group: ShareGroup, partitions: readonly NamedPartition[]): void {
  const begun = new Set(partitions.map(keyOf))
  const { initializingTopics, deletingTopics } = group.statePartitions
  write(turn, group, {
    initializingTopics: byTopic(flat(initializingTopics).filter((each) => !begun.has(keyOf(each)))),
    initializedTopics: byTopic([...initializedPartitions(group), ...partitions]),
    deletingTopics: deletingTopics.filter(
      ({ topicId }) => !partitions.some((each) => each.topicId === topicId),
    ),
  })
}

/** The topics' state is to be removed: they are begun anew should anybody subscribe to them again. */
export function writeDeleting(turn: Turn, group: ShareGroup, topicIds: ReadonlySet<string>): void {
  const { initializingTopics, initializedTopics, deletingTopics } = group.statePartitions
  const isKept = ({ topicId }: { topicId: string }) => !topicIds.has(topicId)
  const deleting = [...initializedTopics, ...initializingTopics, ...deletingTopics]
    .filter((topic) => !isKept(topic))
    .map(({ topicId, topicName }) => [topicId, { topicId, topicName }] as const)
  if (deleting.length === 0) return
  write(turn, group, {
    initializingTopics: initializingTopics.filter(isKept),
    initializedTopics: initializedTopics.filter(isKept),
    deletingTopics: [
      ...new Map([...deletingTopics.map((each) => [each.topicId, each] as const), ...deleting]).values(),
    ],
  })
}

/** The topics are forgotten: their state is removed, or they are gone themselves. */
export function writeForgotten(turn: Turn, group: ShareGroup, topicIds: ReadonlySet<string>): void {
  const { initializingTopics, initializedTopics, deletingTopics } = group.statePartitions
  const isKept = ({ topicId }: { topicId: string }) => !topicIds.has(topicId)
  if ([...initializingTopics, ...initializedTopics, ...deletingTopics].every(isKept)) return
  write(turn, group, {
    initializingTopics: initializingTopics.filter(isKept),
    initializedTopics: initializedTopics.filter(isKept),
    deletingTopics: deletingTopics.filter(isKept),
  })
}

/** Their share state goes with them, which is the share coordinator's business. */
export function forgetTopics(turn: Turn, groupId: string, topics: readonly { readonly id: string }[]): void {
  const group = turn.state.shareGroup(groupId)
  if (group !== undefined) writeForgotten(turn, group, new Set(topics.map(({ id }) => id)))
}

function write(turn: Turn, { groupId }: ShareGroup, value: StatePartitionMetadataValue): void {
  turn.write({ type: 'ShareGroupStatePartitionMetadata', groupId, value })
}

function flat(topics: TopicsInfo): NamedPartition[] {
  return topics.flatMap(({ topicId, topicName, partitions }) =>
    partitions.map((partition) => ({ topicId, topicName, partition })),
  )
}

function byTopic(partitions: readonly NamedPartition[]): TopicsInfo {
  const topics = new Map<string, { topicId: string; topicName: string; ids: Set<number> }>()
  for (const { topicId, topicName, partition } of partitions) {
    const topic = topics.get(topicId) ?? { topicId, topicName, ids: new Set<number>() }
    topics.set(topicId, topic)
    topic.ids.add(partition)
  }
  return Array.from(topics.values(), ({ ids, ...topic }) => ({
    ...topic,
    partitions: [...ids].sort((a, b) => a - b),
  }))
}

function keyOf({ topicId, partition }: NamedPartition): string {
  return `${topicId}:${partition}`
}
