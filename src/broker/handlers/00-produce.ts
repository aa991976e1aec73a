/**
 * Produce v3-13: appends record batches to partitions this broker leads.
 *
 * - acks=0: nothing is answered; any partition's error closes the connection, which is how a producer that waits for
 *   no answer learns that its metadata is old. acks=1: answered after the leader's commit; acks=-1: when the whole
 *   ISR has it, or REQUEST_TIMED_OUT after timeoutMs, with the data kept. Anything else: INVALID_REQUIRED_ACKS.
 * - All partitions of a request are appended in the turn it arrives, and committed with whatever else arrived then.
 * - `__consumer_offsets` and its like: INVALID_TOPIC_EXCEPTION, unless the client id is `__admin_client` (as Kafka).
 * - v3: record batches v2 only. v4: KAFKA_STORAGE_ERROR, which older clients get as NOT_LEADER_OR_FOLLOWER. v5: log
 *   start offset. v7: zstd, refused below (UNSUPPORTED_COMPRESSION_TYPE, KIP-110). v8: record errors and a message
 *   (KIP-467). v10: current leader and its address with NOT_LEADER_OR_FOLLOWER (KIP-951). v13: topics by id
 *   (KIP-516): UNKNOWN_TOPIC_ID, INCONSISTENT_TOPIC_ID.
 * - No records, or a partition named twice: refused (INVALID_RECORD, INVALID_REQUEST). Kafka would take the last
 *   of two and drop the other without a word. A piece of a batch behind the whole one is cut off, as Kafka does it.
 *
 * Gap: transactions. A transactional batch is answered as Kafka answers one whose transactional id its coordinator
 * does not know: INVALID_PRODUCER_ID_MAPPING; without a transactional id, TRANSACTIONAL_ID_AUTHORIZATION_FAILED.
 */
import type { RequestOf, ResponseInput } from '../protocol/api.ts'
import { ErrorCode, errorName, KafkaError } from '../protocol/errors.ts'
import { produce } from '../protocol/messages/00-produce.ts'
import { sizeOfBatch } from '../protocol/batch-header.ts'
import { OFFSET } from '../protocol/batch-layout.ts'
import { Compression, readBatchHeader } from '../protocol/record-batch.ts'
import { ZERO_UUID } from '../protocol/schema.ts'
import { appendFailure } from '../replication/append.ts'
import type { AppendEntry, AppendResult } from '../replication/append.ts'
import { LeaderHints } from '../replication/leader-hints.ts'
import { CloseConnection, handler, NO_RESPONSE } from './handler.ts'
import type { RequestContext } from './handler.ts'
import type { BrokerServices } from './services.ts'

type ProduceRequest = RequestOf<typeof produce>
type ProduceResponse = ResponseInput<typeof produce>

/** One partition of the request, in its order. */
interface Produced {
  topic: string
  topicId: string
  index: number
  records: Buffer | null
  /** What is wrong with it before it gets to the log. */
  refusal: AppendResult | null
}

const FIRST_VERSION_WITH_STORAGE_ERROR = 4
const FIRST_VERSION_WITH_ZSTD = 7
const FIRST_VERSION_WITH_LEADER_HINTS = 10
const FIRST_VERSION_WITH_TOPIC_IDS = 13
/** What Kafka says before it has looked at the log. */
const WITHOUT_LOG_START: ReadonlySet<number> = new Set([
  ErrorCode.NOT_LEADER_OR_FOLLOWER,
  ErrorCode.MESSAGE_TOO_LARGE,
  ErrorCode.RECORD_LIST_TOO_LARGE,
  ErrorCode.CORRUPT_MESSAGE,
])
const KNOWN_MAGIC: ReadonlySet<number> = new Set([0, 1, 2])
const ADMIN_CLIENT_ID = '__admin_client'

async function handleProduce(
  request: ProduceRequest,
  context: RequestContext,
  broker: BrokerServices,
): Promise<ProduceResponse | typeof NO_RESPONSE> {
  const produced = partitionsOf(request, context.apiVersion, broker)
  const entries = produced.filter(({ refusal }) => refusal === null)
  const appended = await broker.replicas.appendRecords({
    requiredAcks: request.acks,
    timeoutMs: request.timeoutMs,
    entries: entries.map(toEntry),
    origin: 'client',
    internalTopicsAllowed: context.clientId === ADMIN_CLIENT_ID,
  })
  const resultOf = new Map(entries.map((each, position) => [each, appended[position]!]))
  const results = produced.map((each) => each.refusal ?? resultOf.get(each)!)
  if (request.acks !== 0) return respond(produced, results, context, broker)
  closeOnError(produced, results)
  return NO_RESPONSE
}

/** Appends before it awaits anything; whether the followers have it changes nothing about the requests after it. */
export const produceHandler = { ...handler(produce, handleProduce), actsAtOnce: true }

function partitionsOf(request: ProduceRequest, version: number, broker: BrokerServices): Produced[] {
  const produced = request.topicData.flatMap(({ name, topicId, partitionData }) => {
    const known = broker.metadata.image.topicsById.get(topicId)
    const topic = version >= FIRST_VERSION_WITH_TOPIC_IDS ? (known?.name ?? '') : name
    const isUnknownId = topic === '' && version >= FIRST_VERSION_WITH_TOPIC_IDS
    return partitionData.map(({ index, records }): Produced => {
      const refusal = isUnknownId
        ? appendFailure(ErrorCode.UNKNOWN_TOPIC_ID)
        : refusalOf(records, request, version)
      return { topic, topicId, index, records, refusal }
    })
  })
  refuseRepeated(produced)
  return produced
}

