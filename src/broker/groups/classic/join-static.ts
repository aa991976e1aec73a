/** A static member (KIP-345) comes back: same `group.instance.id`, no member id. */
import { ErrorCode } from '../../protocol/errors.ts'
import type { RebalanceCause } from '../events.ts'
import type { ClientContext, JoinGroupResponse } from '../messages.ts'
import type { Turn } from '../turn.ts'
import type { Waiter } from '../waiter.ts'
import { answerJoin, answerSync, joinedGeneration, joinFailure, syncFailure } from './answers.ts'
import type { ClassicGroup } from './group.ts'
import type { JoiningMember } from './joining-member.ts'
import { ClassicMember } from './member.ts'
import { rebalance, restartSession } from './rebalance.ts'

/** KIP-814: a returning leader is told its true role and that it must not assign. */
const SKIP_ASSIGNMENT_VERSION = 9

/**
 * The new member takes the former one's place; whoever still uses the old member id is fenced. In a stable group
 * nothing else happens, which is what static membership is for, unless the group would now choose another protocol.
 */
export function replaceStaticMember(
  turn: Turn,
  context: ClientContext,
  group: ClassicGroup,
  formerId: string,
  memberId: string,
  joining: JoiningMember,
  waiter: Waiter<JoinGroupResponse>,
): void {
  const formerLeaderId = group.leaderId
  const former = group.members.get(formerId)
  if (former === undefined) throw new Error(`static member ${formerId} is not in group ${group.groupId}`)
  answerJoin(turn, former, joinFailure(ErrorCode.FENCED_INSTANCE_ID, formerId))
  answerSync(turn, former, syncFailure(ErrorCode.FENCED_INSTANCE_ID))
  turn.cancel({ kind: 'session', groupId: group.groupId, memberId: formerId })

  const member = new ClassicMember({ ...joining, memberId }, joining.terms, turn.nowMs)
  group.replaceStaticMember(former, member)
  restartSession(turn, group, member)
  group.trace?.replaced(former, member, turn.nowMs)

  const cause: RebalanceCause = {
    kind: 'staticMemberReturned',
    sentence: `static member ${joining.groupInstanceId} returned as ${memberId}: ${joining.reason}`,
    memberIds: [memberId],
    values: { client: joining.groupInstanceId ?? joining.clientId, reason: joining.reason },
  }
  if (group.state === 'Stable' && group.selectProtocol() === group.protocolName) {
    const value = group.toRecord(turn.nowMs, new Map())
    turn.write({ type: 'GroupMetadata', groupId: group.groupId, value })
    turn.answer(waiter, returnedToStableGroup(context, group, memberId, formerLeaderId))
    turn.emit({
      type: 'staticMemberReturned',
      groupId: group.groupId,
      atMs: turn.nowMs,
      generationId: group.generationId,
      groupInstanceId: joining.groupInstanceId ?? '',
      memberId,
    })
    return
  }
  member.awaitingJoin = waiter
  // Also while the assignment is awaited: the leader may be assigning to the old member id right now.
  rebalance(turn, group, cause)
}

function returnedToStableGroup(
  context: ClientContext,
  group: ClassicGroup,
  memberId: string,
  formerLeaderId: string | null,
): JoinGroupResponse {
  const joined = joinedGeneration(group, memberId)
  if (context.apiVersion >= SKIP_ASSIGNMENT_VERSION) {
    return { ...joined, skipAssignment: group.isLeader(memberId) }
  }
  // An older client that reads it is the leader would assign. Told the id it had before, it takes itself for a
  // follower and asks for the assignment it already has.
  return { ...joined, leader: formerLeaderId ?? '', members: [] }
}
