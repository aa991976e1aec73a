/** What a classic group tells of its rebalances. */
import type { RebalanceCause } from '../events.ts'
import type { Turn } from '../turn.ts'
import type { ClassicGroup } from './group.ts'
import type { MemberIdentity } from './member.ts'
import { RebalanceTrace } from './trace.ts'

/** Causes of their own right; everybody else rejoins during a rebalance because it runs. */
const NEWS_DURING_A_REBALANCE: ReadonlySet<RebalanceCause['kind']> = new Set([
  'memberJoined',
  'memberLeft',
  'pollTimeout',
  'memberRemoved',
  'sessionExpired',
  'staticMemberReturned',
])

/** A rebalance begins, or the one under way has to begin again. */
export function beginTrace(
  turn: Turn,
  group: ClassicGroup,
  endsGenerationId: number,
  cause: RebalanceCause,
): void {
  // Whoever has not asked for the last assignment by now will not get it.
  settle(turn, group)
  group.trace?.startOver()
  group.trace ??= new RebalanceTrace(turn.nowMs, endsGenerationId, group.lastGeneration)
  group.trace.causes.push({ atMs: turn.nowMs, cause })
  group.trace.note(group.members, cause, turn.nowMs)
  turn.emit({
    type: 'rebalanceStarted',
    groupId: group.groupId,
    atMs: turn.nowMs,
    startedMs: group.trace.startedMs,
    generationId: endsGenerationId,
    cause,
    lanes: group.trace.lanes(group.leaderId),
  })
}

/** Something more happened while the members rejoin. */
export function noteCause(turn: Turn, group: ClassicGroup, cause: RebalanceCause): void {
  group.trace?.note(group.members, cause, turn.nowMs)
  if (NEWS_DURING_A_REBALANCE.has(cause.kind)) group.trace?.causes.push({ atMs: turn.nowMs, cause })
}

/** The members of the next generation are known. */
export function reportJoined(turn: Turn, group: ClassicGroup): void {
  if (group.trace === null) return
  turn.emit({
    type: 'rebalanceJoined',
    groupId: group.groupId,
    atMs: turn.nowMs,
    startedMs: group.trace.startedMs,
    generationId: group.generationId,
    protocolName: group.protocolName,
    leaderId: group.leaderId,
    lanes: group.trace.lanes(group.leaderId),
  })
}

/** The rebalance is over: its assignment is decided, or the group is empty. */
export function reportCompletion(turn: Turn, group: ClassicGroup): void {
  const trace = group.trace ?? new RebalanceTrace(turn.nowMs, group.generationId, group.lastGeneration)
  trace.assigned(group.members)
  group.assignedSizes = sizesOf(turn, group)
  turn.emit({
    type: 'rebalanceCompleted',
    groupId: group.groupId,
    atMs: turn.nowMs,
    startedMs: trace.startedMs,
    generationId: group.generationId,
    generationBefore: trace.generationBefore,
    durationMs: turn.nowMs - trace.startedMs,
    protocolName: group.protocolName,
    leaderId: group.leaderId,
    members: [...group.members.values()].map(({ memberId, groupInstanceId, clientId }) => ({
      memberId,
      groupInstanceId,
      clientId,
    })),
    evictedMemberIds: trace.evictedMemberIds,
    causes: trace.causes,
    stopTheWorldMs: trace.stopTheWorldMs(turn.nowMs),
    stickiness: trace.stickiness(),
    isSettled: trace.isSettled,
    lanes: trace.lanes(group.leaderId),
  })
  group.settling = trace.isSettled ? null : trace
  group.trace = null
}

/** Tells how the last members of a decided rebalance fared. */
export function settle(turn: Turn, group: ClassicGroup): void {
  const { settling } = group
  if (settling === null) return
  group.settling = null
  turn.emit({
    type: 'rebalanceSettled',
    groupId: group.groupId,
    atMs: turn.nowMs,
    startedMs: settling.startedMs,
    generationId: group.generationId,
    stopTheWorldMs: settling.stopTheWorldMs(turn.nowMs),
    lanes: settling.lanes(group.leaderId),
  })
}

/** Short enough to read: what its owner named it. */
export function clientOf({ groupInstanceId, clientId, memberId }: MemberIdentity): string {
  return groupInstanceId ?? (clientId === '' ? memberId : clientId)
}

function sizesOf(turn: Turn, group: ClassicGroup): Map<string, number> {
  const sizes = new Map<string, number>()
  for (const topic of group.subscribedTopics ?? []) {
    const partitions = turn.image.topic(topic)?.partitions.length ?? null
    if (partitions !== null) sizes.set(topic, partitions)
  }
  return sizes
}
