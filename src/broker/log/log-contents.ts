import type { BatchHeader } from '../protocol/record-batch.ts'
import { BatchFlag } from '../storage/batch-table.ts'
import type { StoredBatch } from '../storage/batch-table.ts'
import type { IndexEntry } from '../storage/index-table.ts'
import type { PartitionStore, StoredAbortedTransaction } from '../storage/partition-store.ts'
import type { EpochCache, EpochEntry } from './epoch-cache.ts'
import type { IndexBuilder, IndexMark } from './index-builder.ts'
import type { ProducerState } from './producer-state.ts'
import type { RollLimits, Segments, SegmentsMark } from './segments.ts'
import type { DecodedMarker } from './transaction-marker.ts'
import type { Transactions, TransactionsMark } from './transactions.ts'

/** What a log has in memory; all of it follows from what is stored. */
export interface RecoveredLog {
  segments: Segments
  index: IndexBuilder
  epochs: EpochCache
  producers: ProducerState
  transactions: Transactions
  logStartOffset: number
  logEndOffset: number
}

/** A checked batch on its way into the log. */
export interface IncomingBatch {
  data: Buffer
  header: BatchHeader
  baseOffset: number
  leaderEpoch: number
  maxTimestamp: number
  /** Of a control batch that ends a transaction. */
  marker: DecodedMarker | null
}

/** What the turn's transaction has to write, and what to go back to should it fail. */
interface PendingTurn {
  batches: StoredBatch[]
  indexEntries: { entry: IndexEntry; producers: string }[]
  aborted: StoredAbortedTransaction[]
  segments: SegmentsMark
  index: IndexMark
  transactions: TransactionsMark
  epochs: readonly EpochEntry[]
}

/**
 * A log in memory between two commits: what is appended changes it at once, and is written by one transaction, or,
 * when that fails, undone.
 */
export class LogContents {
  readonly segments: Segments
  readonly epochs: EpochCache
  readonly producers: ProducerState
  readonly transactions: Transactions
  readonly #index: IndexBuilder
  #logStartOffset: number
  #logEndOffset: number
  #nextOffset: number
  #turn: PendingTurn | null = null
  #storedEpochs: readonly EpochEntry[]
  #storedLogStartOffset: number

  constructor(recovered: RecoveredLog) {
    this.segments = recovered.segments
    this.epochs = recovered.epochs
    this.producers = recovered.producers
    this.transactions = recovered.transactions
    this.#index = recovered.index
    this.#logStartOffset = recovered.logStartOffset
    this.#logEndOffset = recovered.logEndOffset
    this.#nextOffset = recovered.logEndOffset
    this.#storedEpochs = recovered.epochs.entries
    this.#storedLogStartOffset = recovered.logStartOffset
  }

  get logStartOffset(): number {
    return this.#logStartOffset
  }

  get logEndOffset(): number {
    return this.#logEndOffset
  }

  get nextOffset(): number {
    return this.#nextOffset
  }

  /** Whether batches were appended since the last commit. */
  get isPending(): boolean {
    return this.#turn !== null
  }

  /** Whether there is something to write beside batches. */
  get isChanged(): boolean {
    return this.epochs.entries !== this.#storedEpochs || this.#logStartOffset !== this.#storedLogStartOffset
  }

  append(incoming: IncomingBatch, limits: RollLimits, nowMs: number): void {
    this.#turn ??= this.#beginTurn()
    const batch = storedBatchOf(incoming)
    if (this.segments.mustRoll(batch, limits, nowMs)) {
      this.#closeSegment(this.#turn)
      this.segments.roll(batch, nowMs)
      batch.flags |= BatchFlag.SEGMENT_START
    }
    this.segments.append(batch, nowMs)
    this.#index.append(batch)
    if (batch.leaderEpoch >= 0) this.epochs.assign(batch.leaderEpoch, batch.baseOffset)
    if (batch.producerId >= 0) this.#noteProducer(this.#turn, batch, incoming)
    this.#turn.batches.push(batch)
    this.#nextOffset = batch.lastOffset + 1
  }

