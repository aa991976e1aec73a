import { ErrorCode, KafkaError } from '../protocol/errors.ts'
import { decodeRecords, readBatchHeader } from '../protocol/record-batch.ts'
import type { PartitionStore } from '../storage/partition-store.ts'

export interface TimestampedOffset {
  offset: number
  timestamp: number
  leaderEpoch: number
}

/**
 * The first record of `timestamp` or later at or after `logStartOffset`, looked for from `fromOffset` on. By the
 * index and the batches' columns; only the batch that can hold it is opened (UnifiedLog.fetchOffsetByTimestamp).
 */
export function findTimestamp(
  store: PartitionStore,
  timestamp: number,
  fromOffset: number,
  logStartOffset: number,
): TimestampedOffset | null {
  let place = store.index.placeOf(timestamp, fromOffset)
  for (;;) {
    const found = store.batches.firstAtOrAfter(place, timestamp)
    if (found === null) return null
    const match = findInBatch(found.data, timestamp, logStartOffset)
    if (match !== null) return { ...match, leaderEpoch: found.leaderEpoch }
    // Its only such records lie before the log's start.
    place = readBatchHeader(found.data, 0).lastOffset + 1
  }
}

function findInBatch(
  batch: Buffer,
  timestamp: number,
  logStartOffset: number,
): { offset: number; timestamp: number } | null {
  const header = readBatchHeader(batch, 0)
  if (header.lastOffset < logStartOffset) return null
  try {
    const record = decodeRecords(batch).find(
      (candidate) => candidate.timestamp >= timestamp && candidate.offset >= logStartOffset,
    )
    return record === undefined ? null : { offset: record.offset, timestamp: record.timestamp }
  } catch (error) {
    if (!(error instanceof KafkaError) || error.code !== ErrorCode.UNSUPPORTED_COMPRESSION_TYPE) throw error
    // A codec this broker cannot open: a reader that starts with the whole batch misses nothing.
    return { offset: Math.max(header.baseOffset, logStartOffset), timestamp: header.maxTimestamp }
  }
}
