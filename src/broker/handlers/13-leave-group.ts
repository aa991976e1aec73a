/**
 * LeaveGroup v0-5: members go at once instead of by their session's end.
 *
 * - v0-v2: one member, whose code is the answer's. v3: many, each with its own code; an administrator removes a
 *   static member by its instance id alone (KIP-345).
 * - v5: the reason (KIP-800), told with the rebalance event.
 *
 * Gap: no ACLs.
 */
import { ErrorCode } from '../protocol/errors.ts'
import { leaveGroup } from '../protocol/messages/13-leave-group.ts'
import { handler } from './handler.ts'

const BATCHED_VERSION = 3

export const leaveGroupHandler = handler(leaveGroup, async (request, context, { groups }) => {
  const { groupId, memberId } = request
  if (context.apiVersion >= BATCHED_VERSION) return groups.leaveGroup({ groupId, members: request.members })
  const single = { memberId, groupInstanceId: null, reason: null }
  const { errorCode = ErrorCode.NONE, members } = await groups.leaveGroup({ groupId, members: [single] })
  return { errorCode: errorCode === ErrorCode.NONE ? (members?.[0]?.errorCode ?? ErrorCode.NONE) : errorCode }
})