  #beginTurn(): PendingTurn {
    this.producers.mark()
    return {
      batches: [],
      indexEntries: [],
      aborted: [],
      segments: this.segments.mark(),
      index: this.#index.mark(),
      transactions: this.transactions.mark(),
      epochs: this.epochs.entries,
    }
  }

  /** An index entry stands for batches of one segment, so a segment's last one is made before it is left. */
  #closeSegment(turn: PendingTurn): void {
    const entry = this.segments.active === undefined ? null : this.#index.take(this.segments.active)
    if (entry !== null) turn.indexEntries.push({ entry, producers: this.producers.snapshot() })
  }

  #noteProducer(turn: PendingTurn, batch: StoredBatch, { header, marker }: IncomingBatch): void {
    const { producerId, baseOffset, lastOffset } = batch
    if (!header.isControl) {
      const { lastSequence, isTransactional } = header
      this.producers.append({ ...batch, lastSequence, isTransactional })
      if (isTransactional) this.transactions.began(producerId, baseOffset)
      return
    }
    if (marker === null) return
    const firstOffset = this.producers.endTransaction(marker)
    this.transactions.ended(producerId, lastOffset)
    if (marker.isAbort && firstOffset !== null) turn.aborted.push({ producerId, firstOffset, lastOffset })
  }

  /** To be called inside a transaction. @returns about how many bytes */
  write(store: PartitionStore): number {
    let bytes = 0
    if (this.#turn !== null) {
      for (const batch of this.#turn.batches) {
        store.batches.insert(batch)
        bytes += batch.sizeInBytes
      }
      for (const aborted of this.#turn.aborted) store.addAbortedTransaction(aborted)
      for (const { entry, producers } of this.#turn.indexEntries) store.index.add(entry, producers)
      this.#writeDueIndexEntry(store)
    }
    if (this.epochs.entries !== this.#storedEpochs) store.saveEpochs(this.epochs.entries)
    if (this.#logStartOffset !== this.#storedLogStartOffset) store.saveLogStartOffset(this.#logStartOffset)
    return bytes
  }

  #writeDueIndexEntry(store: PartitionStore): void {
    const { active } = this.segments
    if (active === undefined || !this.#index.isDue(this.producers.size)) return
    const entry = this.#index.take(active)
    if (entry !== null) store.index.add(entry, this.producers.snapshot())
  }

  /** The transaction is committed. @returns the batches that came with it */
  committed(): readonly StoredBatch[] {
    this.#storedEpochs = this.epochs.entries
    this.#storedLogStartOffset = this.#logStartOffset
    const turn = this.#turn
    if (turn === null) return []
    this.#turn = null
    this.producers.keep()
    this.#logEndOffset = this.#nextOffset
    return turn.batches
  }

  /** The transaction failed. An epoch assigned or a start moved in the turn stands: the next commit writes it. */
  undo(): void {
    const turn = this.#turn
    if (turn === null) return
    this.#turn = null
    this.#nextOffset = this.#logEndOffset
    this.segments.restore(turn.segments)
    this.#index.restore(turn.index)
    this.transactions.restore(turn.transactions)
    this.epochs.restore(turn.epochs)
    this.producers.undo()
  }

  moveStart(offset: number): void {
    this.#logStartOffset = offset
    this.epochs.truncateFromStart(offset)
  }

  /** The `count` oldest segments are deleted, which the database knows. Not with a turn pending. */
  segmentsDeleted(count: number, startOffset: number): void {
    this.segments.deleteOldest(count)
    if (this.segments.active === undefined) this.#index.reset()
    this.moveStart(startOffset)
    this.#storedLogStartOffset = startOffset
  }
}

function storedBatchOf({ data, header, baseOffset, leaderEpoch, maxTimestamp }: IncomingBatch): StoredBatch {
  return {
    baseOffset,
    lastOffset: baseOffset + header.lastOffsetDelta,
    // Times beyond 2^53 are no times; SQLite would not keep them as integers, and they would fail the whole turn.
    maxTimestamp: Math.max(-Number.MAX_SAFE_INTEGER, Math.min(maxTimestamp, Number.MAX_SAFE_INTEGER)),
    leaderEpoch,
    producerId: header.producerId,
    producerEpoch: header.producerEpoch,
    baseSequence: header.baseSequence,
    flags: header.attributes & 0xffff,
    sizeInBytes: header.sizeInBytes,
    data,
  }
}
