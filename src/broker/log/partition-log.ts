import type { TopicConfig } from '../metadata/configs/topic-config.ts'
import { ErrorCode, KafkaError } from '../protocol/errors.ts'
import { batchesIn, patchBatch } from '../protocol/record-batch.ts'
import type { BatchHeader } from '../protocol/record-batch.ts'
import { BatchFlag } from '../storage/batch-table.ts'
import type { StoredBatch } from '../storage/batch-table.ts'
import type { IndexEntry } from '../storage/index-table.ts'
import type { PartitionRow } from '../storage/log-store.ts'
import type { PartitionStore, StoredAbortedTransaction } from '../storage/partition-store.ts'
import type { PartitionTail } from '../storage/tail-cache.ts'
import { EpochCache } from './epoch-cache.ts'
import type { EpochEndOffset, EpochEntry } from './epoch-cache.ts'
import type { Committable } from './group-commit.ts'
import type { IndexMark } from './index-builder.ts'
import type { LogHost } from './log-host.ts'
import type { ProducedBatch, ProducerBatch } from './producer-state.ts'
import { recoverLogState } from './recovery.ts'
import type { LogState } from './recovery.ts'
import { deletableSegments } from './retention.ts'
import type { SegmentsMark } from './segments.ts'
import { findTimestamp } from './timestamp-lookup.ts'
import type { TimestampedOffset } from './timestamp-lookup.ts'
import { decodeMarker } from './transaction-marker.ts'
import type { DecodedMarker } from './transaction-marker.ts'
import type { TransactionsMark } from './transactions.ts'
import { validateForFollower, validateForLeader } from './validation.ts'
import type { AppendOrigin } from './validation.ts'

export type { EpochEndOffset } from './epoch-cache.ts'
export type { TimestampedOffset } from './timestamp-lookup.ts'
export { RecordValidationError } from './validation.ts'
export type { AppendOrigin, RecordError } from './validation.ts'

export interface LeaderAppend {
  baseOffset: number
  lastOffset: number
  /** −1 unless the topic stamps LogAppendTime. */
  logAppendTimeMs: number
  logStartOffset: number
  /** The producer sent this batch before; the offsets are those of the first time. */
  duplicate: boolean
}

export interface LeaderAppendOptions {
  leaderEpoch: number
  origin: AppendOrigin
  nowMs: number
}

export interface LogRead {
  batches: Buffer[]
  sizeInBytes: number
}

export interface AbortedTransaction {
  producerId: number
  firstOffset: number
}

export interface ActiveProducer {
  producerId: number
  producerEpoch: number
  /** −1 when nothing of its epoch was appended. */
  lastSequence: number
  lastTimestamp: number
  coordinatorEpoch: number
  /** First offset of the open transaction, −1 when none. */
  currentTxnStartOffset: number
}

/** What a log goes back to when the turn's transaction fails, and what that transaction has to write. */
interface PendingTurn {
  batches: StoredBatch[]
  indexEntries: { entry: IndexEntry; producers: string }[]
  aborted: StoredAbortedTransaction[]
  segments: SegmentsMark
  index: IndexMark
  transactions: TransactionsMark
  epochs: readonly EpochEntry[]
}

