/**
 * Metadata v0-13: brokers, topics, partitions with leader, replicas and ISR, as this broker has learnt them.
 *
 * - v0: an empty topic list asks for all; v1+: null asks for all, an empty list for none.
 * - v4: allowAutoTopicCreation; older clients always allow it. A missing topic is created when the broker allows it
 *   too (`auto.create.topics.enable`) and answered UNKNOWN_TOPIC_OR_PARTITION meanwhile: clients ask again.
 *   An impossible name is INVALID_TOPIC_EXCEPTION. A topic asked for twice is told once.
 * - v0: replicas of brokers that are away are left out, and the partition is REPLICA_NOT_AVAILABLE: those clients
 *   look up every replica among the brokers.
 * - v5: offline replicas. v7: leader epochs. v10: topic ids; v12: topics may be asked for by id (UNKNOWN_TOPIC_ID).
 *   v10 and v11 have room for an id in the question too, but then the whole request is INVALID_REQUEST.
 * - v8: authorized operations, on demand (KIP-430); those of the cluster up to v10 (KIP-700).
 *
 * The controller told is the one that holds the role (KRaft tells any living broker): admin clients go there, and
 * any broker passes their requests on, so both are right.
 * Gap: there are no ACLs, so everybody may do everything with a topic and the cluster, and the fields say so.
 */
import type { BrokerImage, PartitionImage, TopicImage } from '../metadata/image.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { metadata } from '../protocol/messages/03-metadata.ts'
import type { RequestOf, ResponseInput } from '../protocol/api.ts'
import { ZERO_UUID } from '../protocol/schema.ts'
import { isInternalTopic } from '../metadata/internal-topics.ts'
import { EVERY_CLUSTER_OPERATION, EVERY_TOPIC_OPERATION } from './authorized-operations.ts'
import { codeOfMissingTopic, createTopicAutomatically } from './topic-creation.ts'
import { handler } from './handler.ts'
import type { BrokerServices } from './services.ts'

type TopicAnswer = NonNullable<ResponseInput<typeof metadata>['topics']>[number]
type Describe = (topic: TopicImage, brokers: ReadonlyMap<number, BrokerImage>) => TopicAnswer
type RequestedTopic = NonNullable<RequestOf<typeof metadata>['topics']>[number]

const FIRST_VERSION_WITH_TOPIC_IDS = 12

export const metadataHandler = handler(metadata, (request, context, broker) => {
  const { image } = broker.metadata
  const { apiVersion } = context
  if (request.topics?.some((topic) => isAskedByIdTooEarly(topic, apiVersion)) === true)
    return refused(request)
  const describe: Describe = apiVersion === 0 ? describeTopicToOldClient : describeTopic
  const wantsAll = request.topics === null || (apiVersion === 0 && request.topics.length === 0)
  const topics = wantsAll
    ? [...image.topicsByName.values()].map((topic) => describe(topic, image.brokers))
    : withoutRepeated(request.topics ?? []).map((topic): TopicAnswer =>
        describeRequested(topic, broker, request.allowAutoTopicCreation || apiVersion < 4, describe),
      )
  return {
    brokers: image.aliveBrokers().map(({ id, host, port, rack }) => ({ nodeId: id, host, port, rack })),
    clusterId: image.clusterId,
    controllerId: image.controllerId,
    topics: request.includeTopicAuthorizedOperations
      ? topics.map((topic) => ({ ...topic, topicAuthorizedOperations: EVERY_TOPIC_OPERATION }))
      : topics,
    ...(request.includeClusterAuthorizedOperations && {
      clusterAuthorizedOperations: EVERY_CLUSTER_OPERATION,
    }),
    errorCode: ErrorCode.NONE,
  }
})

function refused({ topics }: RequestOf<typeof metadata>) {
  return {
    brokers: [],
    topics: (topics ?? []).map(({ name, topicId }) =>
      missing(name ?? '', topicId, ErrorCode.INVALID_REQUEST),
    ),
    errorCode: ErrorCode.INVALID_REQUEST,
  }
}

function withoutRepeated(topics: readonly RequestedTopic[]): RequestedTopic[] {
  return [...new Map(topics.map((topic) => [`${topic.topicId}/${topic.name}`, topic])).values()]
}

function isAskedByIdTooEarly({ name, topicId }: RequestedTopic, apiVersion: number): boolean {
  return apiVersion < FIRST_VERSION_WITH_TOPIC_IDS && (name === null || topicId !== ZERO_UUID)
}

function describeRequested(
  requested: RequestedTopic,
  broker: BrokerServices,
  mayCreate: boolean,
  describe: Describe,
) {
  const { image } = broker.metadata
  if (requested.topicId !== ZERO_UUID) {
    const topic = image.topicsById.get(requested.topicId)
    if (topic !== undefined) return describe(topic, image.brokers)
    return missing(null, requested.topicId, ErrorCode.UNKNOWN_TOPIC_ID)
  }
  const name = requested.name ?? ''
  const topic = image.topicsByName.get(name)
  if (topic !== undefined) return describe(topic, image.brokers)
  return missing(
    name,
    ZERO_UUID,
    mayCreate ? createTopicAutomatically(name, broker) : codeOfMissingTopic(name),
  )
}

function missing(name: string | null, topicId: string, errorCode: number) {
  return {
    errorCode,
    name,
    topicId,
    isInternal: name !== null && isInternalTopic(name),
    partitions: [],
  }
}

function describeTopic(topic: TopicImage, brokers: ReadonlyMap<number, BrokerImage>) {
  return {
    errorCode: ErrorCode.NONE,
    name: topic.name,
    topicId: topic.id,
    isInternal: isInternalTopic(topic.name),
    partitions: topic.partitions.map((partition) => describePartition(partition, brokers)),
  }
}

/** Version 0 had no offline replicas: a replica nobody can reach must not be named. */
function describeTopicToOldClient(topic: TopicImage, brokers: ReadonlyMap<number, BrokerImage>) {
  const isAlive = (id: number) => brokers.get(id)?.fenced === false
  const told = describeTopic(topic, brokers)
  return {
    ...told,
    partitions: told.partitions.map((partition) => {
      const isWhole = partition.replicaNodes.every(isAlive)
      const hidesNothing = isWhole || partition.errorCode !== ErrorCode.NONE
      return {
        ...partition,
        errorCode: hidesNothing ? partition.errorCode : ErrorCode.REPLICA_NOT_AVAILABLE,
        replicaNodes: partition.replicaNodes.filter(isAlive),
        isrNodes: partition.isrNodes.filter(isAlive),
      }
    }),
  }
}

function describePartition(partition: PartitionImage, brokers: ReadonlyMap<number, BrokerImage>) {
  const isAlive = (id: number) => brokers.get(id)?.fenced === false
  const hasLeader = partition.leader >= 0 && isAlive(partition.leader)
  return {
    errorCode: hasLeader ? ErrorCode.NONE : ErrorCode.LEADER_NOT_AVAILABLE,
    partitionIndex: partition.partition,
    leaderId: hasLeader ? partition.leader : -1,
    leaderEpoch: partition.leaderEpoch,
    replicaNodes: [...partition.replicas],
    isrNodes: [...partition.isr],
    offlineReplicas: partition.replicas.filter((id) => !isAlive(id)),
  }
}
