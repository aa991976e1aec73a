import type { StatementCache } from './statement-cache.ts'

export interface IndexEntry {
  /** After the last record of the batches the entry stands for. */
  endOffset: number
  segmentBaseOffset: number
  segmentSizeInBytes: number
  segmentFirstTimestamp: number
  /** Of the batches since the entry before. */
  maxTimestamp: number
}

/** A segment as far as index entries know it. */
export interface IndexedSegment {
  baseOffset: number
  endOffset: number
  sizeInBytes: number
  firstTimestamp: number
  maxTimestamp: number
}

export interface StoredProducerSnapshot {
  endOffset: number
  state: string
}

/** As many as a follower's truncation is likely to go back; beyond them, producers are found by reading on. */
const SNAPSHOTS_KEPT = 4

/** The sparse index of one partition: where its segments are, which times they hold, what its producers had done. */
export class IndexTable {
  readonly #statements: StatementCache
  readonly #slot: number

  constructor(statements: StatementCache, slot: number) {
    this.#statements = statements
    this.#slot = slot
  }

  add(entry: IndexEntry, producers: string): void {
    this.#statements
      .get('INSERT OR REPLACE INTO index_entry VALUES (?, ?, ?, ?, ?, ?)')
      .run(
        this.#slot,
        entry.endOffset,
        entry.segmentBaseOffset,
        entry.segmentSizeInBytes,
        entry.segmentFirstTimestamp,
        entry.maxTimestamp,
      )
    this.#statements
      .get('INSERT OR REPLACE INTO producer_snapshot VALUES (?, ?, ?)')
      .run(this.#slot, entry.endOffset, producers)
    this.#statements
      .get(
        `DELETE FROM producer_snapshot WHERE slot = ? AND end_offset <= (
           SELECT end_offset FROM producer_snapshot WHERE slot = ? ORDER BY end_offset DESC LIMIT 1 OFFSET ?)`,
      )
      .run(this.#slot, this.#slot, SNAPSHOTS_KEPT)
  }

  /** Oldest first. */
  segments(): IndexedSegment[] {
    return this.#statements
      .get<IndexedSegment>(
        `SELECT segment_base AS baseOffset, max(end_offset) AS endOffset, max(segment_size) AS sizeInBytes,
                max(segment_first_timestamp) AS firstTimestamp, max(max_timestamp) AS maxTimestamp
         FROM index_entry WHERE slot = ? GROUP BY segment_base ORDER BY segment_base`,
      )
      .all(this.#slot)
  }

  newestProducerSnapshot(): StoredProducerSnapshot | null {
    return (
      this.#statements
        .get<StoredProducerSnapshot>(
          `SELECT end_offset AS endOffset, state FROM producer_snapshot WHERE slot = ?
           ORDER BY end_offset DESC LIMIT 1`,
        )
        .get(this.#slot) ?? null
    )
  }

  /**
   * The offset from which on batches have to be looked at to find the first one with a record of `timestamp` or
   * later, none of which is below `fromOffset`.
   */
  placeOf(timestamp: number, fromOffset: number): number {
    const covering = this.#number(
      `SELECT min(end_offset) FROM index_entry WHERE slot = ? AND end_offset > ? AND max_timestamp >= ?`,
      fromOffset,
      timestamp,
    )
    const place =
      covering === null
        ? this.#number('SELECT max(end_offset) FROM index_entry WHERE slot = ?')
        : this.#number('SELECT max(end_offset) FROM index_entry WHERE slot = ? AND end_offset < ?', covering)
    return Math.max(place ?? 0, fromOffset)
  }

  /** Forgets what is said about offsets at or after `endOffset`. */
  truncate(endOffset: number): void {
    this.#run('DELETE FROM index_entry WHERE slot = ? AND end_offset > ?', endOffset)
    this.#run('DELETE FROM producer_snapshot WHERE slot = ? AND end_offset > ?', endOffset)
  }

  /** Forgets the segments below `startOffset`. Producers outlive their batches. */
  deleteBelow(startOffset: number): void {
    this.#run('DELETE FROM index_entry WHERE slot = ? AND end_offset <= ?', startOffset)
  }

  #number(sql: string, ...parameters: number[]): number | null {
    return this.#statements.pluck<number | null>(sql).get(this.#slot, ...parameters) ?? null
  }

  #run(sql: string, ...parameters: number[]): void {
    this.#statements.get(sql).run(this.#slot, ...parameters)
  }
}
