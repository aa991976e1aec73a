/**
 * Fetch v4-18: record batches from an offset on, for consumers and for following brokers.
 *
 * - Long poll: answered when minBytes are there, after maxWaitMs, or at once with any error, divergence or preferred
 *   replica. fetch.max.bytes caps maxBytes; the first batch of an answer may exceed every limit (KIP-74).
 * - Consumers see up to the high watermark, or the last stable offset when read_committed; followers to the log's end.
 *   Whole batches are served as they are stored, so the first may begin before the offset asked for.
 * - A follower's fetch tells how far it has got: it moves the high watermark and the ISR before anything is read.
 * - v5: log start offset. Below v6 KAFKA_STORAGE_ERROR is answered as NOT_LEADER_OR_FOLLOWER. v7: incremental
 *   sessions (KIP-227). v9: leader epoch fencing (KIP-320). v10: topics with compression.type=zstd, refused below
 *   (UNSUPPORTED_COMPRESSION_TYPE). v11: rack and preferred read replica (KIP-392), and with it reading from
 *   followers. v12: divergence by last fetched epoch (KIP-595), current leader. v13: topics by id (KIP-516):
 *   UNKNOWN_TOPIC_ID, INCONSISTENT_TOPIC_ID. v15: replica state with the broker epoch (KIP-903). v16: addresses of
 *   leaders (KIP-951).
 *
 * Gaps: no quotas, so nothing is ever throttled; v17's directory id and v18's high watermark are not looked at (the
 * latter is of use to KRaft replicas only). Record batches v0 and v1 do not exist here, so nothing is down-converted.
 */
import type { RequestOf, ResponseInput } from '../protocol/api.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { fetch } from '../protocol/messages/01-fetch.ts'
import { ZERO_UUID } from '../protocol/schema.ts'
import { fetchFailure } from '../replication/fetch-params.ts'
import type { FetchIsolation, FetchPartition, FetchPartitionResult } from '../replication/fetch-params.ts'
import type { FetchContext, RequestedPartition, SessionResult } from '../replication/fetch-sessions.ts'
import { LeaderHints } from '../replication/leader-hints.ts'
import { handler } from './handler.ts'
import type { BrokerServices } from './services.ts'

type FetchRequest = RequestOf<typeof fetch>
type FetchResponse = ResponseInput<typeof fetch>
type TopicResponse = NonNullable<FetchResponse['responses']>[number]
type PartitionResponse = NonNullable<TopicResponse['partitions']>[number]

const FIRST_VERSION_WITH_STORAGE_ERROR = 6
const FIRST_VERSION_WITH_ZSTD = 10
const FIRST_VERSION_WITH_RACKS = 11
const FIRST_VERSION_WITH_EPOCHS = 12
const FIRST_VERSION_WITH_TOPIC_IDS = 13
const FIRST_VERSION_WITH_ENDPOINTS = 16
const CONSUMER = -1

export const fetchHandler = handler(fetch, async (request, { apiVersion }, broker) => {
  const context = openSession(request, apiVersion, broker)
  if (context.errorCode !== ErrorCode.NONE) return { errorCode: context.errorCode }
  const failed: SessionResult[] = []
  const readable: RequestedPartition[] = []
  for (const requested of context.partitions) {
    const refusal = refusalOf(requested, apiVersion, broker)
    if (refusal === ErrorCode.NONE) readable.push(requested)
    else failed.push({ requested, data: fetchFailure(refusal) })
  }
  const data = await read(request, apiVersion, readable, failed.length > 0, broker)
  const results = readable.map((requested, position) => ({ requested, data: data[position]! }))
  const answer = context.answer([...results, ...failed])
  return respond(answer, apiVersion, broker)
})

function openSession(request: FetchRequest, version: number, broker: BrokerServices): FetchContext {
  const usesTopicIds = version >= FIRST_VERSION_WITH_TOPIC_IDS
  const topicName = (topicId: string) => broker.metadata.image.topicsById.get(topicId)?.name ?? null
  return broker.replicas.fetchSessions.open({
    sessionId: request.sessionId,
    sessionEpoch: request.sessionEpoch,
    usesTopicIds,
    isFollower: replicaIdOf(request) >= 0,
    partitions: request.topics.flatMap(({ topic, topicId, partitions }) => {
      const name = usesTopicIds ? topicName(topicId) : topic
      return partitions.map((partition): RequestedPartition => ({
        topicId,
        topic: name,
        partition: partition.partition,
        fetchOffset: partition.fetchOffset,
        currentLeaderEpoch: partition.currentLeaderEpoch,
        lastFetchedEpoch: partition.lastFetchedEpoch,
        logStartOffset: partition.logStartOffset,
        maxBytes: partition.partitionMaxBytes,
      }))
    }),
    forgotten: request.forgottenTopicsData.flatMap(({ topic, topicId, partitions }) =>
      partitions.map((partition) => ({ topicId, topic: usesTopicIds ? null : topic, partition })),
    ),
    topicName,
  })
}

