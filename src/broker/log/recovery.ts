import { BatchFlag } from '../storage/batch-table.ts'
import type { BatchRow } from '../storage/batch-table.ts'
import type { PartitionStore } from '../storage/partition-store.ts'
import { EpochCache } from './epoch-cache.ts'
import { IndexBuilder } from './index-builder.ts'
import { LogContents } from './log-contents.ts'
import { lastSequenceOf, ProducerState } from './producer-state.ts'
import { Segments } from './segments.ts'
import { decodeMarker } from './transaction-marker.ts'
import { Transactions } from './transactions.ts'

/**
 * The state of a log as its rows give it: from the newest index entry and producer snapshot, and from what the
 * batches after them say, at most some hundred rows without their BLOBs. The same at start and after truncation,
 * so that neither can differ from the other.
 */
export function recoverLog(store: PartitionStore, nowMs: number): LogContents {
  const { logStartOffset } = store.offsets()
  const indexed = store.index
    .segments()
    .filter((_segment, i, all) => (all[i + 1]?.baseOffset ?? Infinity) > logStartOffset)
  const segments = new Segments(indexed, nowMs)
  const producers = new ProducerState()
  const transactions = new Transactions()
  const index = new IndexBuilder()

  const snapshot = store.index.newestProducerSnapshot()
  if (snapshot !== null) producers.load(snapshot.state)
  for (const { producerId, txnFirstOffset } of producers.entries()) {
    if (txnFirstOffset !== null) transactions.began(producerId, txnFirstOffset)
  }

  const indexEnd = indexed.at(-1)?.endOffset ?? 0
  const producersEnd = snapshot?.endOffset ?? 0
  let batchesEnd = 0
  for (const row of store.batches.rowsFrom(Math.min(indexEnd, producersEnd))) {
    if (row.baseOffset >= producersEnd) replayProducer(row, producers, transactions)
    if (row.baseOffset >= indexEnd && row.lastOffset >= logStartOffset)
      replaySegment(row, segments, index, nowMs)
    batchesEnd = row.lastOffset + 1
  }

  if (batchesEnd === 0) batchesEnd = store.batches.lastOffset() + 1

  return new LogContents({
    segments,
    index,
    epochs: new EpochCache(store.epochs()),
    producers,
    transactions,
    logStartOffset,
    logEndOffset: Math.max(batchesEnd, logStartOffset),
  })
}

function replaySegment(row: BatchRow, segments: Segments, index: IndexBuilder, nowMs: number): void {
  if ((row.flags & BatchFlag.SEGMENT_START) !== 0 || segments.active === undefined) {
    segments.roll(row, nowMs)
    index.reset()
  }
  segments.append(row, nowMs)
  index.append(row)
}

function replayProducer(row: BatchRow, producers: ProducerState, transactions: Transactions): void {
  if (row.producerId < 0) return
  if (row.control !== null) {
    const marker = decodeMarker(row.control, row)
    if (marker === null) return
    producers.endTransaction(marker)
    transactions.ended(marker.producerId, marker.offset)
    return
  }
  const isTransactional = (row.flags & BatchFlag.TRANSACTIONAL) !== 0
  const lastSequence = lastSequenceOf(row.baseSequence, row.lastOffset - row.baseOffset)
  producers.append({ ...row, lastSequence, isTransactional })
  if (isTransactional) transactions.began(row.producerId, row.baseOffset)
}
