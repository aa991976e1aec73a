import type { TopicConfig } from '../metadata/configs/topic-config.ts'
import { ErrorCode, KafkaError } from '../protocol/errors.ts'
import { patchBatch } from '../protocol/record-batch.ts'
import type { BatchHeader } from '../protocol/record-batch.ts'
import type { PartitionRow } from '../storage/log-store.ts'
import type { PartitionStore } from '../storage/partition-store.ts'
import type { PartitionTail } from '../storage/tail-cache.ts'
import { EpochCache } from './epoch-cache.ts'
import type { EpochEndOffset } from './epoch-cache.ts'
import { fetchedBatches } from './fetched-batches.ts'
import type { Committable } from './group-commit.ts'
import type { LogContents, IncomingBatch } from './log-contents.ts'
import type { LogHost } from './log-host.ts'
import { activeProducerOf } from './producer-state.ts'
import type { ActiveProducer, ProducerBatch } from './producer-state.ts'
import type { AbortedTransaction, LeaderAppend, LeaderAppendOptions, LogRead } from './log-results.ts'
import { recoverLog } from './recovery.ts'
import { deletableSegments } from './retention.ts'
import { findTimestamp } from './timestamp-lookup.ts'
import type { TimestampedOffset } from './timestamp-lookup.ts'
import { decodeMarker } from './transaction-marker.ts'
import type { DecodedMarker } from './transaction-marker.ts'
import { validateForLeader } from './validation.ts'

export type { EpochEndOffset } from './epoch-cache.ts'
export type { AbortedTransaction, LeaderAppend, LeaderAppendOptions, LogRead } from './log-results.ts'
export type { ActiveProducer } from './producer-state.ts'
export type { TimestampedOffset } from './timestamp-lookup.ts'
export { RecordValidationError } from './validation.ts'
export type { AppendOrigin } from './validation.ts'

/**
 * One replica's log of one partition (Kafka's UnifiedLog).
 *
 * Appends are in memory until the turn's transaction is committed (GroupCommit): `nextOffset` runs ahead,
 * `logEndOffset` and everything readers see follow the database. Every method is synchronous. What a client is told
 * is thrown as KafkaError; StorageError is thrown by what writes on its own: truncation, retention.
 */
export class PartitionLog implements Committable {
  readonly topicId: string
  readonly topic: string
  readonly partition: number
  readonly #host: LogHost
  readonly #tail: PartitionTail
  #row: PartitionRow
  #store: PartitionStore
  #config: TopicConfig
  #contents: LogContents
  #highWatermark: number
  #storedHighWatermark: number
  /** End of what a power cut cannot take. */
  #syncedOffset: number
  /** A follower's batches are read by nobody while it is one, so they do not push out what is. */
  #isCached = false

  /** Made by LogManager only. */
  constructor(host: LogHost, row: PartitionRow, config: TopicConfig) {
    this.topicId = row.topicId
    this.topic = row.topic
    this.partition = row.partition
    this.#host = host
    this.#tail = host.openTail()
    this.#row = row
    this.#config = config
    this.#store = host.openStore(row.slot)
    this.#contents = recoverLog(this.#store, host.nowMs())
    this.#syncedOffset = this.logEndOffset
    this.#storedHighWatermark = this.#store.offsets().highWatermark
    this.#highWatermark = this.#clamp(this.#storedHighWatermark)
    this.#contents.transactions.highWatermarkMoved(this.#highWatermark)
    this.#purgeBelowFirstSegment()
  }

  get slot(): number {
    return this.#row.slot
  }

  get config(): TopicConfig {
    return this.#config
  }

  /** Called by LogManager only. */
  set config(config: TopicConfig) {
    this.#config = config
  }

  get logStartOffset(): number {
    return this.#contents.logStartOffset
  }

  /** End of what is committed. */
  get logEndOffset(): number {
    return this.#contents.logEndOffset
  }

  /** End of what is appended; ≥ logEndOffset. */
  get nextOffset(): number {
    return this.#contents.nextOffset
  }

  get highWatermark(): number {
    return this.#highWatermark
  }

