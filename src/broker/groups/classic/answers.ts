/** JoinGroup and SyncGroup answers of a classic group. */
import { ErrorCode } from '../../protocol/errors.ts'
import type { JoinGroupResponse, SyncGroupResponse } from '../messages.ts'
import type { Turn } from '../turn.ts'
import type { ClassicGroup } from './group.ts'
import type { ClassicMember } from './member.ts'
import { EMPTY_ASSIGNMENT } from './member.ts'

export function joinFailure(errorCode: number, memberId: string): JoinGroupResponse {
  return { errorCode, memberId, generationId: -1, leader: '', members: [] }
}

/** The current generation as a member is told it: only the leader, who assigns, gets the others' metadata. */
export function joinedGeneration(group: ClassicGroup, memberId: string): JoinGroupResponse {
  return {
    errorCode: ErrorCode.NONE,
    memberId,
    generationId: group.generationId,
    protocolType: group.protocolType,
    protocolName: group.protocolName,
    leader: group.leaderId ?? '',
    members: group.isLeader(memberId) ? membersForLeader(group) : [],
  }
}

function membersForLeader(group: ClassicGroup) {
  return [...group.members.values()].map((member) => ({
    memberId: member.memberId,
    groupInstanceId: member.groupInstanceId,
    metadata: group.metadataOf(member),
  }))
}

export function syncFailure(errorCode: number): SyncGroupResponse {
  return { errorCode, assignment: EMPTY_ASSIGNMENT }
}

export function syncedAssignment(group: ClassicGroup, member: ClassicMember): SyncGroupResponse {
  return {
    errorCode: ErrorCode.NONE,
    protocolType: group.protocolType,
    protocolName: group.protocolName,
    assignment: member.assignment,
  }
}

/** Answers a member's waiting JoinGroup, if it has one. */
export function answerJoin(turn: Turn, member: ClassicMember, response: JoinGroupResponse): void {
  if (member.awaitingJoin === null) return
  turn.answer(member.awaitingJoin, response)
  member.awaitingJoin = null
}

/** Answers a member's waiting SyncGroup, if it has one. */
export function answerSync(turn: Turn, member: ClassicMember, response: SyncGroupResponse): void {
  if (member.awaitingSync === null) return
  turn.answer(member.awaitingSync, response)
  member.awaitingSync = null
}
