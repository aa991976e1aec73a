/** Where a share group begins with a partition it has never read. */
import type { ShareOffsetReset } from '../metadata/configs/share-offset-reset.ts'
import type { Partition } from '../replication/partition.ts'

/** `latest` is the high watermark: what is not committed yet is still to come. */
export function startOffsetFor({ log }: Partition, reset: ShareOffsetReset, nowMs: number): number {
  switch (reset.kind) {
    case 'earliest':
      return log.logStartOffset
    case 'latest':
      return log.highWatermark
    case 'duration':
      return Math.min(
        log.offsetForTimestamp(nowMs - reset.durationMs)?.offset ?? log.highWatermark,
        log.highWatermark,
      )
  }
}
