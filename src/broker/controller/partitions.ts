/** CreatePartitions: a topic grows. */
import type { TopicImage } from '../metadata/image.ts'
import type { MetadataRecord } from '../metadata/records.ts'
import type { RequestOf, ResponseInput } from '../protocol/api.ts'
import { ErrorCode, KafkaError } from '../protocol/errors.ts'
import type { createPartitions } from '../protocol/messages/37-create-partitions.ts'
import { automaticAssignments, checkAssignment, newPartition } from './assignments.ts'
import { checkRecordCount, itemError, NO_ERROR } from './decision.ts'
import type { ControllerState, Decision } from './decision.ts'
import { duplicatesOf } from './topic-names.ts'

type Request = RequestOf<typeof createPartitions>
type Growth = Request['topics'][number]
type Response = ResponseInput<typeof createPartitions>

/** @throws KafkaError POLICY_VIOLATION */
export function decideCreatePartitions(state: ControllerState, request: Request): Decision<Response> {
  const duplicates = duplicatesOf(request.topics.map(({ name }) => name))
  const records: MetadataRecord[] = []
  const results: NonNullable<Response['results']>[number][] = [...duplicates].map((name) => ({
    name,
    errorCode: ErrorCode.INVALID_REQUEST,
    errorMessage: 'Duplicate topic name.',
  }))
  for (const growth of request.topics.filter(({ name }) => !duplicates.has(name))) {
    try {
      records.push(...grow(state, growth))
      results.push({ name: growth.name, ...NO_ERROR })
    } catch (error) {
      results.push({ name: growth.name, ...itemError(error) })
    }
    checkRecordCount(records)
  }
  return { records: request.validateOnly ? [] : records, response: { results } }
}

function grow(state: ControllerState, { name, count, assignments }: Growth): MetadataRecord[] {
  const topic = state.image.topic(name)
  if (topic === undefined) {
    throw new KafkaError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, `The topic '${name}' does not exist.`)
  }
  const first = topic.partitions.length
  checkGrowth(topic, count, assignments?.length ?? null)
  // A topic's partitions all have as many replicas as its first has now.
  const replicationFactor = topic.partitions[0]?.replicas.length ?? 1
  for (const { brokerIds } of assignments ?? []) checkAssignment(state, brokerIds, replicationFactor)
  const placed =
    assignments?.map(({ brokerIds }) => brokerIds) ??
    automaticAssignments(state, count - first, replicationFactor)
  const errorCode =
    assignments === null ? ErrorCode.INVALID_REPLICATION_FACTOR : ErrorCode.INVALID_REPLICA_ASSIGNMENT
  return placed.map((replicas, index) => newPartition(state, topic.id, first + index, replicas, errorCode))
}

function checkGrowth({ name, partitions }: TopicImage, count: number, assignmentCount: number | null): void {
  const present = partitions.length
  if (count === present) {
    throw new KafkaError(ErrorCode.INVALID_PARTITIONS, `Topic already has ${present} partition(s).`)
  }
  if (count < present) {
    throw new KafkaError(
      ErrorCode.INVALID_PARTITIONS,
      `The topic ${name} currently has ${present} partition(s); ${count} would not be an increase.`,
    )
  }
  const additional = count - present
  if (assignmentCount !== null && assignmentCount !== additional) {
    throw new KafkaError(
      ErrorCode.INVALID_REPLICA_ASSIGNMENT,
      `Attempted to add ${additional} additional partition(s), but ${assignmentCount} assignment(s) were specified.`,
    )
  }
}
