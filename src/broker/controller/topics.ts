/** CreateTopics and DeleteTopics (ReplicationControlManager and ControllerApis in Kafka). */
import { describeTopicConfigs } from '../metadata/configs/describe.ts'
import type { TopicImage } from '../metadata/image.ts'
import { ConfigResource } from '../metadata/records.ts'
import type { MetadataRecord } from '../metadata/records.ts'
import type { RequestOf, ResponseInput } from '../protocol/api.ts'
import { ErrorCode, KafkaError } from '../protocol/errors.ts'
import type { createTopics } from '../protocol/messages/19-create-topics.ts'
import type { deleteTopics } from '../protocol/messages/20-delete-topics.ts'
import { ZERO_UUID } from '../protocol/schema.ts'
import { automaticAssignments, checkAssignment, newPartition, usableBrokers } from './assignments.ts'
import { checkTopicConfigs } from './configs.ts'
import { checkRecordCount, itemError } from './decision.ts'
import type { ControllerState, Decision } from './decision.ts'
import { CLUSTER_METADATA_TOPIC, internalTopicShape } from './internal-topics.ts'
import { checkNewTopicName, duplicatesOf } from './topic-names.ts'

type CreateRequest = RequestOf<typeof createTopics>
type CreatableTopic = CreateRequest['topics'][number]
type CreateResponse = ResponseInput<typeof createTopics>
type CreateResult = NonNullable<CreateResponse['topics']>[number]
type DeleteRequest = RequestOf<typeof deleteTopics>
type DeleteResponse = ResponseInput<typeof deleteTopics>
type DeleteResult = NonNullable<DeleteResponse['responses']>[number]

/**
 * With validateOnly nothing is committed; the answer is the same but for ids that never come to be.
 * @throws KafkaError POLICY_VIOLATION
 */
export function decideCreateTopics(state: ControllerState, request: CreateRequest): Decision<CreateResponse> {
  const duplicates = duplicatesOf(request.topics.map(({ name }) => name))
  const created = new Set<string>()
  const records: MetadataRecord[] = []
  const topics: CreateResult[] = []
  for (const topic of request.topics) {
    if (duplicates.has(topic.name)) continue
    try {
      checkNew(state, topic.name, created)
      const creation = createTopic(state, topic)
      records.push(...creation.records)
      topics.push(creation.response)
      created.add(topic.name)
    } catch (error) {
      topics.push({ name: topic.name, ...itemError(error) })
    }
    checkRecordCount(records)
  }
  for (const name of duplicates) {
    topics.push({ name, errorCode: ErrorCode.INVALID_REQUEST, errorMessage: 'Duplicate topic name.' })
  }
  return { records: request.validateOnly ? [] : records, response: { topics } }
}

function checkNew({ image }: ControllerState, name: string, alsoNew: ReadonlySet<string>): void {
  if (name === CLUSTER_METADATA_TOPIC) {
    throw new KafkaError(ErrorCode.INVALID_REQUEST, `Creation of internal topic ${name} is prohibited.`)
  }
  checkNewTopicName(image, name, alsoNew)
  if (image.topicsByName.has(name)) {
    throw new KafkaError(ErrorCode.TOPIC_ALREADY_EXISTS, `Topic '${name}' already exists.`)
  }
}

function createTopic(state: ControllerState, topic: CreatableTopic): Decision<CreateResult> {
  const shape = internalTopicShape(topic.name, topic, state, usableBrokers(state))
  const configs = new Map<string, string | null>([
    ...Object.entries(shape?.configs ?? {}),
    ...topic.configs.map(({ name, value }): [string, string | null] => [name, value]),
  ])
  const overrides = checkTopicConfigs(state, configs)
  const topicId = state.newUuid()
  const assignments =
    topic.assignments.length > 0
      ? manualAssignments(state, topic)
      : placedAssignments(state, { ...topic, ...shape })
  const errorCode =
    topic.assignments.length > 0 ? ErrorCode.INVALID_REPLICA_ASSIGNMENT : ErrorCode.INVALID_REPLICATION_FACTOR
  return {
    records: [
      { type: 'Topic', topicId, name: topic.name },
      ...[...overrides].map(([name, value]): MetadataRecord => ({
        type: 'Config',
        resourceType: ConfigResource.topic,
        resourceName: topic.name,
        name,
        value,
      })),
      ...assignments.map((replicas, index) => newPartition(state, topicId, index, replicas, errorCode)),
    ],
    response: {
      name: topic.name,
      topicId,
      errorCode: ErrorCode.NONE,
      errorMessage: null,
      numPartitions: assignments.length,
      replicationFactor: assignments[0]?.length ?? -1,
      configs: describeTopicConfigs(state.image, state.staticConfig, overrides)
        .toSorted((a, b) => (a.name < b.name ? -1 : 1))
        .map(({ name, value, readOnly, configSource, isSensitive }) => ({
          name,
          value,
          readOnly,
          configSource,
          isSensitive,
        })),
    },
  }
}

