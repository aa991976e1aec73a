/** Who of a share group reads what: a new epoch for every reason to assign anew, and members that follow. */
import { resolveShareGroupConfig } from '../../metadata/configs/share-group-config.ts'
import type { MetadataImage } from '../../metadata/image.ts'
import { javaHash } from '../../protocol/java-hash.ts'
import type { Turn } from '../turn.ts'
import type { ShareGroup } from './group.ts'
import type { ShareMember } from './member.ts'
import { isSame, listed } from './partitions.ts'
import { assignSimply } from './simple-assignor.ts'
import { assignablePartitions } from './state-partitions.ts'

/** Members of a share group have nothing to revoke, so they are always in this state. */
const STABLE_MEMBER_STATE = 0

/** What the topics the group subscribes to are like now; another number when any of them changes. */
export function metadataHashOf(group: ShareGroup, { topicsByName }: MetadataImage): number {
  const names = new Set(
    [...group.members.values()].flatMap(({ subscribedTopicNames }) => subscribedTopicNames),
  )
  const topics = [...names].sort().flatMap((name) => {
    const topic = topicsByName.get(name)
    return topic === undefined ? [] : [`${topic.id}:${name}:${topic.partitions.length}`]
  })
  return javaHash(topics.join(','))
}

/** There is a reason to assign anew. */
export function beginEpoch(turn: Turn, group: ShareGroup): void {
  const { groupId } = group
  const value = { epoch: group.groupEpoch + 1, metadataHash: metadataHashOf(group, turn.image) }
  turn.write({ type: 'ShareGroupMetadata', groupId, value })
}

/**
 * Assigns for the group's epoch, unless that is done or the last assignment has not stood for
 * `group.share.assignment.interval.ms` yet; then whoever is heard of next does (Kafka's maybeUpdateTargetAssignment).
 */
export function assignWhenDue(turn: Turn, group: ShareGroup): void {
  const { groupId, groupEpoch, assignmentEpoch, assignmentTimestampMs } = group
  if (groupEpoch <= assignmentEpoch) return
  const { assignmentIntervalMs } = resolveShareGroupConfig(turn.image, turn.config, groupId)
  const isDue = assignmentTimestampMs === 0 || turn.nowMs >= assignmentTimestampMs + assignmentIntervalMs
  if (isDue) assign(turn, group)
}

export function assign(turn: Turn, group: ShareGroup): void {
  const { groupId } = group
  const members = Array.from(group.members.values(), (member) => ({
    memberId: member.memberId,
    subscribedTopicIds: new Set(
      member.subscribedTopicNames.flatMap((name) => turn.image.topicsByName.get(name)?.id ?? []),
    ),
    target: group.target(member.memberId),
  }))
  for (const [memberId, target] of assignSimply(members, assignablePartitions(group, turn.image))) {
    if (isSame(group.target(memberId), target)) continue
    const value = { topicPartitions: listed(target) }
    turn.write({ type: 'ShareGroupTargetAssignmentMember', groupId, memberId, value })
  }
  const value = { assignmentEpoch: group.groupEpoch, assignmentTimestamp: turn.nowMs }
  turn.write({ type: 'ShareGroupTargetAssignmentMetadata', groupId, value })
}

/** The member takes over its target. Returns it as it is then. */
export function follow(turn: Turn, group: ShareGroup, member: ShareMember): ShareMember {
  const { groupId, assignmentEpoch } = group
  const { memberId } = member
  const target = group.target(memberId)
  if (member.memberEpoch === assignmentEpoch && isSame(member.assigned, target)) return member
  turn.write({
    type: 'ShareGroupCurrentMemberAssignment',
    groupId,
    memberId,
    value: {
      memberEpoch: assignmentEpoch,
      previousMemberEpoch: member.memberEpoch,
      state: STABLE_MEMBER_STATE,
      assignedPartitions: listed(target),
    },
  })
  return group.members.get(memberId) ?? member
}

/** The member has been heard of. */
export function keepAlive(turn: Turn, group: ShareGroup, memberId: string): void {
  const { groupId } = group
  group.lastSeenMs.set(memberId, turn.nowMs)
  const { sessionTimeoutMs } = resolveShareGroupConfig(turn.image, turn.config, groupId)
  turn.schedule({ kind: 'session', groupId, memberId }, sessionTimeoutMs)
}

/** The member left, or was not heard of for too long. The others get what it had when they are heard of. */
export function removeMember(turn: Turn, group: ShareGroup, memberId: string): void {
  const { groupId } = group
  turn.cancel({ kind: 'session', groupId, memberId })
  turn.write({ type: 'ShareGroupCurrentMemberAssignment', groupId, memberId, value: null })
  turn.write({ type: 'ShareGroupTargetAssignmentMember', groupId, memberId, value: null })
  turn.write({ type: 'ShareGroupMemberMetadata', groupId, memberId, value: null })
  beginEpoch(turn, group)
  if (group.members.size > 0) return
  // There is nobody to assign to, and the next member need not wait.
  const value = { assignmentEpoch: group.groupEpoch, assignmentTimestamp: 0 }
  turn.write({ type: 'ShareGroupTargetAssignmentMetadata', groupId, value })
}

export function onShareGroupLoaded(turn: Turn, group: ShareGroup): void {
  for (const memberId of group.members.keys()) keepAlive(turn, group, memberId)
}

/** A member was silent for a whole session. */
export function onShareSessionTimer(turn: Turn, group: ShareGroup, memberId: string): void {
  if (group.members.has(memberId)) removeMember(turn, group, memberId)
}
