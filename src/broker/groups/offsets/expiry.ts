/**
 * Offsets nobody needs any more go after `offsets.retention.minutes`, by the rules of KIP-211:
 *
 * - Empty group: all of them, counted from when the last member left.
 * - Group that never had members (offsets only): each one from its own commit.
 * - Stable group of consumers: those of topics no member subscribes to, from their commits.
 * - Group of the consumer protocol (KIP-848), in any state: likewise. When it is empty that is all of them.
 * - Any other group is at work, and its offsets stay.
 *
 * A commit of OffsetCommit v2-v4 may bring its own retention, which then counts instead. A group without members and
 * offsets goes, too.
 */
import { CONSUMER_PROTOCOL_TYPE } from '../classic/group.ts'
import type { Group } from '../group.ts'
import type { OffsetCommitValue } from '../records.ts'
import type { Turn } from '../turn.ts'
import { deleteOffset, deleteRecords } from './delete.ts'

const MINUTE_MS = 60_000

export function expireOffsets(turn: Turn, group: Group): void {
  // A share group stays until it is deleted: the share coordinator has its progress.
  if (group.type === 'share') return
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
  const isAboutToJoin = group.type === 'classic' && group.pendingJoinMembers.size > 0
  if (remaining === 0 && group.state === 'Empty' && !isAboutToJoin) deleteRecords(turn, group)
}

/** From when the retention counts; null while the offset is in use. */
function unusedSinceMs(
  group: Exclude<Group, { type: 'share' }>,
  topic: string,
  value: OffsetCommitValue,
): number | null {
  // The records of a consumer group do not say since when it is empty.
  if (group.type === 'consumer') return group.isSubscribedTo(topic) ? null : value.commitTimestamp
  if (group.protocolType === null) return value.commitTimestamp
  if (group.state === 'Empty') return group.currentStateTimestampMs ?? value.commitTimestamp
  const isReadByOthers = group.state === 'Stable' && group.protocolType === CONSUMER_PROTOCOL_TYPE
  return isReadByOthers && !group.isSubscribedTo(topic) ? value.commitTimestamp : null
}

function hasExpired(nowMs: number, sinceMs: number, retentionMs: number, value: OffsetCommitValue): boolean {
  if (value.expireTimestamp !== -1) return nowMs >= value.expireTimestamp
  return nowMs - sinceMs >= retentionMs
}
