import { soundDisk } from '../faults/disk.ts'
import type { Disk } from '../faults/disk.ts'
import { BatchTable } from './batch-table.ts'
import { openDatabase, storageErrorOf } from './database.ts'
import type { Database, Statement } from './database.ts'
import { logMigrations } from './log-schema.ts'
import { PartitionStore } from './partition-store.ts'
import { StatementCache } from './statement-cache.ts'

export interface PartitionRow {
  slot: number
  topicId: string
  topic: string
  partition: number
}

export interface LogStoreOptions {
  cacheSizeBytes?: number
  disk?: Disk
}

/**
 * 8 KB. A commit writes whole pages to the WAL, at least one for each partition it appends to, so for small batches
 * the page size is what the disk has to bear: a lone 1 KiB batch costs a page. For large ones a small page means more
 * calls. CPU seconds for 800 MB in 16 KiB batches and in 1 MiB batches (means of 3 and 2 runs on a busy machine):
 *   4 KB: 4.2, 3.6 · 8 KB: 3.7, 2.5 · 16 KB: 3.5, 2.2
 */
export const PAGE_SIZE_BYTES = 8 * 1024
/** Enough for the inner pages of the trees; the batches themselves are in the tail cache or the system's. */
const CACHE_SIZE_BYTES = 8 * 1024 * 1024

/** SQLite's own limit. */
const MAX_PAGES = 4_294_967_294

/**
 * log.db: the logs of one broker. Everything in it that belongs together is written in one transaction.
 * Every method throws StorageError.
 */
export class LogStore {
  readonly file: string
  readonly #database: Database
  readonly #disk: Disk
  readonly #statements: StatementCache
  readonly #begin: Statement
  readonly #commit: Statement

  constructor(file: string, options: LogStoreOptions = {}) {
    this.file = file
    this.#disk = options.disk ?? soundDisk
    this.#database = openDatabase(file, {
      pageSizeBytes: PAGE_SIZE_BYTES,
      cacheSizeBytes: options.cacheSizeBytes ?? CACHE_SIZE_BYTES,
      walAutocheckpointPages: 0,
      reclaimable: true,
      migrations: logMigrations,
    })
    this.#statements = new StatementCache(this.#database)
    this.#begin = this.#database.prepare('BEGIN IMMEDIATE')
    this.#commit = this.#database.prepare('COMMIT')
  }

  /** For what looks at the file as a whole: checkpoints, vacuum, tests. */
  get database(): Database {
    return this.#database
  }

  /** Runs `read`, which may not write. */
  read<T>(read: () => T): T {
    try {
      this.#disk.access()
      return read()
    } catch (error) {
      throw storageErrorOf(error, this.file)
    }
  }

  /**
   * Runs `write` as one transaction: all of it or, if anything throws, nothing. With `synced` it returns only
   * when a power cut could not take it back any more, nor anything committed before it.
   */
  transaction<T>(write: () => T, { synced = false } = {}): T {
    try {
      this.#disk.access()
      // Cannot be changed inside a transaction, and takes effect when prepared: so neither cached nor in `begin`.
      if (synced) this.#database.pragma('synchronous = FULL')
      this.#begin.run()
      const result = write()
      this.#commit.run()
      return result
    } catch (error) {
      this.#rollback()
      throw storageErrorOf(error, this.file)
    } finally {
      if (synced && this.#database.open) this.#database.pragma('synchronous = NORMAL')
    }
  }

  #rollback(): void {
    // After some errors (disk full, I/O) SQLite has rolled back by itself.
    if (this.#database.open && this.#database.inTransaction) this.#database.exec('ROLLBACK')
  }

  /** The partitions which are not deleted. */
  partitions(): PartitionRow[] {
    return this.read(() => this.#rows('deleted = 0'))
  }

  /** The deleted ones whose batches are still to be removed. */
  deletedPartitions(): PartitionRow[] {
    return this.read(() => this.#rows('deleted = 1'))
  }

  #rows(condition: string): PartitionRow[] {
    return this.#statements
      .get<PartitionRow>(
        `SELECT slot, topic_id AS topicId, topic, partition FROM partition WHERE ${condition} ORDER BY slot`,
      )
      .all()
  }

  createPartition(topicId: string, topic: string, partition: number): PartitionRow {
    return this.transaction(() => this.#insertPartition(topicId, topic, partition, 0))
  }

  /** An empty partition which starts at `startOffset` takes the place of `row`, whose batches go later. */
  replacePartition(row: PartitionRow, startOffset: number): PartitionRow {
    return this.transaction(() => {
      this.#markDeleted(row.slot)
      return this.#insertPartition(row.topicId, row.topic, row.partition, startOffset)
    })
  }

  markDeleted(slot: number): void {
    this.transaction(() => this.#markDeleted(slot))
  }

  open(slot: number): PartitionStore {
    return new PartitionStore(this.#database, this.#statements, slot)
  }

  #insertPartition(topicId: string, topic: string, partition: number, startOffset: number): PartitionRow {
    const slot = Number(
      this.#statements
        .get(
          `INSERT INTO partition (topic_id, topic, partition, log_start_offset, high_watermark)
           VALUES (?, ?, ?, ?, ?)`,
        )
        .run(topicId, topic, partition, startOffset, startOffset).lastInsertRowid,
    )
    BatchTable.create(this.#database, slot)
    return { slot, topicId, topic, partition }
  }

  #markDeleted(slot: number): void {
    this.#statements.get('UPDATE partition SET deleted = 1 WHERE slot = ?').run(slot)
  }

  /** Bytes inside the file which hold nothing. */
  freeBytes(): number {
    return this.read(() => this.#pages('freelist_count'))
  }

  sizeInBytes(): number {
    return this.read(() => this.#pages('page_count'))
  }

  #pages(pragma: 'freelist_count' | 'page_count'): number {
    return (this.#database.pragma(pragma, { simple: true }) as number) * PAGE_SIZE_BYTES
  }

  /** Fault injection: as if the disk were full once the file has `bytes`, or as much as it has now; null: no more. */
  limitSize(bytes: number | null): void {
    const pages = bytes === null ? MAX_PAGES : Math.max(1, Math.floor(bytes / PAGE_SIZE_BYTES))
    this.read(() => this.#database.pragma(`max_page_count = ${pages}`))
  }

  /** Gives up to `bytes` of free space back to the file system; seen in the file after the next checkpoint. */
  shrink(bytes: number): void {
    this.read(() => this.#database.exec(`PRAGMA incremental_vacuum(${Math.ceil(bytes / PAGE_SIZE_BYTES)})`))
  }

  close(): void {
    this.#database.close()
  }
}
