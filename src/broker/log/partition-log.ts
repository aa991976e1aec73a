import type { TopicConfig } from '../metadata/configs/topic-config.ts'

export type AppendOrigin = 'client' | 'coordinator'

export interface LeaderAppend {
  baseOffset: number
  lastOffset: number
  /** −1 unless the topic stamps LogAppendTime. */
  logAppendTimeMs: number
  logStartOffset: number
  /** The producer sent this batch before; the offsets are those of the first time. */
  duplicate: boolean
}

export interface LogRead {
  batches: Buffer[]
  sizeInBytes: number
}

export interface TimestampedOffset {
  offset: number
  timestamp: number
  leaderEpoch: number
}

export interface EpochEndOffset {
  /** −1 when the epoch is not known. */
  leaderEpoch: number
  /** −1 when the epoch is not known. */
  endOffset: number
}

export interface AbortedTransaction {
  producerId: number
  firstOffset: number
}

export interface ActiveProducer {
  producerId: number
  producerEpoch: number
  lastSequence: number
  lastTimestamp: number
  coordinatorEpoch: number
  /** First offset of the open transaction, −1 when none. */
  currentTxnStartOffset: number
}

/** One replica's log of one partition. Every method is synchronous; KafkaError says what a client is told. */
export interface PartitionLog {
  readonly topicId: string
  readonly topic: string
  readonly partition: number
  readonly config: TopicConfig
  readonly logStartOffset: number
  /** End of what is committed. */
  readonly logEndOffset: number
  /** End of what is appended; ≥ logEndOffset. */
  readonly nextOffset: number
  readonly highWatermark: number
  readonly lastStableOffset: number
  readonly sizeInBytes: number
  /** −1 when no epoch is known. */
  readonly latestEpoch: number
  /** Monotone but for truncation; clamped to [logStartOffset, logEndOffset]. True if it moved. */
  updateHighWatermark(highWatermark: number): boolean
  /** Patches `records` in place. On disk after `logs.committed()`. Throws KafkaError (RecordValidationError). */
  appendAsLeader(records: Buffer, options: { leaderEpoch: number; origin: AppendOrigin; nowMs: number }): LeaderAppend
  appendAsFollower(records: Buffer, maxEpoch: number): { lastOffset: number }
  read(fetchOffset: number, maxBytes: number, upToOffset: number, minOneBatch: boolean): LogRead
  abortedTransactionsIn(fromOffset: number, toOffset: number): AbortedTransaction[]
  offsetForTimestamp(timestamp: number): TimestampedOffset | null
  maxTimestampOffset(): TimestampedOffset | null
  endOffsetForEpoch(epoch: number): EpochEndOffset
  /** Epoch of the record at `offset`, −1 when unknown. */
  epochAt(offset: number): number
  assignEpoch(epoch: number): void
  truncateTo(offset: number): void
  truncateFullyAndStartAt(offset: number): void
  /** True if it moved. Beyond the high watermark: KafkaError OFFSET_OUT_OF_RANGE. */
  advanceLogStart(offset: number): boolean
  activeProducers(): ActiveProducer[]
}
