import type { Database, Statement } from './database.ts'

/** A batch as it is stored: its bytes, and of its header what is looked for without opening them. */
export interface StoredBatch extends BatchColumns {
  data: Buffer
}

export interface BatchColumns {
  baseOffset: number
  lastOffset: number
  maxTimestamp: number
  leaderEpoch: number
  /** −1: not of an idempotent producer. */
  producerId: number
  producerEpoch: number
  baseSequence: number
  flags: number
  sizeInBytes: number
}

export interface BatchRow extends BatchColumns {
  /** The bytes of a control batch, null for all others. */
  control: Buffer | null
}

/** Bits of `flags`; the lower 16 are the batch's attributes. */
export const BatchFlag = {
  TRANSACTIONAL: 0x10,
  CONTROL: 0x20,
  /** The first of its segment. */
  SEGMENT_START: 0x10000,
} as const

type ColumnRow = [number, number, number, number, number, number, number, number, number, Buffer | null]

/**
 * The record batches of one partition, one row each: base offset as the key, the batch as one BLOB, exactly as it
 * will be served.
 *
 * A table a partition, because rows then always go to the end of a B-tree, which SQLite does without splitting
 * pages. Measured and rejected, in CPU seconds for 1, 12 and 150 partitions, 12 batches a transaction, checkpoints
 * included (first 600 MB in 16 KiB batches, then 100 MB in 1 KiB batches; on a busy machine, so compare only):
 *   a table a partition                         1.8 1.9 2.3     0.8 1.2 1.9
 *   one table, key (slot << 40 | base offset)   1.9 2.2 3.0     1.1 2.4 3.3
 *   the same, BLOBs in a second table           1.9 2.8 3.5
 *   the same, BLOBs in order of arrival         1.8 2.4 2.4     1.1 1.7 2.0
 * It also makes deleting a partition a DROP TABLE. The price is a schema change for each new partition, after which
 * every prepared statement is prepared again: 6 µs each, once.
 */
export class BatchTable {
  readonly #database: Database
  readonly #name: string
  #insert: Statement<unknown[]> | null = null
  #plan: Statement<unknown[], [number, number, number]> | null = null
  #data: Statement<unknown[], Buffer> | null = null

  constructor(database: Database, slot: number) {
    this.#database = database
    this.#name = nameOf(slot)
  }

  static create(database: Database, slot: number): void {
    // The BLOB comes last: the columns before it are then read without it, from the row's own page.
    database.exec(`
      CREATE TABLE ${nameOf(slot)} (
        base_offset INTEGER PRIMARY KEY,
        last_offset INTEGER NOT NULL,
        max_timestamp INTEGER NOT NULL,
        leader_epoch INTEGER NOT NULL,
        producer_id INTEGER NOT NULL,
        producer_epoch INTEGER NOT NULL,
        base_sequence INTEGER NOT NULL,
        flags INTEGER NOT NULL,
        size INTEGER NOT NULL,
        data BLOB NOT NULL
      )`)
  }

  /** One more than the last offset stored; 0 without any. */
  static endOffset(database: Database, slot: number): number {
    const last = database
      .prepare<[], number>(`SELECT last_offset FROM ${nameOf(slot)} ORDER BY base_offset DESC LIMIT 1`)
      .pluck()
      .get()
    return last === undefined ? 0 : last + 1
  }

  static drop(database: Database, slot: number): void {
    database.exec(`DROP TABLE IF EXISTS ${nameOf(slot)}`)
  }

