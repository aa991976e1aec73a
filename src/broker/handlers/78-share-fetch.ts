/**
 * ShareFetch v1-2: acquires records for a member of a share group (KIP-932), and takes its acknowledgements of earlier
 * ones on the way.
 *
 * - Share sessions: epoch 0 opens one (and must not acknowledge: INVALID_REQUEST), −1 acknowledges, gives back what
 *   the member holds and closes it. SHARE_SESSION_NOT_FOUND, INVALID_SHARE_SESSION_EPOCH,
 *   SHARE_SESSION_LIMIT_REACHED. A session also ends with its connection. Only partitions there is something to say
 *   of are answered, but for the first fetch of a session.
 * - Long poll: answered when minBytes can be acquired, at once with any error, or after maxWaitMs.
 * - Acknowledgements are applied before records are acquired, partition by partition, each all or nothing:
 *   INVALID_RECORD_STATE for records the member does not hold (any more).
 * - v1 acquires whole record batches and may exceed maxRecords. v2: shareAcquireMode 1 never does (KIP-1206); locks
 *   may be renewed (KIP-1222) by a fetch that asks for nothing.
 *
 * Gaps: no ACLs; records of aborted transactions are delivered under `share.isolation.level=read_committed`, too.
 */
import type { RequestOf, ResponseInput } from '../protocol/api.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { shareFetch } from '../protocol/messages/78-share-fetch.ts'
import { LeaderHints } from '../replication/leader-hints.ts'
import type { SharedRecords } from '../share/share-fetches.ts'
import { NO_FAILURE } from '../share/share-manager.ts'
import type { ShareResult } from '../share/share-manager.ts'
import { FINAL_EPOCH, INITIAL_EPOCH, keyOf } from '../share/share-sessions.ts'
import type { SharePartitionName, ShareSession } from '../share/share-sessions.ts'
import { handler } from './handler.ts'
import type { RequestContext } from './handler.ts'
import type { BrokerServices } from './services.ts'
import { acknowledge, byTopic, isAnonymous, leaderInstead, partitionsOf } from './share-answers.ts'

type ShareFetchRequest = RequestOf<typeof shareFetch>
type ShareFetchResponse = ResponseInput<typeof shareFetch>

const STRICT_MODE = 1
const NO_RECORDS: SharedRecords = { ...NO_FAILURE, records: [], acquired: [] }

export const shareFetchHandler = handler(shareFetch, async (request, context, broker) => {
  const { shares } = broker
  const requested = partitionsOf(request.topics)
  const refusal = refusalOf(
    request,
    requested.some(({ acknowledgementBatches }) => acknowledgementBatches.length > 0),
  )
  if (refusal !== null) return { errorCode: ErrorCode.INVALID_REQUEST, errorMessage: refusal }
  const { session, errorCode } = sessionOf(request, context, broker)
  if (session === null) return { errorCode }
  const forgotten = request.forgottenTopicsData.flatMap(({ topicId, partitions }) =>
    partitions.map((partition) => ({ topicId, partition })),
  )
  const isFinal = request.shareSessionEpoch === FINAL_EPOCH
  const isFirst = request.shareSessionEpoch === INITIAL_EPOCH
  if (!isFinal) session.update(requested, forgotten)

  const acknowledged = new Map<string, Promise<ShareResult>>()
  for (const partition of requested) {
    if (partition.acknowledgementBatches.length === 0) continue
    acknowledged.set(keyOf(partition), acknowledge(request, partition, shares))
  }
  const names = isFinal || request.isRenewAck ? [] : rotated([...session.partitions.values()], session.epoch)
  if (!isFinal && !isFirst) session.advance()
  const fetched = await fetchFor(request, context, broker, names)
  const results = new Map(names.map((name, index) => [keyOf(name), { name, fetched: fetched[index]! }]))
  for (const name of requested) {
    const key = keyOf(name)
    if (!results.has(key) && acknowledged.has(key)) results.set(key, { name, fetched: NO_RECORDS })
  }
  const answers: Answer[] = []
  for (const [key, result] of results) {
    const acknowledgement = await acknowledged.get(key)
    const isNews =
      isFirst ||
      acknowledgement !== undefined ||
      result.fetched.errorCode !== ErrorCode.NONE ||
      result.fetched.acquired.length > 0
    if (isNews) answers.push({ ...result, acknowledged: acknowledgement ?? NO_FAILURE })
  }
  if (isFinal) await shares.closeSession(session)
  return respond(answers, request, broker)
})

