/**
 * How a consumer group gets from one epoch to the next: a change begins a group epoch, the next heartbeat of anybody
 * computes the target assignment for it, and each member comes to it by its own heartbeats.
 */
import type { GroupAssignment } from '../assignors/index.ts'
import type { Turn } from '../turn.ts'
import { assignmentIntervalMs, offeredAssignors, sessionTimeoutMs } from './group-config.ts'
import type { OwnedPartitions } from './current-assignment.ts'
import { nextAssignment } from './current-assignment.ts'
import type { ConsumerEpochCause } from './events.ts'
import type { ConsumerGroup } from './group.ts'
import type { ConsumerMember } from './member.ts'
import { currentAssignmentRecord, isReconciledTo } from './member.ts'
import { isSame, listed } from './partitions.ts'
import { matchingTopics } from './regex.ts'
import { changesOf, changeSentence, metadataHash, subscribedTopics } from './subscribed-topics.ts'
import { reportStep, reportWhenSettled, seenMembers, seenTargets } from './trace.ts'

/** The member was heard of, and has a whole session timeout from now to be heard of again. */
export function keepAlive(turn: Turn, group: ConsumerGroup, { memberId, classic }: ConsumerMember): void {
  const { groupId } = group
  group.lastSeenMs.set(memberId, turn.nowMs)
  const timeoutMs = classic?.sessionTimeoutMs ?? sessionTimeoutMs(turn, groupId)
  turn.schedule({ kind: 'session', groupId, memberId }, timeoutMs)
}

/**
 * Brings the group up to date before a member is: a new epoch when there is a cause, or when its topics are others
 * than at the last look; a target assignment when the group epoch has none.
 */
export function bringUpToDate(turn: Turn, group: ConsumerGroup, cause: ConsumerEpochCause | null): void {
  if (cause !== null || group.isMetadataStale) refresh(turn, group, cause)
  if (isAssignmentDue(turn, group)) assign(turn, group)
}

/**
 * The group epoch has no target assignment yet, and the one before has stood for `group.consumer.assignment.interval.ms`:
 * so members that come or go together cost one assignment (Kafka's canComputeNextTargetAssignment). Nothing wakes up
 * for it; whoever is heard of next computes it.
 */
export function isAssignmentDue(turn: Turn, group: ConsumerGroup): boolean {
  const { groupId, groupEpoch, assignmentEpoch, assignmentTimestampMs } = group
  if (groupEpoch <= assignmentEpoch) return false
  return (
    assignmentTimestampMs === 0 || turn.nowMs >= assignmentTimestampMs + assignmentIntervalMs(turn, groupId)
  )
}

function refresh(turn: Turn, group: ConsumerGroup, cause: ConsumerEpochCause | null): void {
  refreshRegexes(turn, group)
  const topics = subscribedTopics(group.subscribedTopicNames, turn.image)
  const before = group.knownTopics
  group.isMetadataStale = false
  group.knownTopics = topics
  if (cause !== null) {
    beginEpoch(turn, group, cause)
  } else if (metadataHash(topics) !== group.metadataHash) {
    const changes = changesOf(before, topics)
    const sentence = changeSentence(changes) ?? 'the subscribed topics changed while no coordinator looked'
    beginEpoch(turn, group, { kind: 'partitionsChanged', sentence, memberIds: [], values: { changes } })
  }
}

/** Resolves what members subscribe to by regular expression, and forgets what none does any more. */
function refreshRegexes(turn: Turn, group: ConsumerGroup): void {
  const { groupId } = group
  const used = new Set(
    [...group.members.values()].flatMap(({ subscribedTopicRegex }) => subscribedTopicRegex ?? []),
  )
  for (const regularExpression of [...group.regexes.keys()]) {
    if (used.has(regularExpression)) continue
    turn.write({ type: 'ConsumerGroupRegularExpression', groupId, regularExpression, value: null })
  }
  for (const regularExpression of used) {
    const topics = matchingTopics(regularExpression, turn.image)
    const known = group.regexes.get(regularExpression)
    if (known !== undefined && String(known.topics) === String(topics)) continue
    const value = { topics, version: turn.image.offset, timestamp: turn.nowMs }
    turn.write({ type: 'ConsumerGroupRegularExpression', groupId, regularExpression, value })
  }
}

export function beginEpoch(turn: Turn, group: ConsumerGroup, cause: ConsumerEpochCause): void {
  const { groupId } = group
  if (group.hasPartitionMetadata) {
    turn.write({ type: 'ConsumerGroupPartitionMetadata', groupId, value: null })
  }
  const hash = metadataHash(subscribedTopics(group.subscribedTopicNames, turn.image))
  const value = { epoch: group.groupEpoch + 1, metadataHash: hash }
  turn.write({ type: 'ConsumerGroupMetadata', groupId, value })
  group.rebalancingSinceMs ??= turn.nowMs
  const { groupEpoch } = group
  const memberCount = group.members.size
  turn.emit({ type: 'consumerEpochBegan', groupId, atMs: turn.nowMs, groupEpoch, cause, memberCount })
}