  insert(batch: StoredBatch): void {
    this.#insert ??= this.#database.prepare(`INSERT INTO ${this.#name} VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
    this.#insert.run(
      batch.baseOffset,
      batch.lastOffset,
      batch.maxTimestamp,
      batch.leaderEpoch,
      batch.producerId,
      batch.producerEpoch,
      batch.baseSequence,
      batch.flags,
      batch.sizeInBytes,
      batch.data,
    )
  }

  /**
   * Whole batches from the one with `fetchOffset` in it (or the next after it) on, whose base offset is below
   * `endOffset`, of `maxBytes` together; the first one whatever its size if `minOneBatch`.
   */
  read(fetchOffset: number, endOffset: number, maxBytes: number, minOneBatch: boolean): Buffer[] {
    const range = this.#rangeOf(fetchOffset, endOffset, maxBytes, minOneBatch)
    if (range === null) return []
    // Two statements, so that no BLOB is read only to find that it does not fit.
    this.#data ??= this.#database
      .prepare<unknown[], Buffer>(
        `SELECT data FROM ${this.#name} WHERE base_offset BETWEEN ? AND ? ORDER BY base_offset`,
      )
      .pluck()
    return this.#data.all(range.first, range.last)
  }

  #rangeOf(
    fetchOffset: number,
    endOffset: number,
    maxBytes: number,
    minOneBatch: boolean,
  ): { first: number; last: number } | null {
    this.#plan ??= this.#database
      .prepare<unknown[], [number, number, number]>(
        `SELECT base_offset, last_offset, size FROM ${this.#name}
         WHERE base_offset >= coalesce((SELECT max(base_offset) FROM ${this.#name} WHERE base_offset <= ?), 0)
           AND base_offset < ?
         ORDER BY base_offset`,
      )
      .raw()
    let first = -1
    let last = -1
    let bytes = 0
    for (const [baseOffset, lastOffset, size] of this.#plan.iterate(fetchOffset, endOffset)) {
      if (lastOffset < fetchOffset) continue
      bytes += size
      if (bytes > maxBytes && !(first === -1 && minOneBatch)) break
      if (first === -1) first = baseOffset
      last = baseOffset
      if (bytes >= maxBytes) break
    }
    return first === -1 ? null : { first, last }
  }

  /** The batches from `fromOffset` on without their bytes, in order. To be read to the end or left by `break`. */
  *rowsFrom(fromOffset: number): Generator<BatchRow, void> {
    const rows = this.#database
      .prepare<unknown[], ColumnRow>(
        `SELECT base_offset, last_offset, max_timestamp, leader_epoch, producer_id, producer_epoch, base_sequence,
                flags, size, CASE WHEN flags & ${BatchFlag.CONTROL} THEN data END
         FROM ${this.#name} WHERE base_offset >= ? ORDER BY base_offset`,
      )
      .raw()
      .iterate(fromOffset)
    for (const row of rows) {
      yield {
        baseOffset: row[0],
        lastOffset: row[1],
        maxTimestamp: row[2],
        leaderEpoch: row[3],
        producerId: row[4],
        producerEpoch: row[5],
        baseSequence: row[6],
        flags: row[7],
        sizeInBytes: row[8],
        control: row[9],
      }
    }
  }

  /** The first batch from `fromOffset` on which has a record of `timestamp` or later. */
  firstAtOrAfter(fromOffset: number, timestamp: number): { data: Buffer; leaderEpoch: number } | null {
    return (
      this.#database
        .prepare<unknown[], { data: Buffer; leaderEpoch: number }>(
          `SELECT data, leader_epoch AS leaderEpoch FROM ${this.#name}
           WHERE base_offset >= ? AND max_timestamp >= ? ORDER BY base_offset LIMIT 1`,
        )
        .get(fromOffset, timestamp) ?? null
    )
  }

  /** −1 when there is no batch. */
  lastOffset(): number {
    return (
      this.#database
        .prepare<unknown[], number>(`SELECT last_offset FROM ${this.#name} ORDER BY base_offset DESC LIMIT 1`)
        .pluck()
        .get() ?? -1
    )
  }

  /** Base offset of the first batch, null when there is none. */
  firstOffset(): number | null {
    return (
      this.#database
        .prepare<unknown[], number | null>(`SELECT min(base_offset) FROM ${this.#name}`)
        .pluck()
        .get() ?? null
    )
  }

  /** Deletes the batches with records at or after `offset`. */
  deleteFrom(offset: number): void {
    this.#database.prepare(`DELETE FROM ${this.#name} WHERE base_offset >= ?`).run(offset)
    this.#database
      .prepare(
        `DELETE FROM ${this.#name}
         WHERE base_offset = (SELECT max(base_offset) FROM ${this.#name}) AND last_offset >= ?`,
      )
      .run(offset)
  }

  /**
   * Deletes batches below `offset`, oldest first, as many as make about `maxBytes` and no more than `maxBatches`.
   * True when none is left below.
   */
  deleteSome(offset: number, maxBytes: number, maxBatches: number): boolean {
    const rows = this.#database
      .prepare<unknown[], [number, number]>(
        `SELECT base_offset, size FROM ${this.#name} WHERE base_offset < ? ORDER BY base_offset LIMIT ?`,
      )
      .raw()
      .iterate(offset, maxBatches)
    let end = -1
    let bytes = 0
    let batches = 0
    for (const [baseOffset, size] of rows) {
      end = baseOffset
      bytes += size
      batches++
      if (bytes >= maxBytes) break
    }
    if (end !== -1) this.#database.prepare(`DELETE FROM ${this.#name} WHERE base_offset <= ?`).run(end)
    return bytes < maxBytes && batches < maxBatches
  }
}

function nameOf(slot: number): string {
  return `batch_${slot}`
}