/** What can be said of a partition without its log; NONE when it is to be read. */
function refusalOf(
  { topic, partition }: RequestedPartition,
  version: number,
  broker: BrokerServices,
): number {
  if (topic === null) return ErrorCode.UNKNOWN_TOPIC_ID
  if (broker.metadata.image.partition(topic, partition) === undefined)
    return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
  if (version >= FIRST_VERSION_WITH_ZSTD) return ErrorCode.NONE
  const compressionType = broker.replicas.partition(topic, partition)?.log.config.compressionType
  return compressionType === 'zstd' ? ErrorCode.UNSUPPORTED_COMPRESSION_TYPE : ErrorCode.NONE
}

function read(
  request: FetchRequest,
  version: number,
  partitions: readonly RequestedPartition[],
  mustNotWait: boolean,
  broker: BrokerServices,
): Promise<FetchPartitionResult[]> {
  const replicaId = replicaIdOf(request)
  const maxBytes = Math.min(request.maxBytes, broker.config.fetchMaxBytes)
  const readsFromFollowers =
    replicaId < CONSUMER || (replicaId === CONSUMER && version >= FIRST_VERSION_WITH_RACKS)
  return broker.replicas.fetch({
    replicaId,
    replicaEpoch: request.replicaState.replicaEpoch,
    maxWaitMs: mustNotWait ? 0 : request.maxWaitMs,
    minBytes: Math.min(request.minBytes, maxBytes),
    maxBytes,
    isolation: isolationOf(replicaId, request.isolationLevel),
    leaderOnly: !readsFromFollowers,
    rackId: request.rackId,
    partitions: partitions as readonly (RequestedPartition & FetchPartition)[],
  })
}

function replicaIdOf({ replicaId, replicaState }: FetchRequest): number {
  return replicaState.replicaId !== CONSUMER ? replicaState.replicaId : replicaId
}

function isolationOf(replicaId: number, isolationLevel: number): FetchIsolation {
  if (replicaId !== CONSUMER) return 'logEnd'
  return isolationLevel === 1 ? 'txnCommitted' : 'highWatermark'
}

function respond(
  answer: { errorCode: number; sessionId: number; results: readonly SessionResult[] },
  version: number,
  broker: BrokerServices,
): FetchResponse {
  const hints = new LeaderHints(broker.replicas, broker.metadata.image)
  const responses: { topic: string; topicId: string; partitions: PartitionResponse[] }[] = []
  for (const { requested, data } of answer.results) {
    const { topicId, topic } = requested
    const partition = partitionResponse(requested, data, version, hints)
    const last = responses.at(-1)
    const isSameTopic = topicId === ZERO_UUID ? last?.topic === topic : last?.topicId === topicId
    if (last !== undefined && isSameTopic) last.partitions.push(partition)
    else responses.push({ topic: topic ?? '', topicId, partitions: [partition] })
  }
  const response = { errorCode: answer.errorCode, sessionId: answer.sessionId, responses }
  return version >= FIRST_VERSION_WITH_ENDPOINTS ? { ...response, nodeEndpoints: hints.endpoints } : response
}

const UNKNOWN: ReadonlySet<number> = new Set([
  ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
  ErrorCode.UNKNOWN_TOPIC_ID,
  ErrorCode.INCONSISTENT_TOPIC_ID,
])

function partitionResponse(
  { topic, partition }: RequestedPartition,
  data: FetchPartitionResult,
  version: number,
  hints: LeaderHints,
): PartitionResponse {
  const response: PartitionResponse = {
    partitionIndex: partition,
    errorCode: errorCodeFor(data.errorCode, version),
    highWatermark: data.highWatermark,
    lastStableOffset: data.lastStableOffset,
    logStartOffset: data.logStartOffset,
    // As Kafka has it: an empty list where there is nothing to read from, null where nobody asked.
    abortedTransactions: UNKNOWN.has(data.errorCode) ? [] : data.abortedTransactions,
    preferredReadReplica: data.preferredReadReplica,
    records: data.records,
  }
  if (version < FIRST_VERSION_WITH_EPOCHS) return response
  if (data.divergingEpoch !== null) return { ...response, divergingEpoch: data.divergingEpoch }
  const isElsewhere =
    data.errorCode === ErrorCode.NOT_LEADER_OR_FOLLOWER || data.errorCode === ErrorCode.FENCED_LEADER_EPOCH
  return isElsewhere ? { ...response, currentLeader: hints.leaderOf(topic ?? '', partition) } : response
}

function errorCodeFor(errorCode: number, version: number): number {
  const isTooOld = version < FIRST_VERSION_WITH_STORAGE_ERROR && errorCode === ErrorCode.KAFKA_STORAGE_ERROR
  return isTooOld ? ErrorCode.NOT_LEADER_OR_FOLLOWER : errorCode
}
