/** A timer of a consumer group fired: somebody let a deadline pass and is put out. */
import type { GroupTimer } from '../timers.ts'
import type { Turn } from '../turn.ts'
import type { ConsumerEpochCause } from './events.ts'
import { sessionTimeoutMs } from './group-config.ts'
import type { ConsumerGroup } from './group.ts'
import { fence } from './leave.ts'
import type { ConsumerMember } from './member.ts'
import { nameOf } from './member.ts'

type MemberTimer = Extract<GroupTimer, { memberId: string }>

export function onConsumerTimer(turn: Turn, group: ConsumerGroup, timer: MemberTimer): void {
  const member = group.members.get(timer.memberId)
  if (member === undefined) return
  // It went on to another epoch, and the timer to another deadline.
  if (timer.kind === 'revocation' && member.memberEpoch !== timer.memberEpoch) return
  fence(turn, group, member, causeOf(turn, group, member, timer))
}

function causeOf(
  turn: Turn,
  group: ConsumerGroup,
  member: ConsumerMember,
  { kind, memberId }: MemberTimer,
): ConsumerEpochCause {
  const { rebalanceTimeoutMs } = member
  const memberIds = [memberId]
  const values = { client: nameOf(member), rebalanceTimeoutMs }
  switch (kind) {
    case 'session':
      return causeOfExpiry(turn, group, member)
    case 'revocation':
      return {
        kind: 'rebalanceTimeout',
        sentence: `${memberId} did not give its partitions up within its rebalance time-out of ${rebalanceTimeoutMs} ms`,
        memberIds,
        values,
      }
    case 'memberJoin':
      return {
        kind: 'rebalanceTimeout',
        sentence: `${memberId} did not rejoin within its rebalance time-out of ${rebalanceTimeoutMs} ms`,
        memberIds,
        values,
      }
    case 'memberSync': {
      const sentence = `no SyncGroup came in time from ${memberId}`
      return { kind: 'syncMissing', sentence, memberIds, values }
    }
  }
}

/** Nothing was heard of it since, or not since this broker became the coordinator: then its session began anew. */
function causeOfExpiry(turn: Turn, group: ConsumerGroup, member: ConsumerMember): ConsumerEpochCause {
  const { memberId, classic } = member
  const seenMs = group.lastSeenMs.get(memberId)
  const silentMs = seenMs === undefined ? null : turn.nowMs - seenMs
  const since =
    silentMs === null
      ? 'it was not heard of since the coordinator moved'
      : `its last heartbeat was ${(silentMs / 1000).toFixed(1)} s ago`
  const timeoutMs = classic?.sessionTimeoutMs ?? sessionTimeoutMs(turn, group.groupId)
  return {
    kind: 'sessionExpired',
    sentence: `the session of ${memberId} expired, ${since}`,
    memberIds: [memberId],
    values: {
      client: nameOf(member),
      ...(silentMs === null ? {} : { silentMs }),
      sessionTimeoutMs: timeoutMs,
    },
  }
}
