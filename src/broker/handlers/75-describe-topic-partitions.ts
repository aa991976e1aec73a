/**
 * DescribeTopicPartitions v0 (KIP-966): topics with their partitions, a page at a time, sorted by name. An empty list
 * asks for all topics.
 *
 * - A page holds responsePartitionLimit partitions, at most max.request.partition.size.limit and at least one. What is
 *   left begins at nextCursor; the topic it names may be gone by the time it is used.
 * - A cursor before partition 0, or in a topic the list does not name: INVALID_REQUEST for each topic of the list.
 * - Topics named that do not exist: UNKNOWN_TOPIC_OR_PARTITION, or INVALID_TOPIC_EXCEPTION for an impossible name.
 * - A partition without a leader says so by leader -1 alone, unlike in Metadata.
 *
 * There are no ACLs, so everybody may do everything with a topic, and the field says so.
 */
import type { BrokerImage, MetadataImage, PartitionImage, TopicImage } from '../metadata/image.ts'
import { isInternalTopic } from '../metadata/internal-topics.ts'
import type { RequestOf, ResponseInput } from '../protocol/api.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { describeTopicPartitions } from '../protocol/messages/75-describe-topic-partitions.ts'
import { EVERY_TOPIC_OPERATION } from './authorized-operations.ts'
import { handler } from './handler.ts'
import { codeOfMissingTopic } from './topic-creation.ts'

type Request = RequestOf<typeof describeTopicPartitions>
type Response = ResponseInput<typeof describeTopicPartitions>
type Cursor = NonNullable<Request['cursor']>
type TopicAnswer = NonNullable<Response['topics']>[number]

export const describeTopicPartitionsHandler = handler(describeTopicPartitions, (request, _, broker) => {
  const { image } = broker.metadata
  const { cursor, responsePartitionLimit } = request
  if (cursor !== null && !isUsable(cursor, request)) return refused(request)
  const names = namesFrom(cursor, request, image)
  const limit = Math.max(1, Math.min(broker.config.maxRequestPartitionSizeLimit, responsePartitionLimit))
  return page(names, cursor, limit, image)
})

function isUsable({ topicName, partitionIndex }: Cursor, { topics }: Request): boolean {
  return partitionIndex >= 0 && (topics.length === 0 || topics.some(({ name }) => name === topicName))
}

function refused({ topics }: Request): Response {
  return {
    topics: topics.map(({ name }) => ({ errorCode: ErrorCode.INVALID_REQUEST, name, partitions: [] })),
  }
}

function namesFrom(cursor: Cursor | null, { topics }: Request, image: MetadataImage): string[] {
  const asked = topics.length === 0 ? image.topicsByName.keys() : topics.map(({ name }) => name)
  return [...new Set(asked)].filter((name) => cursor === null || name >= cursor.topicName).toSorted()
}

function page(
  names: readonly string[],
  cursor: Cursor | null,
  limit: number,
  image: MetadataImage,
): Response {
  const topics: TopicAnswer[] = []
  let room = limit
  for (const name of names) {
    // All partitions of the topics before are told; nobody knows yet whether this one has any.
    if (room === 0) return { topics, nextCursor: { topicName: name, partitionIndex: 0 } }
    const topic = image.topic(name)
    if (topic === undefined) {
      topics.push({ ...missing(name), isInternal: isInternalTopic(name) })
      continue
    }
    const first = cursor?.topicName === name ? cursor.partitionIndex : 0
    const partitions = topic.partitions.slice(first, first + room)
    topics.push(describe(topic, partitions, image.brokers))
    room -= partitions.length
    const next = first + partitions.length
    if (next < topic.partitions.length)
      return { topics, nextCursor: { topicName: name, partitionIndex: next } }
  }
  return { topics, nextCursor: null }
}

function missing(name: string): TopicAnswer {
  return {
    errorCode: codeOfMissingTopic(name),
    name,
    partitions: [],
    topicAuthorizedOperations: EVERY_TOPIC_OPERATION,
  }
}

function describe(
  { id, name }: TopicImage,
  partitions: readonly PartitionImage[],
  brokers: ReadonlyMap<number, BrokerImage>,
): TopicAnswer {
  const isAlive = (brokerId: number) => brokers.get(brokerId)?.fenced === false
  return {
    errorCode: ErrorCode.NONE,
    name,
    topicId: id,
    isInternal: isInternalTopic(name),
    partitions: partitions.map((partition) => ({
      errorCode: ErrorCode.NONE,
      partitionIndex: partition.partition,
      leaderId: isAlive(partition.leader) ? partition.leader : -1,
      leaderEpoch: partition.leaderEpoch,
      replicaNodes: [...partition.replicas],
      isrNodes: [...partition.isr],
      eligibleLeaderReplicas: [...partition.elr],
      lastKnownElr: [...partition.lastKnownElr],
      offlineReplicas: partition.replicas.filter((brokerId) => !isAlive(brokerId)),
    })),
    topicAuthorizedOperations: EVERY_TOPIC_OPERATION,
  }
}
