/**
 * How a classic group gets from one generation to the next.
 *
 *     Empty ─join─▶ PreparingRebalance ─all rejoined, or time over─▶ CompletingRebalance ─leader's sync─▶ Stable
 *
 * Anything that changes the membership or a member's metadata starts it anew. There is one thing the classic
 * protocol leaves to the clients: when a subscribed topic gets more partitions, nothing happens here. The leader
 * sees it in its own metadata refresh and rejoins, and a rejoining leader always rebalances.
 */
import { ErrorCode } from '../../protocol/errors.ts'
import type { GoneBecause, RebalanceCause } from '../events.ts'
import type { InitialDelay } from '../timers.ts'
import type { Turn } from '../turn.ts'
import { answerJoin, answerSync, joinedGeneration, joinFailure, syncFailure } from './answers.ts'
import type { ClassicGroup } from './group.ts'
import type { ClassicMember } from './member.ts'
import { beginTrace, clientOf, noteCause, reportCompletion, reportJoined } from './telling.ts'

/** The member has a whole session timeout from now to be heard of again. */
export function restartSession(
  turn: Turn,
  group: ClassicGroup,
  member: ClassicMember,
  timeoutMs = member.sessionTimeoutMs,
): void {
  turn.schedule({ kind: 'session', groupId: group.groupId, memberId: member.memberId }, timeoutMs)
}

/** A request came from the member. */
export function keepAlive(turn: Turn, group: ClassicGroup, member: ClassicMember): void {
  member.lastSeenMs = turn.nowMs
  restartSession(turn, group, member)
}

/** After any change of the membership: start a rebalance, or see whether the one under way can end. */
export function rebalance(turn: Turn, group: ClassicGroup, cause: RebalanceCause): void {
  if (group.canRebalance) {
    prepareRebalance(turn, group, cause)
    return
  }
  noteCause(turn, group, cause)
  completeJoinWhenAllJoined(turn, group)
}

export function prepareRebalance(turn: Turn, group: ClassicGroup, cause: RebalanceCause): void {
  if (group.state === 'CompletingRebalance') interruptSync(turn, group)
  group.pendingSyncMembers.clear()
  const endsGenerationId = group.generationId
  const isInitial = group.state === 'Empty'
  group.transitionTo('PreparingRebalance', turn.nowMs)
  beginTrace(turn, group, endsGenerationId, cause)
  if (isInitial) startInitialDelay(turn, group)
  else if (group.hasAllMembersJoined) completeJoin(turn, group)
  else scheduleJoin(turn, group)
}

/** Members that wait for an assignment will not get this one: they have to rejoin. */
function interruptSync(turn: Turn, group: ClassicGroup): void {
  for (const member of group.members.values()) {
    if (member.awaitingSync === null) continue
    answerSync(turn, member, syncFailure(ErrorCode.REBALANCE_IN_PROGRESS))
    group.trace?.mark(member, 'toldAtMs', turn.nowMs)
    restartSession(turn, group, member)
  }
}

/**
 * `group.initial.rebalance.delay.ms`: a group that starts waits for more members, so that it does not rebalance
 * once for each. Ottla's default is 0, for one developer's three consumers; the timer of 0 ms still lets in every
 * join of the same event-loop turn.
 */
function startInitialDelay(turn: Turn, group: ClassicGroup): void {
  const delayMs = turn.config.groupInitialRebalanceDelayMs
  group.newMemberAdded = false
  scheduleJoin(turn, group, { delayMs, remainingMs: Math.max(group.rebalanceTimeoutMs - delayMs, 0) })
}

/** The join timer fired. */
export function onJoinTimer(turn: Turn, group: ClassicGroup, initial: InitialDelay | null): void {
  if (group.state !== 'PreparingRebalance') return
  if (initial === null || !group.newMemberAdded || initial.remainingMs === 0) {
    completeJoin(turn, group)
    return
  }
  group.newMemberAdded = false
  scheduleJoin(turn, group, {
    delayMs: Math.min(turn.config.groupInitialRebalanceDelayMs, initial.remainingMs),
    remainingMs: Math.max(initial.remainingMs - initial.delayMs, 0),
  })
}

function scheduleJoin(turn: Turn, group: ClassicGroup, initial: InitialDelay | null = null): void {
  turn.schedule(
    { kind: 'join', groupId: group.groupId, initial },
    initial?.delayMs ?? group.rebalanceTimeoutMs,
  )
}

