/** SyncGroup to a classic group: the leader brings the assignment, everybody takes it away. */
import { ErrorCode } from '../../protocol/errors.ts'
import type { SyncGroupRequest, SyncGroupResponse } from '../messages.ts'
import type { Turn } from '../turn.ts'
import type { Waiter } from '../waiter.ts'
import { answerSync, syncedAssignment, syncFailure } from './answers.ts'
import type { ClassicGroup } from './group.ts'
import type { ClassicMember } from './member.ts'
import { EMPTY_ASSIGNMENT } from './member.ts'
import { restartSession } from './rebalance.ts'
import { reportCompletion, settle } from './telling.ts'

export function syncGroup(turn: Turn, request: SyncGroupRequest, waiter: Waiter<SyncGroupResponse>): void {
  const group = turn.state.classicGroup(request.groupId)
  const member = group?.members.get(request.memberId)
  const errorCode = group === undefined ? ErrorCode.UNKNOWN_MEMBER_ID : validate(group, request)
  if (group === undefined || member === undefined || errorCode !== ErrorCode.NONE) {
    if (errorCode === ErrorCode.REBALANCE_IN_PROGRESS && member !== undefined) {
      group?.trace?.mark(member, 'toldAtMs', turn.nowMs)
    }
    turn.answer(waiter, syncFailure(errorCode))
    return
  }
  member.lastSeenMs = turn.nowMs
  group.pendingSyncMembers.delete(member.memberId)
  if (group.state === 'Stable') {
    turn.answer(waiter, syncedAssignment(group, member))
    group.settling?.mark(member, 'syncSentAtMs', turn.nowMs)
    group.settling?.mark(member, 'syncAnsweredAtMs', turn.nowMs)
    if (group.settling?.isSettled === true) settle(turn, group)
    return
  }
  // Its client gave up on an earlier SyncGroup; whoever may still listen there is told something harmless.
  answerSync(turn, member, syncFailure(ErrorCode.REBALANCE_IN_PROGRESS))
  member.awaitingSync = waiter
  group.trace?.mark(member, 'syncSentAtMs', turn.nowMs)
  if (group.isLeader(member.memberId)) assign(turn, group, request)
}

function validate(group: ClassicGroup, request: SyncGroupRequest): number {
  const errorCode = group.validateMember(request.memberId, request.groupInstanceId)
  if (errorCode !== ErrorCode.NONE) return errorCode
  if (request.generationId !== group.generationId) return ErrorCode.ILLEGAL_GENERATION
  const isInconsistent =
    (request.protocolType !== null && request.protocolType !== group.protocolType) ||
    (request.protocolName !== null && request.protocolName !== group.protocolName)
  if (isInconsistent) return ErrorCode.INCONSISTENT_GROUP_PROTOCOL
  return group.state === 'PreparingRebalance' ? ErrorCode.REBALANCE_IN_PROGRESS : ErrorCode.NONE
}

/**
 * Writes the leader's assignment. The record makes the group stable; the members that wait are answered once it is
 * in the log, so that no member works on an assignment a new coordinator would not know.
 */
function assign(turn: Turn, group: ClassicGroup, request: SyncGroupRequest): void {
  const assignments = new Map<string, Buffer>()
  // Whoever the leader left out gets nothing, not what it had in the generation before.
  for (const memberId of group.members.keys()) assignments.set(memberId, EMPTY_ASSIGNMENT)
  for (const { memberId, assignment } of request.assignments) {
    if (assignments.has(memberId)) assignments.set(memberId, assignment)
  }
  const value = group.toRecord(turn.nowMs, assignments)
  turn.write({ type: 'GroupMetadata', groupId: group.groupId, value })

  const answered: ClassicMember[] = []
  for (const member of group.members.values()) {
    if (member.awaitingSync === null) continue
    answerSync(turn, member, syncedAssignment(group, member))
    group.trace?.mark(member, 'syncAnsweredAtMs', turn.nowMs)
    answered.push(member)
  }
  reportCompletion(turn, group)
  // While they waited they owed no heartbeat; from the answer on they do.
  turn.afterCommit((later) => {
    for (const member of answered) restartSession(later, group, member)
  })
}
