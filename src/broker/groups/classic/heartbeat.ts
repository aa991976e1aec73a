/** Heartbeat to a classic group: "I live", answered with "all is well" or "rejoin". */
import { ErrorCode } from '../../protocol/errors.ts'
import type { HeartbeatRequest } from '../messages.ts'
import type { Turn } from '../turn.ts'
import { keepAlive } from './rebalance.ts'

/** The error code to answer. */
export function heartbeat(turn: Turn, request: HeartbeatRequest): number {
  const group = turn.state.classicGroup(request.groupId)
  if (group === undefined) return ErrorCode.UNKNOWN_MEMBER_ID
  const errorCode = group.validateMember(request.memberId, request.groupInstanceId)
  const member = group.members.get(request.memberId)
  if (errorCode !== ErrorCode.NONE || member === undefined) return errorCode
  if (request.generationId !== group.generationId) return ErrorCode.ILLEGAL_GENERATION
  // A member that hears of a rebalance lives, too: it has a whole session to finish its work and rejoin.
  keepAlive(turn, group, member)
  if (group.state !== 'PreparingRebalance') return ErrorCode.NONE
  group.trace?.mark(member, 'toldAtMs', turn.nowMs)
  return ErrorCode.REBALANCE_IN_PROGRESS
}
