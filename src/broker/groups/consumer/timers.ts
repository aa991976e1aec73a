/** A timer of a consumer group fired: somebody let a deadline pass and is put out. */
import type { GroupTimer } from '../timers.ts'
import type { Turn } from '../turn.ts'
import type { ConsumerEpochCause } from './events.ts'
import type { ConsumerGroup } from './group.ts'
import { fence } from './leave.ts'

type MemberTimer = Extract<GroupTimer, { memberId: string }>

export function onConsumerTimer(turn: Turn, group: ConsumerGroup, timer: MemberTimer): void {
  const member = group.members.get(timer.memberId)
  if (member === undefined) return
  // It went on to another epoch, and the timer to another deadline.
  if (timer.kind === 'revocation' && member.memberEpoch !== timer.memberEpoch) return
  fence(turn, group, member, causeOf(turn, group, timer))
}

function causeOf(turn: Turn, group: ConsumerGroup, { kind, memberId }: MemberTimer): ConsumerEpochCause {
  const rebalanceTimeoutMs = group.members.get(memberId)?.rebalanceTimeoutMs ?? 0
  const memberIds = [memberId]
  switch (kind) {
    case 'session':
      return { kind: 'sessionExpired', sentence: sessionSentence(turn, group, memberId), memberIds }
    case 'revocation':
      return {
        kind: 'rebalanceTimeout',
        sentence: `${memberId} did not give its partitions up within its rebalance time-out of ${rebalanceTimeoutMs} ms`,
        memberIds,
      }
    case 'memberJoin':
      return {
        kind: 'rebalanceTimeout',
        sentence: `${memberId} did not rejoin within its rebalance time-out of ${rebalanceTimeoutMs} ms`,
        memberIds,
      }
    case 'memberSync':
      return { kind: 'syncMissing', sentence: `no SyncGroup came in time from ${memberId}`, memberIds }
  }
}

function sessionSentence(turn: Turn, { lastSeenMs }: ConsumerGroup, memberId: string): string {
  const seenMs = lastSeenMs.get(memberId)
  const since =
    seenMs === undefined
      ? 'it was not heard of since the coordinator moved'
      : `its last heartbeat was ${((turn.nowMs - seenMs) / 1000).toFixed(1)} s ago`
  return `the session of ${memberId} expired, ${since}`
}
