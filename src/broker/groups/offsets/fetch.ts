/** OffsetFetch: how far a group has come. */
import { ErrorCode } from '../../protocol/errors.ts'
import { ZERO_UUID } from '../../protocol/schema.ts'
import type {
  FetchedGroup,
  FetchedPartition,
  FetchedTopic,
  OffsetFetchGroup,
  OffsetFetchTopic,
} from '../messages.ts'
import { consumerFetchCode } from '../consumer/offsets.ts'
import type { OffsetCommitValue } from '../records.ts'
import type { ShardState } from '../state.ts'
import type { TopicDirectory } from './topics.ts'
import { findTopic } from './topics.ts'

/** From here on topics are known by their ids alone. */
const TOPIC_ID_VERSION = 10

export function fetchOffsets(
  state: ShardState,
  request: OffsetFetchGroup,
  apiVersion: number,
  directory: TopicDirectory,
): FetchedGroup {
  const { groupId, topics } = request
  const group = state.groups.get(groupId)
  const errorCode = group?.type === 'consumer' ? consumerFetchCode(group, request) : ErrorCode.NONE
  if (errorCode !== ErrorCode.NONE) return fetchFailure(request, errorCode)
  return {
    groupId,
    errorCode,
    topics:
      topics === null
        ? allOffsets(state, groupId, apiVersion, directory)
        : topics.map((topic) => offsetsOfTopic(state, groupId, topic, directory)),
  }
}

/** A partition without an offset is no error: it is answered -1, and the client starts where it is told to. */
function offsetsOfTopic(
  state: ShardState,
  groupId: string,
  requested: OffsetFetchTopic,
  directory: TopicDirectory,
): FetchedTopic {
  const { name, topicId, partitionIndexes } = requested
  const topic = findTopic(requested, directory)
  if (topicId !== ZERO_UUID && topic === null) {
    const unknown = partitionIndexes.map((index) => fetched(index, undefined, ErrorCode.UNKNOWN_TOPIC_ID))
    return { name, topicId, partitions: unknown }
  }
  // By name a topic may be gone from the cluster and still have offsets, which Kafka goes on to tell.
  const topicName = topic?.name ?? name
  return {
    name: topicName,
    topicId,
    partitions: partitionIndexes.map((index) => {
      const value = state.offsets.get(groupId, topicName, index)
      return fetched(index, value !== undefined && isOfTopic(value, topicId) ? value : undefined)
    }),
  }
}

/** A topic that was deleted and created again has another id, and offsets of the old one mean nothing in it. */
function isOfTopic(value: OffsetCommitValue, topicId: string): boolean {
  return topicId === ZERO_UUID || value.topicId === ZERO_UUID || value.topicId === topicId
}

function allOffsets(
  state: ShardState,
  groupId: string,
  apiVersion: number,
  directory: TopicDirectory,
): FetchedTopic[] {
  const partitionsByTopic = new Map<string, FetchedPartition[]>()
  for (const { topic, partition, value } of state.offsets.ofGroup(groupId)) {
    const partitions = partitionsByTopic.get(topic) ?? []
    partitionsByTopic.set(topic, partitions)
    partitions.push(fetched(partition, value))
  }
  return [...partitionsByTopic].flatMap(([name, partitions]) => {
    if (apiVersion < TOPIC_ID_VERSION) return [{ name, partitions }]
    // A topic that is gone has no id to be told by.
    const topicId = directory.topicsByName.get(name)?.id
    return topicId === undefined ? [] : [{ name, topicId, partitions }]
  })
}

function fetched(
  partitionIndex: number,
  value: OffsetCommitValue | undefined,
  errorCode: number = ErrorCode.NONE,
): FetchedPartition {
  return {
    partitionIndex,
    committedOffset: value?.offset ?? -1,
    committedLeaderEpoch: value?.leaderEpoch ?? -1,
    metadata: value?.metadata ?? '',
    errorCode,
  }
}

/**
 * The answer when the coordinator cannot say. Consumers before Kafka 3.9 do not know COORDINATOR_NOT_AVAILABLE here
 * and would give up; NOT_COORDINATOR makes them look for the coordinator and ask again.
 */
export function fetchFailure({ groupId }: OffsetFetchGroup, errorCode: number): FetchedGroup {
  const isUnknownToClients = errorCode === ErrorCode.COORDINATOR_NOT_AVAILABLE
  return { groupId, errorCode: isUnknownToClients ? ErrorCode.NOT_COORDINATOR : errorCode, topics: [] }
}