/** What can be said of a batch without its partition. The rest is the log's business. */
function refusalOf(records: Buffer | null, request: ProduceRequest, version: number): AppendResult | null {
  if (records === null || records.length === 0) {
    return appendFailure(ErrorCode.INVALID_RECORD, 'A produce request must contain exactly one record batch.')
  }
  try {
    const refusal = refusalOfSet(records)
    if (refusal !== null) return refusal
    const { compression, isTransactional } = readBatchHeader(records, 0)
    if (isTransactional) return transactionRefusal(request.transactionalId)
    const isZstd = compression === Compression.ZSTD
    if (!isZstd || version >= FIRST_VERSION_WITH_ZSTD) return null
    return appendFailure(ErrorCode.UNSUPPORTED_COMPRESSION_TYPE, 'zstd needs Produce version 7 or later.')
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error
    return appendFailure(error.code, error.message)
  }
}

/** There must be exactly one whole batch; a piece of another one behind it is nothing. */
function refusalOfSet(records: Buffer): AppendResult | null {
  const size = sizeOfBatch(records, 0)
  if (size === null || size > records.length) {
    // A format nobody knows is told from a batch cut short by the byte they all have in the same place.
    if (records.length > OFFSET.magic && !KNOWN_MAGIC.has(records.readInt8(OFFSET.magic))) {
      return appendFailure(ErrorCode.CORRUPT_MESSAGE, 'These are no record batches.')
    }
    return appendFailure(ErrorCode.INVALID_RECORD, 'The record batch is cut off.')
  }
  const next = sizeOfBatch(records, size)
  return next !== null && size + next <= records.length
    ? appendFailure(ErrorCode.INVALID_RECORD, 'There must be one batch for a partition, not several.')
    : null
}

function transactionRefusal(transactionalId: string | null): AppendResult {
  return transactionalId === null
    ? appendFailure(ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED)
    : appendFailure(
        ErrorCode.INVALID_PRODUCER_ID_MAPPING,
        'The transactional id is not known to its coordinator.',
      )
}

function refuseRepeated(produced: readonly Produced[]): void {
  const seen = new Map<string, Produced>()
  for (const each of produced) {
    const key = `${each.topicId}/${each.topic}/${each.index}`
    const first = seen.get(key)
    if (first === undefined) seen.set(key, each)
    else
      first.refusal = each.refusal = appendFailure(ErrorCode.INVALID_REQUEST, 'The partition is named twice.')
  }
}

function toEntry({ topic, topicId, index, records }: Produced): AppendEntry {
  const whole = records!.subarray(0, sizeOfBatch(records!, 0) ?? 0)
  const entry = { topic, partition: index, records: whole }
  return topicId === ZERO_UUID ? entry : { ...entry, topicId }
}

function respond(
  produced: readonly Produced[],
  results: readonly AppendResult[],
  { apiVersion }: RequestContext,
  broker: BrokerServices,
): ProduceResponse {
  const hints = new LeaderHints(broker.replicas, broker.metadata.image)
  const responses: { name: string; topicId: string; partitionResponses: PartitionResponse[] }[] = []
  produced.forEach(({ topic, topicId, index }, position) => {
    const result = results[position]!
    const hasHint =
      apiVersion >= FIRST_VERSION_WITH_LEADER_HINTS && result.errorCode === ErrorCode.NOT_LEADER_OR_FOLLOWER
    const response: PartitionResponse = {
      index,
      errorCode: errorCodeFor(result.errorCode, apiVersion),
      baseOffset: result.baseOffset,
      logAppendTimeMs: result.logAppendTimeMs,
      logStartOffset: WITHOUT_LOG_START.has(result.errorCode) ? -1 : result.logStartOffset,
      recordErrors: result.recordErrors.map(({ batchIndex, message }) => ({
        batchIndex,
        batchIndexErrorMessage: message,
      })),
      errorMessage: result.errorMessage,
      currentLeader: hasHint ? hints.leaderOf(topic, index) : undefined,
    }
    const last = responses.at(-1)
    if (last !== undefined && last.name === topic && last.topicId === topicId)
      last.partitionResponses.push(response)
    else responses.push({ name: topic, topicId, partitionResponses: [response] })
  })
  return apiVersion >= FIRST_VERSION_WITH_LEADER_HINTS
    ? { responses, nodeEndpoints: hints.endpoints }
    : { responses }
}

type PartitionResponse = NonNullable<
  NonNullable<ProduceResponse['responses']>[number]['partitionResponses']
>[number]

function errorCodeFor(errorCode: number, version: number): number {
  const isTooOld = version < FIRST_VERSION_WITH_STORAGE_ERROR && errorCode === ErrorCode.KAFKA_STORAGE_ERROR
  return isTooOld ? ErrorCode.NOT_LEADER_OR_FOLLOWER : errorCode
}

function closeOnError(produced: readonly Produced[], results: readonly AppendResult[]): void {
  const failed = results.findIndex(({ errorCode }) => errorCode !== ErrorCode.NONE)
  if (failed < 0) return
  const { topic, index } = produced[failed]!
  const error = errorName(results[failed]!.errorCode)
  throw new CloseConnection(`a produce request with acks=0 failed on ${topic}-${index}: ${error}`)
}