interface Answer {
  readonly name: SharePartitionName
  readonly fetched: SharedRecords
  readonly acknowledged: ShareResult
}

function refusalOf(request: ShareFetchRequest, acknowledges: boolean): string | null {
  if (isAnonymous(request)) return 'A share fetch needs a group id and a member id.'
  if (request.shareSessionEpoch === INITIAL_EPOCH && acknowledges) {
    return 'The first fetch of a share session has nothing to acknowledge.'
  }
  const asksForRecords =
    request.maxBytes > 0 || request.minBytes > 0 || request.maxRecords > 0 || request.maxWaitMs > 0
  if (request.isRenewAck && asksForRecords) {
    return 'A fetch that renews locks asks for no records: maxWaitMs, minBytes, maxBytes and maxRecords have to be 0.'
  }
  return null
}

function sessionOf(
  request: ShareFetchRequest,
  { connection }: RequestContext,
  { shares }: BrokerServices,
): { session: ShareSession | null; errorCode: number } {
  const [groupId, memberId] = [request.groupId ?? '', request.memberId ?? '']
  if (request.shareSessionEpoch !== INITIAL_EPOCH) {
    return shares.sessions.find(groupId, memberId, request.shareSessionEpoch)
  }
  shares.watch(connection)
  return shares.sessions.open(groupId, memberId, connection)
}

function fetchFor(
  request: ShareFetchRequest,
  { connection }: RequestContext,
  { shares, config }: BrokerServices,
  partitions: readonly SharePartitionName[],
): Promise<SharedRecords[]> {
  const maxBytes = Math.max(0, Math.min(request.maxBytes, config.fetchMaxBytes))
  return shares.fetch({
    groupId: request.groupId ?? '',
    memberId: request.memberId ?? '',
    maxWaitMs: request.maxWaitMs,
    minBytes: Math.min(request.minBytes, maxBytes),
    maxBytes,
    maxRecords: request.maxRecords,
    batchSize: Math.max(1, request.batchSize),
    isStrict: request.shareAcquireMode === STRICT_MODE,
    isAbandoned: () => connection.isClosed,
    partitions,
  })
}

/** Each fetch begins with another partition, so that none starves behind a busy one. */
function rotated<T>(items: readonly T[], by: number): T[] {
  if (items.length === 0) return []
  const start = by % items.length
  return [...items.slice(start), ...items.slice(0, start)]
}

function respond(
  answers: readonly Answer[],
  { groupId }: ShareFetchRequest,
  { shares, metadata, replicas }: BrokerServices,
): ShareFetchResponse {
  const hints = new LeaderHints(replicas, metadata.image)
  const results = answers.map(({ name, fetched, acknowledged }) => ({
    topicId: name.topicId,
    answer: {
      partitionIndex: name.partition,
      errorCode: fetched.errorCode,
      errorMessage: fetched.errorMessage,
      acknowledgeErrorCode: acknowledged.errorCode,
      acknowledgeErrorMessage: acknowledged.errorMessage,
      ...leaderInstead(
        fetched.errorCode === ErrorCode.NONE ? acknowledged.errorCode : fetched.errorCode,
        name,
        metadata.image,
        hints,
      ),
      records: [...fetched.records],
      acquiredRecords: [...fetched.acquired],
    },
  }))
  return {
    errorCode: ErrorCode.NONE,
    acquisitionLockTimeoutMs: shares.configOf(groupId ?? '').recordLockDurationMs,
    responses: byTopic(results),
    nodeEndpoints: hints.endpoints,
  }
}
