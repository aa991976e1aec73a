/** A member of the consumer protocol leaves, or is put out. */
import { ErrorCode } from '../../protocol/errors.ts'
import type { ConsumerGroupHeartbeatRequest, ConsumerGroupHeartbeatResponse } from '../messages.ts'
import type { Turn } from '../turn.ts'
import { canDowngradeWithout, downgrade } from './downgrade.ts'
import type { ConsumerEpochCause } from './events.ts'
import { sessionTimeoutMs } from './group-config.ts'
import type { ConsumerGroup } from './group.ts'
import type { ConsumerMember } from './member.ts'
import { currentAssignmentRecord, LEAVE_GROUP_STATIC_MEMBER_EPOCH, nameOf } from './member.ts'
import { NO_PARTITIONS } from './partitions.ts'
import { afterRemoval, cancelTimers, removeMember } from './rebalance.ts'
import { fencedInstance, groupNotFound, unknownInstance, unknownMember } from './refusal.ts'

/** Throws KafkaError before anything is written. */
export function leaveConsumerGroup(
  turn: Turn,
  request: ConsumerGroupHeartbeatRequest,
): ConsumerGroupHeartbeatResponse {
  const { groupId, memberId, memberEpoch, instanceId } = request
  const group = turn.state.consumerGroup(groupId)
  if (group === undefined) throw groupNotFound(groupId)
  const member = leaver(group, memberId, instanceId)
  if (instanceId !== null && memberEpoch === LEAVE_GROUP_STATIC_MEMBER_EPOCH) {
    leaveForAWhile(turn, group, member, instanceId)
  } else {
    const values = { client: nameOf(member) }
    fence(turn, group, member, {
      kind: 'memberLeft',
      sentence: `${memberId} left`,
      memberIds: [memberId],
      values,
    })
  }
  return { errorCode: ErrorCode.NONE, memberId, memberEpoch }
}

function leaver(group: ConsumerGroup, memberId: string, instanceId: string | null): ConsumerMember {
  if (instanceId === null) {
    const member = group.members.get(memberId)
    if (member === undefined) throw unknownMember(memberId, group.groupId)
    return member
  }
  const member = group.staticMember(instanceId)
  if (member === undefined) throw unknownInstance(instanceId)
  if (member.memberId !== memberId) throw fencedInstance(memberId, instanceId, member)
  return member
}

/** A static member keeps its partitions and its session, within which it may come back. */
function leaveForAWhile(turn: Turn, group: ConsumerGroup, member: ConsumerMember, instanceId: string): void {
  const { groupId } = group
  const { memberId } = member
  const away = {
    ...member,
    memberEpoch: LEAVE_GROUP_STATIC_MEMBER_EPOCH,
    previousMemberEpoch: member.memberEpoch,
    pendingRevocation: NO_PARTITIONS,
  }
  const value = currentAssignmentRecord(away)
  turn.write({ type: 'ConsumerGroupCurrentMemberAssignment', groupId, memberId, value })
  turn.emit({
    type: 'consumerStaticMemberAway',
    groupId,
    atMs: turn.nowMs,
    groupEpoch: group.groupEpoch,
    memberId,
    groupInstanceId: instanceId,
    sessionTimeoutMs: sessionTimeoutMs(turn, groupId),
  })
}

/**
 * Puts a member out: its partitions are free, and a new epoch begins. When all who stay speak the classic protocol
 * the group becomes a classic one again (online downgrade).
 */
export function fence(
  turn: Turn,
  group: ConsumerGroup,
  { memberId }: ConsumerMember,
  cause: ConsumerEpochCause,
): void {
  if (canDowngradeWithout(turn, group, memberId)) {
    cancelTimers(turn, group.groupId, memberId)
    downgrade(turn, group, { leavingId: memberId, cause: cause.sentence })
    return
  }
  removeMember(turn, group, memberId)
  afterRemoval(turn, group, cause)
}
