/** Offsets by timestamp (ListOffsets), from one partition's log. */
import { ErrorCode, KafkaError } from '../protocol/errors.ts'
import type { FetchIsolation } from './fetch-params.ts'
import { readableEnd } from './fetch-reader.ts'
import type { Partition } from './partition.ts'

/** Timestamps that stand for something else. */
export const ListOffsetsTimestamp = {
  LATEST: -1,
  EARLIEST: -2,
  MAX_TIMESTAMP: -3,
  EARLIEST_LOCAL: -4,
  LATEST_TIERED: -5,
  EARLIEST_PENDING_UPLOAD: -6,
} as const

export interface ListedOffset {
  errorCode: number
  /** −1 where the answer is no record's timestamp. */
  timestamp: number
  /** −1: no such offset. */
  offset: number
  leaderEpoch: number
}

const NOTHING: ListedOffset = { errorCode: ErrorCode.NONE, timestamp: -1, offset: -1, leaderEpoch: -1 }

export function listingFailure(errorCode: number): ListedOffset {
  return { ...NOTHING, errorCode }
}

/**
 * `isolation` null: not a consumer (a follower, a debugging client), which sees up to the log's end. Throws
 * KafkaError OFFSET_NOT_AVAILABLE while a new leader cannot vouch for the end: its high watermark has not reached
 * the start of its epoch, so the true end may be higher, and telling it would let a consumer see offsets go back.
 */
export function offsetForTimestamp(
  partition: Partition,
  timestamp: number,
  isolation: FetchIsolation | null,
): ListedOffset {
  const { log } = partition
  const end = readableEnd(partition, isolation ?? 'logEnd')
  const isEndKnown = isolation === null || (partition.leaderEpochStartOffset ?? 0) <= log.highWatermark
  switch (timestamp) {
    case ListOffsetsTimestamp.LATEST:
      if (!isEndKnown) throw new KafkaError(ErrorCode.OFFSET_NOT_AVAILABLE)
      return { ...NOTHING, offset: end, leaderEpoch: partition.leaderEpoch }
    case ListOffsetsTimestamp.EARLIEST:
    case ListOffsetsTimestamp.EARLIEST_LOCAL:
      return { ...NOTHING, offset: log.logStartOffset, leaderEpoch: log.epochAt(log.logStartOffset) }
    case ListOffsetsTimestamp.LATEST_TIERED:
    case ListOffsetsTimestamp.EARLIEST_PENDING_UPLOAD:
      // Without tiered storage there are none.
      return NOTHING
  }
  const found =
    timestamp === ListOffsetsTimestamp.MAX_TIMESTAMP
      ? log.maxTimestampOffset()
      : log.offsetForTimestamp(timestamp)
  if (found !== null && found.offset < end) return { errorCode: ErrorCode.NONE, ...found }
  if (!isEndKnown) throw new KafkaError(ErrorCode.OFFSET_NOT_AVAILABLE)
  return NOTHING
}
