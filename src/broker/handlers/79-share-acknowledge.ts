/**
 * ShareAcknowledge v1-2: what a member of a share group has done with records it acquired (KIP-932): accepted,
 * released for another delivery, rejected for good, or found missing in the log (a gap).
 *
 * - Needs the share session ShareFetch opened, with its next epoch: SHARE_SESSION_NOT_FOUND,
 *   INVALID_SHARE_SESSION_EPOCH (epoch 0 among them); −1 also gives back what the member still holds and closes it.
 * - Partition by partition, each all or nothing: INVALID_RECORD_STATE for records the member does not hold (any
 *   more), INVALID_REQUEST for batches out of order, with a wrong number of types or unknown ones.
 * - Answered when the share coordinator has written it.
 * - v2: type 4 renews the lock of records (KIP-1222), in a request that says so; the answer tells for how long.
 *
 * Gap: no ACLs.
 */
import { ErrorCode } from '../protocol/errors.ts'
import { shareAcknowledge } from '../protocol/messages/79-share-acknowledge.ts'
import { LeaderHints } from '../replication/leader-hints.ts'
import { FINAL_EPOCH, INITIAL_EPOCH } from '../share/share-sessions.ts'
import { handler } from './handler.ts'
import { acknowledge, byTopic, isAnonymous, leaderInstead, partitionsOf } from './share-answers.ts'

export const shareAcknowledgeHandler = handler(shareAcknowledge, async (request, _context, broker) => {
  const { shares, metadata, replicas } = broker
  if (isAnonymous(request)) {
    return {
      errorCode: ErrorCode.INVALID_REQUEST,
      errorMessage: 'An acknowledgement needs a group id and a member id.',
    }
  }
  const { shareSessionEpoch } = request
  if (shareSessionEpoch === INITIAL_EPOCH) return { errorCode: ErrorCode.INVALID_SHARE_SESSION_EPOCH }
  const groupId = request.groupId ?? ''
  const { session, errorCode } = shares.sessions.find(groupId, request.memberId ?? '', shareSessionEpoch)
  if (session === null) return { errorCode }
  const isFinal = shareSessionEpoch === FINAL_EPOCH
  if (!isFinal) session.advance()
  const partitions = partitionsOf(request.topics)
  const acknowledged = await Promise.all(
    partitions.map((partition) => acknowledge(request, partition, shares)),
  )
  if (isFinal) await shares.closeSession(session)
  const hints = new LeaderHints(replicas, metadata.image)
  const results = partitions.map((name, index) => {
    const result = acknowledged[index]!
    return {
      topicId: name.topicId,
      answer: {
        partitionIndex: name.partition,
        ...result,
        ...leaderInstead(result.errorCode, name, metadata.image, hints),
      },
    }
  })
  return {
    errorCode: ErrorCode.NONE,
    acquisitionLockTimeoutMs: shares.configOf(groupId).recordLockDurationMs,
    responses: byTopic(results),
    nodeEndpoints: hints.endpoints,
  }
})