/** Computes the target assignment of the group epoch. Only targets that differ are written. */
function assign(turn: Turn, group: ConsumerGroup): void {
  const { groupId, groupEpoch } = group
  const assignor = assignorOf(turn, group)
  const before = seenTargets(turn, group)
  const topics = subscribedTopics(group.subscribedTopicNames, turn.image)
  const idsByName = new Map(topics.map(({ id, name }) => [name, id]))
  const members = [...group.members.values()].map((member) => ({
    memberId: member.memberId,
    instanceId: member.instanceId,
    rackId: member.rackId,
    subscribedTopicIds: new Set(group.topicsOf(member).flatMap((name) => idsByName.get(name) ?? [])),
    assigned: group.target(member.memberId),
  }))
  const partitionCounts = new Map(topics.map(({ id, partitionCount }) => [id, partitionCount]))
  writeTargets(turn, group, assignor.assign(members, partitionCounts))
  const value = { assignmentEpoch: groupEpoch, assignmentTimestamp: turn.nowMs }
  turn.write({ type: 'ConsumerGroupTargetAssignmentMetadata', groupId, value })
  turn.emit({
    type: 'consumerTargetComputed',
    groupId,
    atMs: turn.nowMs,
    groupEpoch,
    assignor: assignor.name,
    before,
    after: seenTargets(turn, group),
  })
}

function writeTargets(turn: Turn, group: ConsumerGroup, targets: GroupAssignment): void {
  const { groupId } = group
  for (const [memberId, target] of targets) {
    const before = group.targets.get(memberId)
    if (before !== undefined && isSame(before, target)) continue
    const value = { topicPartitions: listed(target) }
    turn.write({ type: 'ConsumerGroupTargetAssignmentMember', groupId, memberId, value })
  }
}

/** The one most members ask for, where they ask. */
export function assignorOf(turn: Pick<Turn, 'config'>, group: ConsumerGroup) {
  const offered = offeredAssignors(turn)
  const votes = new Map<string, number>()
  for (const { serverAssignor } of group.members.values()) {
    if (serverAssignor !== null) votes.set(serverAssignor, (votes.get(serverAssignor) ?? 0) + 1)
  }
  const favourite = offered.reduce((best, each) =>
    (votes.get(each.name) ?? 0) > (votes.get(best.name) ?? 0) ? each : best,
  )
  return favourite
}

/** Takes one member a step towards its target, and gives it as it is then. */
export function reconcile(
  turn: Turn,
  group: ConsumerGroup,
  member: ConsumerMember,
  owned: readonly OwnedPartitions[] | null,
): ConsumerMember {
  if (isReconciledTo(member, group.assignmentEpoch)) return member
  const target = { epoch: group.assignmentEpoch, partitions: group.target(member.memberId) }
  const next = nextAssignment(member, target, (id, partition) => group.isHeld(id, partition), owned)
  if (next === member) return member
  const { groupId } = group
  const { memberId, memberEpoch } = next
  const value = currentAssignmentRecord(next)
  turn.write({ type: 'ConsumerGroupCurrentMemberAssignment', groupId, memberId, value })
  if (next.state === 'UNREVOKED_PARTITIONS' && next.classic === null) {
    turn.schedule({ kind: 'revocation', groupId, memberId, memberEpoch }, next.rebalanceTimeoutMs)
  } else {
    turn.cancel({ kind: 'revocation', groupId, memberId, memberEpoch })
  }
  reportStep(turn, group, next)
  reportWhenSettled(turn, group)
  return next
}

/** Takes the member's records away, and its timers. */
export function removeMember(
  turn: Turn,
  { groupId }: Pick<ConsumerGroup, 'groupId'>,
  memberId: string,
): void {
  turn.write({ type: 'ConsumerGroupCurrentMemberAssignment', groupId, memberId, value: null })
  turn.write({ type: 'ConsumerGroupTargetAssignmentMember', groupId, memberId, value: null })
  turn.write({ type: 'ConsumerGroupMemberMetadata', groupId, memberId, value: null })
  cancelTimers(turn, groupId, memberId)
}

export function cancelTimers(turn: Turn, groupId: string, memberId: string): void {
  turn.cancel({ kind: 'session', groupId, memberId })
  turn.cancel({ kind: 'revocation', groupId, memberId, memberEpoch: 0 })
  turn.cancel({ kind: 'memberJoin', groupId, memberId })
  turn.cancel({ kind: 'memberSync', groupId, memberId })
}

/** Members are gone: what they had is free, and the others get it with the epoch that begins. */
export function afterRemoval(turn: Turn, group: ConsumerGroup, cause: ConsumerEpochCause): void {
  refreshRegexes(turn, group)
  group.knownTopics = subscribedTopics(group.subscribedTopicNames, turn.image)
  beginEpoch(turn, group, cause)
  if (group.members.size > 0) return
  // There is nobody to assign to, and the next member need not wait.
  const value = { assignmentEpoch: group.groupEpoch, assignmentTimestamp: 0 }
  turn.write({ type: 'ConsumerGroupTargetAssignmentMetadata', groupId: group.groupId, value })
  turn.emit({
    type: 'consumerGroupSettled',
    groupId: group.groupId,
    atMs: turn.nowMs,
    groupEpoch: group.groupEpoch,
    durationMs: turn.nowMs - (group.rebalancingSinceMs ?? turn.nowMs),
    members: seenMembers(turn, group),
  })
  group.rebalancingSinceMs = null
}
