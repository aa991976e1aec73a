/**
 * JoinGroup to a classic group: who may come in, under which member id, and whether the group rebalances for it.
 * Static members that come back without their member id are in `join-static.ts`.
 */
import { ErrorCode } from '../../protocol/errors.ts'
import type { RebalanceCause } from '../events.ts'
import type { ClientContext, JoinGroupRequest, JoinGroupResponse } from '../messages.ts'
import type { Turn } from '../turn.ts'
import type { Waiter } from '../waiter.ts'
import { answerJoin, joinedGeneration, joinFailure } from './answers.ts'
import { causeOfRejoin } from './causes.ts'
import { ClassicGroup } from './group.ts'
import { replaceStaticMember } from './join-static.ts'
import type { JoiningMember } from './joining-member.ts'
import { joiningMember } from './joining-member.ts'
import { ClassicMember } from './member.ts'
import { completeJoinWhenAllJoined, keepAlive, rebalance, removeMember, restartSession } from './rebalance.ts'
import { clientOf } from './telling.ts'

/** From this version on a dynamic member joins twice, the second time with the id it was given (KIP-394). */
const MEMBER_ID_REQUIRED_VERSION = 4

/**
 * Kafka's limit for a JoinGroup of somebody new. The session timeout cannot guard it: the member does not know its
 * id yet, so it cannot heartbeat, and when its connection dies nobody will ever answer for it.
 */
const NEW_MEMBER_JOIN_TIMEOUT_MS = 5 * 60_000

export function joinGroup(
  turn: Turn,
  context: ClientContext,
  request: JoinGroupRequest,
  waiter: Waiter<JoinGroupResponse>,
): void {
  const isUnknownMember = request.memberId === ''
  const joining = joiningMember(context, request)
  const group =
    turn.state.classicGroup(request.groupId) ?? newGroup(turn, request.groupId, isUnknownMember, joining)
  if (typeof group === 'number') turn.answer(waiter, joinFailure(group, request.memberId))
  else if (!hasRoomFor(turn, group, request.memberId)) reject(turn, group, request.memberId, waiter)
  else if (isUnknownMember) joinNewMember(turn, context, group, joining, waiter)
  else joinKnownMember(turn, group, request.memberId, joining, waiter)
}

/** Creates the group by its first record, or says why not. Only somebody new may found a group. */
function newGroup(
  turn: Turn,
  groupId: string,
  isUnknownMember: boolean,
  joining: JoiningMember,
): ClassicGroup | number {
  if (!isUnknownMember) return ErrorCode.UNKNOWN_MEMBER_ID
  const founded = new ClassicGroup(groupId)
  if (!founded.supports(joining.protocolType, joining.terms.protocols))
    return ErrorCode.INCONSISTENT_GROUP_PROTOCOL
  turn.write({ type: 'GroupMetadata', groupId, value: founded.toRecord(turn.nowMs, new Map()) })
  return turn.state.classicGroup(groupId) ?? founded
}

/**
 * `group.max.size`. While members rejoin those that already did are counted, so that a group which is too large
 * (the limit was lowered) loses its slowest members; otherwise the members are.
 */
function hasRoomFor(turn: Turn, group: ClassicGroup, memberId: string): boolean {
  const member = group.members.get(memberId)
  switch (group.state) {
    case 'Empty':
      return true
    case 'PreparingRebalance':
      return member?.awaitingJoin != null || group.membersAwaitingJoin < turn.config.groupMaxSize
    case 'CompletingRebalance':
    case 'Stable':
      return member !== undefined || group.members.size < turn.config.groupMaxSize
  }
}

function reject(turn: Turn, group: ClassicGroup, memberId: string, waiter: Waiter<JoinGroupResponse>): void {
  turn.answer(waiter, joinFailure(ErrorCode.GROUP_MAX_SIZE_REACHED, ''))
  removeMember(turn, group, memberId, 'groupTooLarge')
  completeJoinWhenAllJoined(turn, group)
}

