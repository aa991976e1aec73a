/** What a follower does to its own log: append what the leader sent, cut off what the leader does not have. */
import type { PartitionLog } from '../log/partition-log.ts'
import { readBatchHeader } from '../protocol/record-batch.ts'

/**
 * Appends fetched batches, but none with an epoch above `leaderEpoch`: such a batch comes from an election this
 * broker has not heard of, and the truncation that belongs to it has not been done (KAFKA-18723).
 */
export function appendFetched(log: PartitionLog, records: Buffer, leaderEpoch: number): void {
  const { baseOffset, lastOffset } = readBatchHeader(records, 0)
  // The leader's log may begin in the middle of a batch (DeleteRecords), which is served whole. A follower with
  // nothing yet therefore begins with the batch; its log start catches up with the leader's right after.
  const isEmpty = log.nextOffset === log.logStartOffset
  if (isEmpty && baseOffset < log.nextOffset && lastOffset >= log.nextOffset) {
    log.truncateFullyAndStartAt(baseOffset)
  }
  log.appendAsFollower(records, leaderEpoch)
}

/**
 * Where a follower has to cut its log when the leader says that its own ends, for the epoch of the follower's last
 * record, at `endOffset` of `epoch` (KIP-101, KIP-279, KIP-595).
 *
 * If the follower does not know that epoch, it cuts at the end of the newest one it has before it; the next fetch
 * then asks with that older epoch. Several rounds may be needed after elections in quick succession.
 */
export function truncationOffset(log: PartitionLog, leader: { epoch: number; endOffset: number }): number {
  const own = log.endOffsetForEpoch(leader.epoch)
  if (own.endOffset < 0) return Math.min(leader.endOffset, firstOffsetAbove(log, leader.epoch))
  const agreed = own.leaderEpoch === leader.epoch ? Math.min(own.endOffset, leader.endOffset) : own.endOffset
  return Math.min(agreed, log.nextOffset)
}

/** Without any record of `epoch` or before, everything there is belongs to later epochs. */
function firstOffsetAbove(log: PartitionLog, epoch: number): number {
  return log.epochAt(log.logStartOffset) > epoch ? log.logStartOffset : log.nextOffset
}
