/** Reads from the log what a share partition may deliver. */
import { batchesIn } from '../protocol/record-batch.ts'
import type { ShareGroupConfig } from '../metadata/configs/share-group-config.ts'
import type { Partition } from '../replication/partition.ts'
import type { OffsetRange } from './acquisition.ts'

export interface ReadBatch extends OffsetRange {
  readonly records: Buffer
}

/**
 * Whole batches from `fetchOffset` on, as far as consumers may see; the first may exceed `maxBytes`.
 * Throws KafkaError and StorageError as the log does.
 */
export function readForShare(
  { log }: Partition,
  fetchOffset: number,
  maxBytes: number,
  isolation: ShareGroupConfig['isolationLevel'],
): ReadBatch[] {
  const end = isolation === 'read_committed' ? log.lastStableOffset : log.highWatermark
  if (fetchOffset >= end || fetchOffset < log.logStartOffset) return []
  const batches: ReadBatch[] = []
  for (const buffer of log.read(fetchOffset, maxBytes, end, true).batches) {
    for (const { position, header } of batchesIn(buffer)) {
      batches.push({
        firstOffset: header.baseOffset,
        lastOffset: header.lastOffset,
        records: buffer.subarray(position, position + header.sizeInBytes),
      })
    }
  }
  return batches
}

/** The batches a member needs for what it has acquired. */
export function recordsOf(batches: readonly ReadBatch[], acquired: readonly OffsetRange[]): Buffer[] {
  return batches
    .filter((batch) =>
      acquired.some(
        ({ firstOffset, lastOffset }) => firstOffset <= batch.lastOffset && lastOffset >= batch.firstOffset,
      ),
    )
    .map(({ records }) => records)
}
