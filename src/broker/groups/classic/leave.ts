/** LeaveGroup to a classic group: members go, by themselves or by an administrator's hand. */
import { ErrorCode } from '../../protocol/errors.ts'
import type { LeaveGroupRequest, LeavingMember, LeftMember } from '../messages.ts'
import type { Turn } from '../turn.ts'
import { causeOfLeaving, kindOfLeaving } from './causes.ts'
import type { ClassicGroup } from './group.ts'
import type { ClassicMember } from './member.ts'
import { completeJoinWhenAllJoined, rebalance, removeMember } from './rebalance.ts'

export function leaveGroup(turn: Turn, request: LeaveGroupRequest): LeftMember[] {
  const group = turn.state.classicGroup(request.groupId)
  if (group === undefined) return request.members.map((leaving) => left(leaving, ErrorCode.UNKNOWN_MEMBER_ID))
  const gone: ClassicMember[] = []
  const answers = request.members.map((leaving) => left(leaving, leave(turn, group, leaving, gone)))
  if (gone.length === 0) {
    completeJoinWhenAllJoined(turn, group)
  } else {
    rebalance(turn, group, causeOfLeaving(turn, request, gone))
  }
  return answers
}

/**
 * Removes one member and notes who it was; one that was only given an id was none, and nobody rebalances for it.
 * Returns the error code for it.
 */
function leave(turn: Turn, group: ClassicGroup, leaving: LeavingMember, gone: ClassicMember[]): number {
  const memberId = memberIdOf(group, leaving)
  if (memberId === undefined) return ErrorCode.UNKNOWN_MEMBER_ID
  if (!group.pendingJoinMembers.has(memberId)) {
    const errorCode = group.validateMember(memberId, leaving.groupInstanceId)
    if (errorCode !== ErrorCode.NONE) return errorCode
    const member = group.members.get(memberId)
    if (member !== undefined) gone.push(member)
  }
  removeMember(turn, group, memberId, kindOfLeaving(leaving) === 'memberLeft' ? 'left' : 'removed')
  return ErrorCode.NONE
}

/** An administrator removes a static member by its instance id alone (KIP-345). */
function memberIdOf(group: ClassicGroup, leaving: LeavingMember): string | undefined {
  if (leaving.memberId !== '') return leaving.memberId
  return leaving.groupInstanceId === null ? undefined : group.staticMemberId(leaving.groupInstanceId)
}

function left({ memberId, groupInstanceId }: LeavingMember, errorCode: number): LeftMember {
  return { memberId, groupInstanceId, errorCode }
}