/** A batch on its way into the log. */
interface Incoming {
  data: Buffer
  header: BatchHeader
  baseOffset: number
  leaderEpoch: number
  maxTimestamp: number
  marker: DecodedMarker | null
}

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
  #state: LogState
  #nextOffset: number
  #highWatermark: number
  #turn: PendingTurn | null = null
  #storedEpochs: readonly EpochEntry[]
  #storedLogStartOffset: number
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
    this.#state = recoverLogState(this.#store, host.nowMs())
    this.#nextOffset = this.#state.logEndOffset
    this.#syncedOffset = this.#nextOffset
    this.#storedEpochs = this.#state.epochs.entries
    this.#storedLogStartOffset = this.#state.logStartOffset
    this.#storedHighWatermark = this.#store.offsets().highWatermark
    this.#highWatermark = this.#clamp(this.#storedHighWatermark)
    this.#state.transactions.highWatermarkMoved(this.#highWatermark)
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
    return this.#state.logStartOffset
  }

  /** End of what is committed. */
  get logEndOffset(): number {
    return this.#state.logEndOffset
  }

  /** End of what is appended; ≥ logEndOffset. */
  get nextOffset(): number {
    return this.#nextOffset
  }

  get highWatermark(): number {
    return this.#highWatermark
  }

  /** Readers of committed records stop here: at the high watermark, or at the first undecided transaction. */
  get lastStableOffset(): number {
    return Math.min(this.#highWatermark, this.#state.transactions.firstUndecidedOffset)
  }

  get sizeInBytes(): number {
    return this.#state.segments.sizeInBytes
  }

  /** −1 when no epoch is known. */
  get latestEpoch(): number {
    return this.#state.epochs.latestEpoch
  }

  /** Monotone but for truncation, and within [logStartOffset, logEndOffset]. @returns whether it moved */
  updateHighWatermark(highWatermark: number): boolean {
    const moved = this.#clamp(highWatermark)
    if (moved <= this.#highWatermark) return false
    this.#highWatermark = moved
    this.#state.transactions.highWatermarkMoved(moved)
    return true
  }

  #clamp(offset: number): number {
    return Math.min(Math.max(offset, this.#state.logStartOffset), this.#state.logEndOffset)
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
    const baseOffset = this.#nextOffset
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
    const { producers } = this.#state
    if (header.isControl) {
      if (marker !== null) producers.checkMarker(marker)
      return undefined
    }
    const duplicate = producers.findDuplicate(header)
    if (duplicate === undefined) producers.check(header)
    return duplicate
  }

  #appendedBefore({ firstOffset, lastOffset, timestamp }: ProducerBatch): LeaderAppend {
    const logAppendTimeMs = this.#config.messageTimestampType === 'LogAppendTime' ? timestamp : -1
    const { logStartOffset } = this
    return { baseOffset: firstOffset, lastOffset, logAppendTimeMs, logStartOffset, duplicate: true }
  }

  /**
   * Appends what was fetched from the leader, as it is. Stops before a batch of an epoch above `maxEpoch`, the one
   * the fetch was made in: it was written after a change of leader this replica does not know of (KAFKA-18723).
   *
   * Throws KafkaError if a batch is damaged or lies before the end; then nothing has happened.
   */
  appendAsFollower(records: Buffer, maxEpoch: number): { lastOffset: number } {
    this.#host.checkOnline()
    const incoming = this.#fetchedBatches(records, maxEpoch)
    const nowMs = this.#host.nowMs()
    for (const batch of incoming) this.#append(batch, nowMs)
    if (incoming.length > 0) {
      this.#isCached = false
      this.#tail.clear()
    }
    return { lastOffset: this.#nextOffset - 1 }
  }

  #fetchedBatches(records: Buffer, maxEpoch: number): Incoming[] {
    const incoming: Incoming[] = []
    let nextOffset = this.#nextOffset
    for (const { position, header } of batchesIn(records)) {
      const { baseOffset, partitionLeaderEpoch: leaderEpoch, maxTimestamp } = header
      if (leaderEpoch > maxEpoch) break
      validateForFollower(records, position, header)
      if (baseOffset < nextOffset) {
        throw new KafkaError(
          ErrorCode.UNKNOWN_SERVER_ERROR,
          `A fetched batch starts at offset ${baseOffset}, the log of ${this.topic}-${this.partition} ends at ${nextOffset}.`,
        )
      }
      const data = records.subarray(position, position + header.sizeInBytes)
      const marker = header.isControl && header.producerId >= 0 ? decodeMarker(data, header) : null
      incoming.push({ data, header, baseOffset, leaderEpoch, maxTimestamp, marker })
      nextOffset = header.baseOffset + header.lastOffsetDelta + 1
    }
    return incoming
  }

  #append(incoming: Incoming, nowMs: number): void {
    const turn = this.#pendingTurn()
    const { header, baseOffset, leaderEpoch } = incoming
    const { segments, epochs, index } = this.#state
    const batch: StoredBatch = {
      baseOffset,
      lastOffset: baseOffset + header.lastOffsetDelta,
      // Beyond 2^53, where SQLite would not keep it as an integer, it means "never" anyway.
      maxTimestamp: Math.min(incoming.maxTimestamp, Number.MAX_SAFE_INTEGER),
      leaderEpoch,
      producerId: header.producerId,
      producerEpoch: header.producerEpoch,
      baseSequence: header.baseSequence,
      flags: header.attributes & 0xffff,
      sizeInBytes: header.sizeInBytes,
      data: incoming.data,
    }
    if (segments.mustRoll(batch, this.#config, nowMs)) {
      this.#closeSegment(turn)
      segments.roll(batch, nowMs)
      batch.flags |= BatchFlag.SEGMENT_START
    }
    segments.append(batch, nowMs)
    index.append(batch)
    if (leaderEpoch >= 0) epochs.assign(leaderEpoch, baseOffset)
    if (header.producerId >= 0) this.#noteProducer(turn, batch, incoming)
    turn.batches.push(batch)
    this.#nextOffset = batch.lastOffset + 1
  }

  #noteProducer(turn: PendingTurn, batch: StoredBatch, { header, marker }: Incoming): void {
    const { producers, transactions } = this.#state
    if (!header.isControl) {
      const produced: ProducedBatch = {
        producerId: batch.producerId,
        producerEpoch: batch.producerEpoch,
        baseSequence: batch.baseSequence,
        lastSequence: header.lastSequence,
        baseOffset: batch.baseOffset,
        lastOffset: batch.lastOffset,
        maxTimestamp: batch.maxTimestamp,
        isTransactional: header.isTransactional,
      }
      producers.append(produced)
      if (header.isTransactional) transactions.began(batch.producerId, batch.baseOffset)
      return
    }
    if (marker === null) return
    const firstOffset = producers.endTransaction(marker)
    transactions.ended(batch.producerId, batch.lastOffset)
    if (marker.isAbort && firstOffset !== null) {
      turn.aborted.push({ producerId: batch.producerId, firstOffset, lastOffset: batch.lastOffset })
    }
  }

  /** An index entry stands for batches of one segment, so a segment's last one is made before it is left. */
  #closeSegment(turn: PendingTurn): void {
    const { segments, index, producers } = this.#state
    const entry = segments.active === undefined ? null : index.take(segments.active)
    if (entry !== null) turn.indexEntries.push({ entry, producers: producers.snapshot() })
  }

  #pendingTurn(): PendingTurn {
    if (this.#turn !== null) return this.#turn
    const { segments, index, transactions, epochs, producers } = this.#state
    producers.mark()
    this.#turn = {
      batches: [],
      indexEntries: [],
      aborted: [],
      segments: segments.mark(),
      index: index.mark(),
      transactions: transactions.mark(),
      epochs: epochs.entries,
    }
    this.#host.add(this)
    return this.#turn
  }

  /** Whether `flush.messages` asks for the next commit to be safe from a power cut. */
  get needsSync(): boolean {
    return this.#nextOffset - this.#syncedOffset >= this.#config.flushMessages
  }

  /** Called by GroupCommit only. */
  write(): number {
    const { producers, segments, index } = this.#state
    let bytes = 0
    for (const batch of this.#turn?.batches ?? []) {
      this.#store.batches.insert(batch)
      bytes += batch.sizeInBytes
    }
    for (const closed of this.#turn?.indexEntries ?? []) this.#store.index.add(closed.entry, closed.producers)
    for (const aborted of this.#turn?.aborted ?? []) this.#store.addAbortedTransaction(aborted)
    if (segments.active !== undefined && index.isDue(producers.size)) {
      const entry = index.take(segments.active)
      if (entry !== null) this.#store.index.add(entry, producers.snapshot())
    }
    this.#writeChanged()
    return bytes
  }

  #writeChanged(): void {
    if (this.#state.epochs.entries !== this.#storedEpochs) this.#store.saveEpochs(this.#state.epochs.entries)
    if (this.logStartOffset !== this.#storedLogStartOffset)
      this.#store.saveLogStartOffset(this.logStartOffset)
  }

  #changedIsStored(): void {
    this.#storedEpochs = this.#state.epochs.entries
    this.#storedLogStartOffset = this.logStartOffset
  }

  /** Called by GroupCommit only. */
  committed(): void {
    if (this.needsSync) this.#syncedOffset = this.#nextOffset
    this.#changedIsStored()
    const turn = this.#turn
    if (turn === null) return
    this.#turn = null
    this.#state.producers.keep()
    this.#state.logEndOffset = this.#nextOffset
    if (!this.#isCached) return
    for (const { baseOffset, lastOffset, data } of turn.batches) this.#tail.add(baseOffset, lastOffset, data)
  }

  /** Called by GroupCommit only. */
  undo(): void {
    const turn = this.#turn
    if (turn === null) return
    this.#turn = null
    const { segments, index, transactions, epochs, producers } = this.#state
    this.#nextOffset = this.logEndOffset
    segments.restore(turn.segments)
    index.restore(turn.index)
    transactions.restore(turn.transactions)
    epochs.restore(turn.epochs)
    producers.undo()
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
    const { segments, logStartOffset } = this.#state
    const segment = segments.all.find(({ maxTimestamp }) => maxTimestamp >= timestamp)
    if (segment === undefined) return null
    const { baseOffset } = segment
    return this.#host.read(() => findTimestamp(this.#store, timestamp, baseOffset, logStartOffset))
  }

  /** The first of the newest records; null when none has a timestamp. */
  maxTimestampOffset(): TimestampedOffset | null {
    const newest = this.#state.segments.all.reduce((max, segment) => Math.max(max, segment.maxTimestamp), -1)
    return newest < 0 ? null : this.offsetForTimestamp(newest)
  }

  /** The largest epoch known which is ≤ `epoch`, and where it ends (OffsetForLeaderEpoch). */
  endOffsetForEpoch(epoch: number): EpochEndOffset {
    return this.#state.epochs.endOffsetFor(epoch, this.logEndOffset)
  }

  /** Epoch of the record at `offset`, −1 when unknown. */
  epochAt(offset: number): number {
    return this.#state.epochs.epochAt(offset)
  }

  /** A leader says that its epoch begins at the log end offset. */
  assignEpoch(epoch: number): void {
    this.#host.checkOnline()
    this.#flush()
    this.#state.epochs.assign(epoch, this.logEndOffset)
    if (this.#state.epochs.entries !== this.#storedEpochs) this.#host.add(this)
  }

  /**
   * Takes off everything at or after `offset`, and all of a batch which lies on both sides of it, so that the end
   * may be lower than asked. Throws StorageError.
   */
  truncateTo(offset: number): void {
    this.#host.checkOnline()
    this.#flush()
    if (offset >= this.logEndOffset) return
    if (offset < this.logStartOffset) {
      this.truncateFullyAndStartAt(offset)
      return
    }
    const epochs = new EpochCache(this.#state.epochs.entries)
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
    this.#host.checkOnline()
    this.#flush()
    this.#row = this.#host.replace(this.#row, offset)
    this.#store = this.#host.openStore(this.#row.slot)
    this.#highWatermark = offset
    this.#reload()
  }

  #reload(): void {
    this.#tail.clear()
    this.#state = this.#host.read(() => recoverLogState(this.#store, this.#host.nowMs()))
    this.#nextOffset = this.logEndOffset
    this.#syncedOffset = Math.min(this.#syncedOffset, this.logEndOffset)
    this.#storedEpochs = this.#state.epochs.entries
    this.#storedLogStartOffset = this.logStartOffset
    this.#highWatermark = this.#clamp(this.#highWatermark)
    this.#state.transactions.highWatermarkMoved(this.#highWatermark)
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
    this.#state.logStartOffset = offset
    this.#state.epochs.truncateFromStart(offset)
    this.#host.add(this)
    return true
  }

  /** Deletes the segments retention has done with. @returns how many. Throws StorageError. */
  applyRetention(nowMs: number): number {
    this.#flush()
    const { segments, epochs, index, logStartOffset, logEndOffset } = this.#state
    const state = {
      segments,
      config: this.#config,
      logStartOffset,
      highWatermark: this.#highWatermark,
      logEndOffset,
      nowMs,
    }
    const count = deletableSegments(state)
    if (count === 0) return 0
    const firstKept = segments.endOffsetOf(count - 1, logEndOffset)
    const startOffset = Math.max(logStartOffset, firstKept)
    this.#host.write(() => this.#store.deleteSegmentsBelow(firstKept, startOffset))
    segments.deleteOldest(count)
    if (segments.active === undefined) index.reset()
    this.#state.logStartOffset = startOffset
    this.#storedLogStartOffset = startOffset
    epochs.truncateFromStart(startOffset)
    if (epochs.entries !== this.#storedEpochs) this.#host.add(this)
    this.#host.purgeBelow(this.#row.slot, firstKept)
    return count
  }

  /** What the last run of the broker did not come to. */
  #purgeBelowFirstSegment(): void {
    const firstKept = this.#state.segments.all[0]?.baseOffset ?? this.logStartOffset
    const first = this.#store.batches.firstOffset()
    if (first !== null && first < firstKept) this.#host.purgeBelow(this.#row.slot, firstKept)
  }

  expireProducers(nowMs: number, expirationMs: number): void {
    this.#state.producers.expire(nowMs, expirationMs)
  }

  /** For DescribeProducers. */
  activeProducers(): ActiveProducer[] {
    return [...this.#state.producers.entries()].map((entry) => ({
      producerId: entry.producerId,
      producerEpoch: entry.producerEpoch,
      lastSequence: entry.batches.at(-1)?.lastSequence ?? -1,
      lastTimestamp: entry.lastTimestamp,
      coordinatorEpoch: entry.coordinatorEpoch,
      currentTxnStartOffset: entry.txnFirstOffset ?? -1,
    }))
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

  /** What is appended but not committed is committed now, so that the database says all there is to say. */
  #flush(): void {
    if (this.#turn !== null) this.#host.flush()
  }
}