function joinNewMember(
  turn: Turn,
  context: ClientContext,
  group: ClassicGroup,
  joining: JoiningMember,
  waiter: Waiter<JoinGroupResponse>,
): void {
  if (!group.supports(joining.protocolType, joining.terms.protocols)) {
    turn.answer(waiter, joinFailure(ErrorCode.INCONSISTENT_GROUP_PROTOCOL, ''))
    return
  }
  const { groupInstanceId } = joining
  const memberId = `${groupInstanceId ?? joining.clientId}-${turn.newUuid()}`
  const former = groupInstanceId === null ? undefined : group.staticMemberId(groupInstanceId)
  if (former !== undefined) {
    replaceStaticMember(turn, context, group, former, memberId, joining, waiter)
  } else if (groupInstanceId === null && context.apiVersion >= MEMBER_ID_REQUIRED_VERSION) {
    group.pendingJoinMembers.add(memberId)
    turn.schedule({ kind: 'session', groupId: group.groupId, memberId }, joining.terms.sessionTimeoutMs)
    turn.answer(waiter, joinFailure(ErrorCode.MEMBER_ID_REQUIRED, memberId))
  } else {
    addMember(turn, group, memberId, joining, waiter)
  }
}

function joinKnownMember(
  turn: Turn,
  group: ClassicGroup,
  memberId: string,
  joining: JoiningMember,
  waiter: Waiter<JoinGroupResponse>,
): void {
  const { groupInstanceId, terms } = joining
  const refuse = (errorCode: number) => turn.answer(waiter, joinFailure(errorCode, memberId))
  if (!group.supports(joining.protocolType, terms.protocols)) {
    refuse(ErrorCode.INCONSISTENT_GROUP_PROTOCOL)
    return
  }
  if (group.pendingJoinMembers.has(memberId)) {
    // The id was given to a dynamic member; a static one that has it took it from somewhere else.
    if (groupInstanceId === null) addMember(turn, group, memberId, joining, waiter)
    else refuse(ErrorCode.UNKNOWN_MEMBER_ID)
    return
  }
  const errorCode = group.validateMember(memberId, groupInstanceId)
  const member = group.members.get(memberId)
  if (errorCode !== ErrorCode.NONE || member === undefined) {
    refuse(errorCode)
    return
  }
  const cause = causeOfRejoin(turn, group, member, joining)
  if (cause !== null) {
    rejoin(turn, group, member, joining, waiter, cause)
  } else {
    // Nothing new: an answer that got lost, or a follower that checks. It may go on to SyncGroup.
    keepAlive(turn, group, member)
    turn.answer(waiter, joinedGeneration(group, memberId))
  }
}

function rejoin(
  turn: Turn,
  group: ClassicGroup,
  member: ClassicMember,
  joining: JoiningMember,
  waiter: Waiter<JoinGroupResponse>,
  cause: RebalanceCause,
): void {
  // Its client gave up on an earlier JoinGroup; whoever may still listen there is told something harmless.
  answerJoin(turn, member, joinFailure(ErrorCode.REBALANCE_IN_PROGRESS, member.memberId))
  member.update(joining.terms)
  member.lastSeenMs = turn.nowMs
  member.awaitingJoin = waiter
  rebalance(turn, group, cause)
}

function addMember(
  turn: Turn,
  group: ClassicGroup,
  memberId: string,
  joining: JoiningMember,
  waiter: Waiter<JoinGroupResponse>,
): void {
  const member = new ClassicMember({ ...joining, memberId }, joining.terms, turn.nowMs)
  member.isNew = true
  member.awaitingJoin = waiter
  if (group.isInitialRebalance) group.newMemberAdded = true
  group.add(member, joining.protocolType)
  restartSession(turn, group, member, NEW_MEMBER_JOIN_TIMEOUT_MS)
  rebalance(turn, group, {
    kind: 'memberJoined',
    sentence: `${memberId} joined: ${joining.reason}`,
    memberIds: [memberId],
    values: { client: clientOf(member), reason: joining.reason },
  })
}