function manualAssignments(state: ControllerState, topic: CreatableTopic): number[][] {
  const { assignments, replicationFactor, numPartitions } = topic
  if (replicationFactor !== -1) {
    throw new KafkaError(
      ErrorCode.INVALID_REQUEST,
      'A manual partition assignment was specified, but replication factor was not set to -1.',
    )
  }
  if (numPartitions !== -1) {
    throw new KafkaError(
      ErrorCode.INVALID_REQUEST,
      'A manual partition assignment was specified, but numPartitions was not set to -1.',
    )
  }
  const byIndex = new Map<number, number[]>()
  let factor: number | null = null
  for (const { partitionIndex, brokerIds } of assignments) {
    if (byIndex.has(partitionIndex)) {
      throw new KafkaError(
        ErrorCode.INVALID_REPLICA_ASSIGNMENT,
        `Found multiple manual partition assignments for partition ${partitionIndex}`,
      )
    }
    checkAssignment(state, brokerIds, factor)
    factor = brokerIds.length
    byIndex.set(partitionIndex, brokerIds)
  }
  return Array.from({ length: byIndex.size }, (_, index) => {
    const brokerIds = byIndex.get(index)
    if (brokerIds !== undefined) return brokerIds
    throw new KafkaError(
      ErrorCode.INVALID_REPLICA_ASSIGNMENT,
      'partitions should be a consecutive 0-based integer sequence',
    )
  })
}

function placedAssignments(
  state: ControllerState,
  { numPartitions, replicationFactor }: { numPartitions: number; replicationFactor: number },
): number[][] {
  if (replicationFactor < -1 || replicationFactor === 0) {
    throw new KafkaError(
      ErrorCode.INVALID_REPLICATION_FACTOR,
      'Replication factor must be larger than 0, or -1 to use the default value.',
    )
  }
  if (numPartitions < -1 || numPartitions === 0) {
    throw new KafkaError(
      ErrorCode.INVALID_PARTITIONS,
      'Number of partitions was set to an invalid non-positive value.',
    )
  }
  return automaticAssignments(
    state,
    numPartitions === -1 ? state.config.numPartitions : numPartitions,
    replicationFactor === -1 ? state.config.defaultReplicationFactor : replicationFactor,
  )
}

/**
 * @param apiVersion before 3 clients do not know TOPIC_DELETION_DISABLED, and from 6 on topics are given by name or id
 * @throws KafkaError POLICY_VIOLATION
 */
export function decideDeleteTopics(
  state: ControllerState,
  request: DeleteRequest,
  apiVersion: number,
): Decision<DeleteResponse> {
  const asked = [
    ...request.topicNames.map((name) => ({ name, topicId: ZERO_UUID })),
    ...request.topics.map(({ name, topicId }) => ({ name, topicId })),
  ]
  const found = asked.map((topic) => find(state, topic))
  const keys = asked.map(({ name, topicId }) => name ?? topicId)
  const duplicateKeys = duplicatesOf(keys)
  const duplicateIds = duplicatesOf(found.flatMap((topic) => (topic instanceof KafkaError ? [] : topic.id)))
  const seen = new Set<string>()
  const records: MetadataRecord[] = []
  const responses: DeleteResult[] = []
  asked.forEach(({ name, topicId }, index) => {
    const topic = found[index]!
    const key = keys[index]!
    const isRepeated = seen.has(key)
    seen.add(key)
    try {
      if (!state.config.deleteTopicEnable) throw deletionDisabled(apiVersion)
      if (topic instanceof KafkaError && topic.code === ErrorCode.INVALID_REQUEST) throw topic
      if (isRepeated) return
      if (duplicateKeys.has(key)) throw duplicate(name)
      if (topic instanceof KafkaError) throw topic
      if (duplicateIds.has(topic.id)) {
        if (name === null) return
        throw new KafkaError(
          ErrorCode.INVALID_REQUEST,
          'The provided topic name maps to an ID that was already supplied.',
        )
      }
      records.push({ type: 'RemoveTopic', topicId: topic.id })
      responses.push({ name: topic.name, topicId: topic.id, errorCode: ErrorCode.NONE })
    } catch (error) {
      responses.push({ name, topicId, ...itemError(error) })
    }
  })
  checkRecordCount(records)
  return { records, response: { responses } }
}

/** The topic, or why there is none. */
function find(
  { image }: ControllerState,
  { name, topicId }: { name: string | null; topicId: string },
): TopicImage | KafkaError {
  if (name === null && topicId === ZERO_UUID) {
    return new KafkaError(ErrorCode.INVALID_REQUEST, 'Neither topic name nor id were specified.')
  }
  if (name !== null && topicId !== ZERO_UUID) {
    return new KafkaError(ErrorCode.INVALID_REQUEST, 'You may not specify both topic name and topic id.')
  }
  if (name === null) {
    return (
      image.topicsById.get(topicId) ??
      new KafkaError(ErrorCode.UNKNOWN_TOPIC_ID, `No topic has the id ${topicId}.`)
    )
  }
  return (
    image.topicsByName.get(name) ??
    new KafkaError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, `The topic '${name}' does not exist.`)
  )
}

function duplicate(name: string | null): KafkaError {
  return new KafkaError(
    ErrorCode.INVALID_REQUEST,
    name === null ? 'Duplicate topic id.' : 'Duplicate topic name.',
  )
}

function deletionDisabled(apiVersion: number): KafkaError {
  return apiVersion < 3
    ? new KafkaError(ErrorCode.INVALID_REQUEST, 'Topic deletion is disabled.')
    : new KafkaError(ErrorCode.TOPIC_DELETION_DISABLED, 'Topic deletion is disabled.')
}
