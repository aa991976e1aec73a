/**
 * ShareGroupHeartbeat v1: members of a share group join (epoch 0), stay, change what they subscribe to, and leave
 * (epoch −1); the answer assigns partitions (KIP-932).
 *
 * - Members make their own ids. The assignment comes with the answer to a join, and whenever it is another.
 * - INVALID_REQUEST, GROUP_ID_NOT_FOUND (also for a group of another kind), UNKNOWN_MEMBER_ID, FENCED_MEMBER_EPOCH,
 *   GROUP_MAX_SIZE_REACHED (`group.share.max.size`).
 * - Partitions the group has not begun with are begun at the share coordinator before the answer; Kafka answers at
 *   once and assigns them at the next heartbeat.
 *
 * Gap: no ACLs.
 */
import { shareGroupHeartbeat } from '../protocol/messages/76-share-group-heartbeat.ts'
import { handler } from './handler.ts'

export const shareGroupHeartbeatHandler = handler(shareGroupHeartbeat, (request, context, { shareGroups }) =>
  shareGroups.heartbeat(context, request),
)
