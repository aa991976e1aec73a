/** Why members rejoin and leave, as far as a coordinator can tell. */
import type { RebalanceCause } from '../events.ts'
import type { LeaveGroupRequest, LeavingMember } from '../messages.ts'
import type { Turn } from '../turn.ts'
import type { ClassicGroup } from './group.ts'
import type { JoiningMember } from './joining-member.ts'
import type { ClassicMember } from './member.ts'
import { seenSubscription } from './seen-assignment.ts'
import { clientOf } from './telling.ts'

/**
 * Null when the member belongs to the current generation and need not disturb it. During a rebalance everybody has
 * cause to rejoin, and it is not told again.
 */
export function causeOfRejoin(
  turn: Turn,
  group: ClassicGroup,
  member: ClassicMember,
  joining: JoiningMember,
): RebalanceCause | null {
  const isLeader = group.state === 'Stable' && group.isLeader(member.memberId)
  const hasNewMetadata = !member.hasProtocols(joining.terms.protocols)
  if (group.state !== 'PreparingRebalance' && !isLeader && !hasNewMetadata) return null
  if (hasNewMetadata && group.state !== 'PreparingRebalance') {
    const change = changeOfMetadata(group, member, joining)
    if (change !== null) return change
  }
  // It may have seen what no metadata tells, such as new partitions, and only it can assign them.
  if (isLeader) return causeOfLeader(turn, group, member, joining)
  return {
    kind: 'metadataChanged',
    sentence: `${member.memberId} changed its metadata: ${joining.reason}`,
    memberIds: [member.memberId],
    values: { client: clientOf(member), reason: joining.reason },
  }
}

function causeOfLeader(
  turn: Turn,
  group: ClassicGroup,
  member: ClassicMember,
  { reason }: JoiningMember,
): RebalanceCause {
  const { memberId } = member
  const client = clientOf(member)
  for (const [topic, from] of group.assignedSizes) {
    const to = turn.image.topic(topic)?.partitions.length ?? null
    if (to === null || to <= from) continue
    return {
      kind: 'partitionsGrown',
      sentence: `${topic} grew from ${from} to ${to} partitions, so the leader ${memberId} rejoined: ${reason}`,
      memberIds: [memberId],
      values: { client, topic, from, to, reason },
    }
  }
  const sentence = `the leader ${memberId} rejoined: ${reason}`
  return { kind: 'leaderRejoined', sentence, memberIds: [memberId], values: { client, reason } }
}

/** Null when the metadata is not a consumer's, or nothing in it that is shown has changed. */
function changeOfMetadata(
  group: ClassicGroup,
  member: ClassicMember,
  { terms, reason }: JoiningMember,
): RebalanceCause | null {
  const name = group.protocolName ?? ''
  const before = seenSubscription(member.metadataFor(name))
  const after = seenSubscription(terms.protocols.find((each) => each.name === name)?.metadata)
  if (before === null || after === null) return null
  const { memberId } = member
  const client = clientOf(member)
  const added = after.topics.filter((topic) => !before.topics.includes(topic))
  const removed = before.topics.filter((topic) => !after.topics.includes(topic))
  if (added.length > 0 || removed.length > 0) {
    const words = [...added.map((topic) => `+${topic}`), ...removed.map((topic) => `−${topic}`)].join(', ')
    return {
      kind: 'subscriptionChanged',
      sentence: `${memberId} subscribes to other topics (${words}): ${reason}`,
      memberIds: [memberId],
      values: { client, added, removed, reason },
    }
  }
  // Only the cooperative protocols tell what they own; the others say nothing here, before and after.
  if (after.owned >= before.owned) return null
  return {
    kind: 'partitionsRevoked',
    sentence: `${memberId} gave partitions up (it keeps ${after.owned}) and rejoined: ${reason}`,
    memberIds: [memberId],
    values: { client, kept: after.owned, reason },
  }
}

const POLL_TIMEOUT = /poll timeout|poll interval|max\.poll/iu
const BY_ADMIN = /removed by an? admin|by the administrator|taken out/iu

/** An administrator names a static member by its instance id alone, or says so. */
export function kindOfLeaving({
  memberId,
  reason,
}: LeavingMember): 'memberLeft' | 'pollTimeout' | 'memberRemoved' {
  if (memberId === '' || BY_ADMIN.test(reason ?? '')) return 'memberRemoved'
  return POLL_TIMEOUT.test(reason ?? '') ? 'pollTimeout' : 'memberLeft'
}

export function causeOfLeaving(
  turn: Turn,
  request: LeaveGroupRequest,
  gone: readonly ClassicMember[],
): RebalanceCause {
  const leaving = request.members[0]
  const kind = leaving === undefined ? 'memberLeft' : kindOfLeaving(leaving)
  const reasons = request.members.flatMap(({ reason }) => (reason === null || reason === '' ? [] : [reason]))
  const memberIds = gone.map(({ memberId }) => memberId)
  const reason = reasons.length === 0 ? 'no reason given' : reasons.join(', ')
  const lastSeenMs = Math.max(...gone.map((member) => member.lastSeenMs))
  return {
    kind,
    sentence: `${memberIds.join(', ')} ${VERB[kind]}: ${reason}`,
    memberIds,
    values: { client: gone.map(clientOf).join(', '), reason, heartbeatMs: turn.nowMs - lastSeenMs },
  }
}

const VERB = {
  memberLeft: 'left',
  pollTimeout: 'left, its application did not poll in time',
  memberRemoved: 'was removed',
}