  /** Readers of committed records stop here: at the high watermark, or at the first undecided transaction. */
  get lastStableOffset(): number {
    return Math.min(this.#highWatermark, this.#contents.transactions.firstUndecidedOffset)
  }

  get sizeInBytes(): number {
    return this.#contents.segments.sizeInBytes
  }

  /** −1 when no epoch is known. */
  get latestEpoch(): number {
    return this.#contents.epochs.latestEpoch
  }

  /** Monotone but for truncation, and within [logStartOffset, logEndOffset]. @returns whether it moved */
  updateHighWatermark(highWatermark: number): boolean {
    const moved = this.#clamp(highWatermark)
    if (moved <= this.#highWatermark) return false
    this.#highWatermark = moved
    this.#contents.transactions.highWatermarkMoved(moved)
    return true
  }

  #clamp(offset: number): number {
    return Math.min(Math.max(offset, this.#contents.logStartOffset), this.#contents.logEndOffset)
  }

  /**
   * Gives the one batch in `records` the next offsets and appends it; `records` is changed in place and belongs to
   * the log from here on. It is on disk once `LogManager.committed()` resolves.
   *
   * Throws KafkaError, RecordValidationError among them; then nothing has happened.
   */
  appendAsLeader(records: Buffer, options: LeaderAppendOptions): LeaderAppend {
    this.#host.checkOnline()
    const { header, maxTimestamp, logAppendTimeMs } = validateForLeader(
      records,
      this.#config,
      options.origin,
      options.nowMs,
    )
    const baseOffset = this.nextOffset
    const marker = header.isControl ? decodeMarker(records, header) : null
    const duplicate = this.#checkProducer(header, marker)
    if (duplicate !== undefined) return this.#appendedBefore(duplicate)

    patchBatch(records, 0, { baseOffset, leaderEpoch: options.leaderEpoch })
    const { leaderEpoch, nowMs } = options
    this.#append({ data: records, header, baseOffset, leaderEpoch, maxTimestamp, marker }, nowMs)
    this.#isCached = true
    const lastOffset = baseOffset + header.lastOffsetDelta
    return { baseOffset, lastOffset, logAppendTimeMs, logStartOffset: this.logStartOffset, duplicate: false }
  }

  #checkProducer(header: BatchHeader, marker: DecodedMarker | null): ProducerBatch | undefined {
    if (header.producerId < 0) return undefined
    const { producers } = this.#contents
    if (header.isControl) {
      if (marker !== null) producers.checkMarker(marker)
      return undefined
    }
    const duplicate = producers.findDuplicate(header)
    if (duplicate === undefined) producers.check(header)
    return duplicate
  }

  #appendedBefore({ firstOffset, lastOffset, timestamp }: ProducerBatch): LeaderAppend {
    const { logStartOffset } = this
    // Kafka tells a duplicate's time whoever's clock it is by.
    return {
      baseOffset: firstOffset,
      lastOffset,
      logAppendTimeMs: timestamp,
      logStartOffset,
      duplicate: true,
    }
  }

  /**
   * Appends what was fetched from the leader, as it is. Stops before a batch of an epoch above `maxEpoch`, the one
   * the fetch was made in: it was written after a change of leader this replica does not know of (KAFKA-18723).
   *
   * Throws KafkaError if a batch is damaged or lies before the end; then nothing has happened.
   */
  appendAsFollower(records: Buffer, maxEpoch: number): { lastOffset: number } {
    this.#host.checkOnline()
    const incoming = fetchedBatches(records, this.nextOffset, maxEpoch)
    const nowMs = this.#host.nowMs()
    for (const batch of incoming) this.#append(batch, nowMs)
    if (incoming.length > 0) {
      this.#isCached = false
      this.#tail.clear()
    }
    return { lastOffset: this.nextOffset - 1 }
  }

  #append(incoming: IncomingBatch, nowMs: number): void {
    if (!this.#contents.isPending) this.#host.add(this)
    this.#contents.append(incoming, this.#config, nowMs)
  }

  /** Whether `flush.messages` asks for the next commit to be safe from a power cut. */
  get needsSync(): boolean {
    return this.nextOffset - this.#syncedOffset >= this.#config.flushMessages
  }

  /** Called by GroupCommit only. */
  write(): number {
    return this.#contents.write(this.#store)
  }

  /** Called by GroupCommit only. */
  committed(): void {
    if (this.needsSync) this.#syncedOffset = this.nextOffset
    const batches = this.#contents.committed()
    if (!this.#isCached) return
    for (const { baseOffset, lastOffset, data } of batches) this.#tail.add(baseOffset, lastOffset, data)
  }

  /** Called by GroupCommit only. */
  undo(): void {
    this.#contents.undo()
  }

  /**
   * Whole committed batches from the one which holds `fetchOffset` on, with base offsets below `upToOffset`, of
   * `maxBytes` together; the first one whatever its size if `minOneBatch`. The buffers must not be changed.
   *
   * Throws KafkaError OFFSET_OUT_OF_RANGE outside of [logStartOffset, logEndOffset], KAFKA_STORAGE_ERROR.
   */
  read(fetchOffset: number, maxBytes: number, upToOffset: number, minOneBatch: boolean): LogRead {
    this.#host.checkOnline()
    if (fetchOffset < this.logStartOffset || fetchOffset > this.logEndOffset) {
      throw new KafkaError(
        ErrorCode.OFFSET_OUT_OF_RANGE,
        `Offset ${fetchOffset} is not within ${this.logStartOffset} and ${this.logEndOffset}.`,
      )
    }
    const endOffset = Math.min(upToOffset, this.logEndOffset)
    if (fetchOffset >= endOffset) return { batches: [], sizeInBytes: 0 }
    const batches =
      this.#tail.read(fetchOffset, endOffset, maxBytes, minOneBatch) ??
      this.#host.read(() => this.#store.batches.read(fetchOffset, endOffset, maxBytes, minOneBatch))
    let sizeInBytes = 0
    for (const batch of batches) sizeInBytes += batch.length
    return { batches, sizeInBytes }
  }

  /** Those whose records a reader of [fromOffset, toOffset) has to leave out. */
  abortedTransactionsIn(fromOffset: number, toOffset: number): AbortedTransaction[] {
    return this.#host
      .read(() => this.#store.abortedTransactions(fromOffset, toOffset))
      .map(({ producerId, firstOffset }) => ({ producerId, firstOffset }))
  }

  /** The first record of `timestamp` or later; null when there is none. */
  offsetForTimestamp(timestamp: number): TimestampedOffset | null {
    this.#flush()
    const { segments, logStartOffset } = this.#contents
    const segment = segments.all.find(({ maxTimestamp }) => maxTimestamp >= timestamp)
    if (segment === undefined) return null
    const { baseOffset } = segment
    return this.#host.read(() => findTimestamp(this.#store, timestamp, baseOffset, logStartOffset))
  }

  /** The first of the newest records; null when none has a timestamp. */
  maxTimestampOffset(): TimestampedOffset | null {
    const newest = this.#contents.segments.all.reduce(
      (max, segment) => Math.max(max, segment.maxTimestamp),
      -1,
    )
    return newest < 0 ? null : this.offsetForTimestamp(newest)
  }

  /** The largest epoch known which is ≤ `epoch`, and where it ends (OffsetForLeaderEpoch). */
  endOffsetForEpoch(epoch: number): EpochEndOffset {
    return this.#contents.epochs.endOffsetFor(epoch, this.logEndOffset)
  }

  /** Epoch of the record at `offset`, −1 when unknown. */
  epochAt(offset: number): number {
    return this.#contents.epochs.epochAt(offset)
  }

  /** A leader says that its epoch begins at the log end offset. */
  assignEpoch(epoch: number): void {
    this.#flush()
    this.#host.checkOnline()
    this.#contents.epochs.assign(epoch, this.logEndOffset)
    if (this.#contents.isChanged) this.#host.add(this)
  }

  /**
   * Takes off everything at or after `offset`, and all of a batch which lies on both sides of it, so that the end
   * may be lower than asked. Throws StorageError.
   */
  truncateTo(offset: number): void {
    this.#flush()
    this.#host.checkOnline()
    if (offset >= this.logEndOffset) return
    if (offset < this.logStartOffset) {
      this.truncateFullyAndStartAt(offset)
      return
    }
    const epochs = new EpochCache(this.#contents.epochs.entries)
    epochs.truncateFromEnd(offset)
    this.#host.write(() => {
      this.#store.truncate(offset)
      this.#store.saveEpochs(epochs.entries)
      this.#store.saveLogStartOffset(this.logStartOffset)
    })
    this.#reload()
  }

  /** Takes off everything; the next record will be at `offset`. Throws StorageError. */
  truncateFullyAndStartAt(offset: number): void {
    this.#flush()
    this.#host.checkOnline()
    this.#row = this.#host.replace(this.#row, offset)
    this.#store = this.#host.openStore(this.#row.slot)
    this.#highWatermark = offset
    this.#reload()
  }

  #reload(): void {
    this.#tail.clear()
    this.#contents = this.#host.read(() => recoverLog(this.#store, this.#host.nowMs()))
    this.#syncedOffset = Math.min(this.#syncedOffset, this.logEndOffset)
    this.#storedHighWatermark = this.#store.offsets().highWatermark
    this.#highWatermark = this.#clamp(this.#highWatermark)
    this.#contents.transactions.highWatermarkMoved(this.#highWatermark)
  }

  /**
   * Records below `offset` are gone (DeleteRecords, or the leader's log start). On disk with the next commit; their
   * segments go with the next retention run. @returns whether it moved
   *
   * Throws KafkaError OFFSET_OUT_OF_RANGE above the high watermark.
   */
  advanceLogStart(offset: number): boolean {
    this.#host.checkOnline()
    if (offset > this.#highWatermark) {
      throw new KafkaError(
        ErrorCode.OFFSET_OUT_OF_RANGE,
        `The log cannot start at ${offset}, the high watermark is ${this.#highWatermark}.`,
      )
    }
    if (offset <= this.logStartOffset) return false
    this.#contents.moveStart(offset)
    this.#host.add(this)
    return true
  }

  /** Deletes the segments retention has done with. @returns how many. Throws StorageError. */
  applyRetention(nowMs: number): number {
    this.#flush()
    this.#host.checkOnline()
    const { segments, logStartOffset, logEndOffset } = this.#contents
    const [config, highWatermark] = [this.#config, this.#highWatermark]
    const count = deletableSegments({ segments, config, logStartOffset, highWatermark, logEndOffset, nowMs })
    if (count === 0) return 0
    const firstKept = segments.endOffsetOf(count - 1, logEndOffset)
    const startOffset = Math.max(logStartOffset, firstKept)
    this.#host.write(() => this.#store.deleteSegmentsBelow(firstKept, startOffset))
    this.#contents.segmentsDeleted(count, startOffset)
    if (this.#contents.isChanged) this.#host.add(this)
    this.#host.purgeBelow(this.#row.slot, firstKept)
    return count
  }

  /** What the last run of the broker did not come to. */
  #purgeBelowFirstSegment(): void {
    const firstKept = this.#contents.segments.all[0]?.baseOffset ?? this.logStartOffset
    if (firstKept === 0) return
    const first = this.#store.batches.firstOffset()
    if (first !== null && first < firstKept) this.#host.purgeBelow(this.#row.slot, firstKept)
  }

  expireProducers(nowMs: number, expirationMs: number): void {
    this.#contents.producers.expire(nowMs, expirationMs)
  }

  /** For DescribeProducers. */
  activeProducers(): ActiveProducer[] {
    return [...this.#contents.producers.entries()].map(activeProducerOf)
  }

  get isHighWatermarkStored(): boolean {
    return this.#highWatermark === this.#storedHighWatermark
  }

  /** Called by LogManager, inside a transaction. A follower starts from it until the leader tells more. */
  saveHighWatermark(): void {
    this.#store.saveHighWatermark(this.#highWatermark)
    this.#storedHighWatermark = this.#highWatermark
  }

  /** Called by LogManager when the partition is deleted. */
  dispose(): void {
    this.#tail.clear()
  }

  /** What is appended is committed now, or undone, so that the database says all there is to say. */
  #flush(): void {
    if (this.#contents.isPending) this.#host.flush()
  }
}
