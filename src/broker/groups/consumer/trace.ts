/** Tells what happens in a consumer group in the names people know. */
import type { Turn } from '../turn.ts'
import type { AssignedMember, AssignedTopic, ConsumerMemberStepped } from './events.ts'
import type { ConsumerGroup } from './group.ts'
import type { ConsumerMember, MemberState } from './member.ts'
import type { AnyPartitions } from './partitions.ts'
import { listed } from './partitions.ts'

type Scene = Pick<Turn, 'image'>

const PHASES: Readonly<Record<MemberState, ConsumerMemberStepped['phase']>> = {
  STABLE: 'stable',
  UNREVOKED_PARTITIONS: 'revoking',
  UNRELEASED_PARTITIONS: 'waiting',
  UNKNOWN: 'waiting',
}

/** What each member has. */
export function seenMembers(scene: Scene, group: ConsumerGroup): AssignedMember[] {
  return [...group.members.values()].map((member) => seen(scene, member, member.assigned))
}

/** What each member shall have. */
export function seenTargets(scene: Scene, group: ConsumerGroup): AssignedMember[] {
  return [...group.members.values()].map((member) => seen(scene, member, group.target(member.memberId)))
}

export function reportStep(turn: Turn, group: ConsumerGroup, member: ConsumerMember): void {
  turn.emit({
    type: 'consumerMemberStepped',
    groupId: group.groupId,
    atMs: turn.nowMs,
    groupEpoch: group.groupEpoch,
    memberId: member.memberId,
    groupInstanceId: member.instanceId,
    clientId: member.clientId,
    memberEpoch: member.memberEpoch,
    phase: PHASES[member.state],
    assigned: seenTopics(turn, member.assigned),
    revoking: seenTopics(turn, member.pendingRevocation),
  })
}

export function reportWhenSettled(turn: Turn, group: ConsumerGroup): void {
  if (group.rebalancingSinceMs === null || group.state !== 'Stable') return
  turn.emit({
    type: 'consumerGroupSettled',
    groupId: group.groupId,
    atMs: turn.nowMs,
    groupEpoch: group.groupEpoch,
    durationMs: turn.nowMs - group.rebalancingSinceMs,
    members: seenMembers(turn, group),
  })
  group.rebalancingSinceMs = null
}

function seen(
  scene: Scene,
  { memberId, instanceId, clientId }: ConsumerMember,
  partitions: AnyPartitions,
): AssignedMember {
  return { memberId, groupInstanceId: instanceId, clientId, assigned: seenTopics(scene, partitions) }
}

/** A topic that is gone has no name any more. */
function seenTopics({ image }: Scene, partitions: AnyPartitions): AssignedTopic[] {
  return listed(partitions).map(({ topicId, partitions: ids }) => ({
    topic: image.topicsById.get(topicId)?.name ?? topicId,
    partitions: ids,
  }))
}
