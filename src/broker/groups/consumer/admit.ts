/** Who sends a heartbeat: a member as the group knows it, somebody new, or a static member that came back. */
import type { ConsumerGroupHeartbeatRequest } from '../messages.ts'
import type { Turn } from '../turn.ts'
import type { ConsumerGroup } from './group.ts'
import type { ConsumerMember } from './member.ts'
import { currentAssignmentRecord, LEAVE_GROUP_STATIC_MEMBER_EPOCH, metadataRecord } from './member.ts'
import { isSubset, listed } from './partitions.ts'
import { removeMember } from './rebalance.ts'
import {
  fencedEpoch,
  fencedInstance,
  groupFull,
  groupNotFound,
  notConsumerGroup,
  unknownInstance,
  unknownMember,
  unreleasedInstance,
} from './refusal.ts'
import { upgrade, upgradeProblem } from './upgrade.ts'
import { JOIN_GROUP_MEMBER_EPOCH } from './validate.ts'

export interface Admitted {
  /** Null: the member founds the group. */
  readonly group: ConsumerGroup | null
  /** Null: it is new. */
  readonly member: ConsumerMember | null
  /** A static member took this one's place. */
  readonly replaced: ConsumerMember | null
}

/** Throws KafkaError before anything is written. */
export function admit(turn: Turn, request: ConsumerGroupHeartbeatRequest, memberId: string): Admitted {
  const group = groupFor(turn, request, memberId)
  const { memberEpoch, instanceId, topicPartitions } = request
  const isJoining = memberEpoch === JOIN_GROUP_MEMBER_EPOCH
  if (instanceId !== null) return admitStatic(turn, group, request, memberId, instanceId)
  const member = group?.members.get(memberId) ?? null
  if (member === null && !isJoining) throw unknownMember(memberId, request.groupId)
  if (member !== null) checkEpoch(member, memberEpoch, topicPartitions)
  return { group, member, replaced: null }
}

function admitStatic(
  turn: Turn,
  group: ConsumerGroup | null,
  { groupId, memberEpoch, topicPartitions }: ConsumerGroupHeartbeatRequest,
  memberId: string,
  instanceId: string,
): Admitted {
  const owner = group?.staticMember(instanceId) ?? null
  if (memberEpoch !== JOIN_GROUP_MEMBER_EPOCH) {
    if (owner === null) throw unknownInstance(instanceId)
    if (owner.memberId !== memberId) throw fencedInstance(memberId, instanceId, owner)
    checkEpoch(owner, memberEpoch, topicPartitions)
    return { group, member: owner, replaced: null }
  }
  if (group === null || owner === null) {
    return { group, member: group?.members.get(memberId) ?? null, replaced: null }
  }
  // A classic member cannot say that it leaves for a while; it is replaced as the classic protocol would.
  if (owner.classic === null && owner.memberEpoch !== LEAVE_GROUP_STATIC_MEMBER_EPOCH) {
    throw unreleasedInstance(memberId, instanceId, owner)
  }
  replaceStaticMember(turn, group, owner, memberId)
  const member = group.members.get(memberId)
  if (member === undefined) throw new Error(`static member ${memberId} is not in group ${groupId}`)
  return { group, member, replaced: owner }
}

/** The new member gets the old one's target and partitions, at epoch 0. */
export function replaceStaticMember(
  turn: Turn,
  { groupId, targets }: ConsumerGroup,
  old: ConsumerMember,
  memberId: string,
): void {
  const target = targets.get(old.memberId) ?? new Map<string, ReadonlySet<number>>()
  removeMember(turn, { groupId }, old.memberId)
  const member = { ...old, memberId, memberEpoch: JOIN_GROUP_MEMBER_EPOCH, previousMemberEpoch: 0 }
  turn.write({ type: 'ConsumerGroupMemberMetadata', groupId, memberId, value: metadataRecord(member) })
  const value = { topicPartitions: listed(target) }
  turn.write({ type: 'ConsumerGroupTargetAssignmentMember', groupId, memberId, value })
  const current = currentAssignmentRecord(member)
  turn.write({ type: 'ConsumerGroupCurrentMemberAssignment', groupId, memberId, value: current })
}

/**
 * The group, which only somebody who joins may found. An empty classic group gives way; one with members is
 * converted, if its members are such as this coordinator can take over (online upgrade).
 */
function groupFor(
  turn: Turn,
  { groupId, memberEpoch }: ConsumerGroupHeartbeatRequest,
  memberId: string,
): ConsumerGroup | null {
  const group = turn.state.groups.get(groupId)
  const isJoining = memberEpoch === JOIN_GROUP_MEMBER_EPOCH
  const { groupConsumerMaxSize: maxSize } = turn.config
  if (group === undefined) {
    if (isJoining) return null
    throw groupNotFound(groupId)
  }
  if (group.type === 'consumer') {
    if (group.members.size >= maxSize && !group.members.has(memberId)) throw groupFull(groupId, maxSize)
    return group
  }
  if (group.type !== 'classic' || !isJoining) throw notConsumerGroup(groupId, `it is a ${group.type} group`)
  if (group.state === 'Empty') {
    turn.write({ type: 'GroupMetadata', groupId, value: null })
    return null
  }
  const problem = upgradeProblem(turn, group)
  if (problem !== null) throw notConsumerGroup(groupId, problem)
  if (group.members.size >= maxSize && !group.members.has(memberId)) throw groupFull(groupId, maxSize)
  if (group.members.has(memberId)) throw notConsumerGroup(groupId, `${memberId} is a classic member of it`)
  return upgrade(turn, group)
}

/**
 * A member may be one epoch behind, if it has nothing that is not its own: the answer with the new epoch was lost.
 * And it may always begin anew: whatever it had, it says that it has nothing now.
 */
function checkEpoch(
  member: ConsumerMember,
  memberEpoch: number,
  owned: ConsumerGroupHeartbeatRequest['topicPartitions'],
): void {
  if (memberEpoch === JOIN_GROUP_MEMBER_EPOCH) return
  if (member.state === 'UNKNOWN' && (owned === null || owned.length > 0))
    throw fencedEpoch(memberEpoch, member)
  if (memberEpoch === member.memberEpoch) return
  const isOneBehind =
    memberEpoch < member.memberEpoch &&
    memberEpoch === member.previousMemberEpoch &&
    owned !== null &&
    isSubset(owned, member.assigned)
  if (!isOneBehind) throw fencedEpoch(memberEpoch, member)
}