/** Ends the join phase early when there is nobody left to wait for; the initial delay is always waited for. */
export function completeJoinWhenAllJoined(turn: Turn, group: ClassicGroup): void {
  if (group.state !== 'PreparingRebalance' || group.isInitialRebalance) return
  if (group.hasAllMembersJoined) completeJoin(turn, group)
}

/** Ends the join phase: whoever has rejoined is the next generation. */
export function completeJoin(turn: Turn, group: ClassicGroup): void {
  turn.cancel({ kind: 'join', groupId: group.groupId, initial: null })
  evictAbsentMembers(turn, group)
  if (!group.electJoinedLeader() && group.members.size > 0) {
    // Only static members are left and none of them rejoined. They keep their places until their sessions end.
    scheduleJoin(turn, group)
    return
  }
  group.startNextGeneration(turn.nowMs)
  if (group.state === 'Empty') {
    const value = group.toRecord(turn.nowMs, new Map())
    turn.write({ type: 'GroupMetadata', groupId: group.groupId, value })
    reportCompletion(turn, group)
    return
  }
  for (const member of group.members.values()) {
    answerJoin(turn, member, joinedGeneration(group, member.memberId))
    group.trace?.mark(member, 'joinAnsweredAtMs', turn.nowMs)
    restartSession(turn, group, member)
    member.isNew = false
    group.pendingSyncMembers.add(member.memberId)
  }
  turn.schedule({ kind: 'sync', groupId: group.groupId }, group.rebalanceTimeoutMs)
  reportJoined(turn, group)
}

/** Dynamic members that did not rejoin are gone; static ones stay, to come back with their assignment (KIP-345). */
function evictAbsentMembers(turn: Turn, group: ClassicGroup): void {
  for (const member of [...group.members.values()]) {
    if (member.awaitingJoin !== null || member.isStatic) continue
    removeMember(turn, group, member.memberId, 'rebalanceTimeout')
    group.trace?.evictedMemberIds.push(member.memberId)
  }
}

/**
 * The sync timer fired: members that took part in the generation but never asked for their assignment are gone. The
 * timer is never stopped: a rebalance forgets who has to sync, and the next generation sets the timer anew.
 */
export function onSyncTimer(turn: Turn, group: ClassicGroup): void {
  if (group.pendingSyncMembers.size === 0) return
  const missing = [...group.pendingSyncMembers]
  for (const memberId of missing) removeMember(turn, group, memberId, 'syncTimeout')
  prepareRebalance(turn, group, {
    kind: 'syncMissing',
    sentence: `no SyncGroup came in time from ${missing.join(', ')}`,
    memberIds: missing,
    values: { timeoutMs: group.rebalanceTimeoutMs },
  })
}

/**
 * The session timer fired. A member that waits for an answer owes no heartbeat; the timer starts anew when it is
 * answered, so a client that died while waiting is found out one session later.
 */
export function onSessionTimer(turn: Turn, group: ClassicGroup, memberId: string): void {
  if (group.pendingJoinMembers.has(memberId)) {
    group.remove(memberId)
    completeJoinWhenAllJoined(turn, group)
    return
  }
  const member = group.members.get(memberId)
  if (member === undefined || !member.owesHeartbeat) return
  const silentMs = turn.nowMs - member.lastSeenMs
  removeMember(turn, group, memberId, 'sessionExpired')
  rebalance(turn, group, {
    kind: 'sessionExpired',
    sentence: `the session of ${memberId} expired, its last sign of life was ${silentMs} ms ago`,
    memberIds: [memberId],
    values: { client: clientOf(member), silentMs, sessionTimeoutMs: member.sessionTimeoutMs },
  })
}

/**
 * Takes a member, or an id that was only given out, from the group. One that still waits for an answer is told
 * UNKNOWN_MEMBER_ID, so that it joins again if it lives.
 */
export function removeMember(turn: Turn, group: ClassicGroup, memberId: string, because: GoneBecause): void {
  const member = group.members.get(memberId)
  if (member !== undefined) {
    answerJoin(turn, member, joinFailure(ErrorCode.UNKNOWN_MEMBER_ID, ''))
    answerSync(turn, member, syncFailure(ErrorCode.UNKNOWN_MEMBER_ID))
  }
  group.remove(memberId)
  group.trace?.gone(memberId, because, turn.nowMs)
  group.settling?.gone(memberId, because, turn.nowMs)
  turn.cancel({ kind: 'session', groupId: group.groupId, memberId })
}
