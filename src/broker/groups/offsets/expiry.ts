/**
 * Offsets nobody needs any more go after `offsets.retention.minutes`, by the rules of KIP-211:
 *
 * - Empty group: all of them, counted from when the last member left.
 * - Group that never had members (offsets only): each one from its own commit.
 * - Stable group of consumers: those of topics no member subscribes to, from their commits.
 * - Any other group is at work, and its offsets stay.
 *
 * A commit of OffsetCommit v2-v4 may bring its own retention, which then counts instead. A group without members and
 * offsets goes, too.
 */
import type { ClassicGroup } from '../classic/group.ts'
import { CONSUMER_PROTOCOL_TYPE } from '../classic/group.ts'
import type { OffsetCommitValue } from '../records.ts'
import type { Turn } from '../turn.ts'
import { deleteOffset } from './delete.ts'

const MINUTE_MS = 60_000

export function expireOffsets(turn: Turn, group: ClassicGroup): void {
  const { groupId } = group
  const retentionMs = turn.config.offsetsRetentionMinutes * MINUTE_MS
  let remaining = 0
  for (const { topic, partition, value } of turn.state.offsets.ofGroup(groupId)) {
    const sinceMs = unusedSinceMs(group, topic, value)
    if (sinceMs !== null && hasExpired(turn.nowMs, sinceMs, retentionMs, value)) {
      deleteOffset(turn, groupId, topic, partition)
    } else {
      remaining++
    }
  }
  // An id given out by MEMBER_ID_REQUIRED is about to be used, and the group with it.
  const isUnused = group.state === 'Empty' && group.pendingJoinMembers.size === 0
  if (remaining === 0 && isUnused) turn.write({ type: 'GroupMetadata', groupId, value: null })
}

/** From when the retention counts; null while the offset is in use. */
function unusedSinceMs(group: ClassicGroup, topic: string, value: OffsetCommitValue): number | null {
  if (group.protocolType === null) return value.commitTimestamp
  if (group.state === 'Empty') return group.currentStateTimestampMs ?? value.commitTimestamp
  const isReadByOthers = group.state === 'Stable' && group.protocolType === CONSUMER_PROTOCOL_TYPE
  return isReadByOthers && !group.isSubscribedTo(topic) ? value.commitTimestamp : null
}

function hasExpired(nowMs: number, sinceMs: number, retentionMs: number, value: OffsetCommitValue): boolean {
  if (value.expireTimestamp !== -1) return nowMs >= value.expireTimestamp
  return nowMs - sinceMs >= retentionMs
}
