import { BatchTable } from './batch-table.ts'
import type { Database } from './database.ts'
import { IndexTable } from './index-table.ts'
import type { StatementCache } from './statement-cache.ts'

export interface StoredEpoch {
  epoch: number
  startOffset: number
}

export interface StoredAbortedTransaction {
  producerId: number
  firstOffset: number
  lastOffset: number
}

/** What log.db keeps of one partition. Its methods throw SQLite's errors; LogStore gives them their meaning. */
export class PartitionStore {
  readonly slot: number
  readonly batches: BatchTable
  readonly index: IndexTable
  readonly #database: Database
  readonly #statements: StatementCache

  constructor(database: Database, statements: StatementCache, slot: number) {
    this.#database = database
    this.#statements = statements
    this.slot = slot
    this.batches = new BatchTable(database, slot)
    this.index = new IndexTable(statements, slot)
  }

  offsets(): { logStartOffset: number; highWatermark: number } {
    const row = this.#statements
      .get<{ logStartOffset: number; highWatermark: number }>(
        'SELECT log_start_offset AS logStartOffset, high_watermark AS highWatermark FROM partition WHERE slot = ?',
      )
      .get(this.slot)
    if (row === undefined) throw new Error(`partition slot ${this.slot} is gone`)
    return row
  }

  saveLogStartOffset(offset: number): void {
    this.#statements.get('UPDATE partition SET log_start_offset = ? WHERE slot = ?').run(offset, this.slot)
  }

  saveHighWatermark(offset: number): void {
    this.#statements.get('UPDATE partition SET high_watermark = ? WHERE slot = ?').run(offset, this.slot)
  }

  /** Oldest first. */
  epochs(): StoredEpoch[] {
    return this.#statements
      .get<StoredEpoch>(
        `SELECT leader_epoch AS epoch, start_offset AS startOffset FROM leader_epoch WHERE slot = ?
         ORDER BY leader_epoch`,
      )
      .all(this.slot)
  }

  saveEpochs(epochs: readonly StoredEpoch[]): void {
    this.#run('DELETE FROM leader_epoch WHERE slot = ?')
    for (const { epoch, startOffset } of epochs) {
      this.#run('INSERT INTO leader_epoch VALUES (?, ?, ?)', epoch, startOffset)
    }
  }

  addAbortedTransaction(aborted: StoredAbortedTransaction): void {
    this.#run(
      `INSERT OR REPLACE INTO aborted_transaction (slot, last_offset, first_offset, producer_id)
       VALUES (?, ?, ?, ?)`,
      aborted.lastOffset,
      aborted.firstOffset,
      aborted.producerId,
    )
  }

  /** Those with a record in [fromOffset, toOffset). */
  abortedTransactions(fromOffset: number, toOffset: number): StoredAbortedTransaction[] {
    return this.#statements
      .get<StoredAbortedTransaction>(
        `SELECT producer_id AS producerId, first_offset AS firstOffset, last_offset AS lastOffset
         FROM aborted_transaction WHERE slot = ? AND last_offset >= ? AND first_offset < ? ORDER BY last_offset`,
      )
      .all(this.slot, fromOffset, toOffset)
  }

  /** Deletes everything about offsets at or after `offset`, and all of a batch which has some before and some after. */
  truncate(offset: number): void {
    this.batches.deleteFrom(offset)
    const endOffset = Math.min(offset, this.batches.lastOffset() + 1)
    this.index.truncate(endOffset)
    this.#run('DELETE FROM aborted_transaction WHERE slot = ? AND last_offset >= ?', endOffset)
  }

  /** Moves the start to `startOffset` and forgets the segments below `segmentBaseOffset`, but for their batches. */
  deleteSegmentsBelow(segmentBaseOffset: number, startOffset: number): void {
    this.saveLogStartOffset(startOffset)
    this.index.deleteBelow(segmentBaseOffset)
    this.#run('DELETE FROM aborted_transaction WHERE slot = ? AND last_offset < ?', startOffset)
  }

  /** The partition's last step: its table and its rows go. */
  drop(): void {
    BatchTable.drop(this.#database, this.slot)
    for (const table of [
      'leader_epoch',
      'index_entry',
      'producer_snapshot',
      'aborted_transaction',
      'partition',
    ]) {
      this.#run(`DELETE FROM ${table} WHERE slot = ?`)
    }
  }

  #run(sql: string, ...parameters: number[]): void {
    this.#statements.get(sql).run(this.slot, ...parameters)
  }
}
