import SqliteDatabase from 'better-sqlite3'
import { BatchTable } from './batch-table.ts'
import { storageErrorOf } from './storage-error.ts'

/** What one broker's database has of a partition. */
export interface StoredPartition {
  topicId: string
  topic: string
  partition: number
  /** Offsets from the start of the log to its end. */
  records: number
}

interface PartitionRow {
  slot: number
  topic_id: string
  topic: string
  partition: number
  log_start_offset: number
}

/**
 * Counts what a broker that does not run has stored: one look at the end of each partition, whatever its size. Offsets
 * are counted, so compaction's gaps and control records count too. Throws StorageError.
 */
export function storedPartitions(file: string): StoredPartition[] {
  let database: SqliteDatabase.Database | null = null
  try {
    const opened = new SqliteDatabase(file, { readonly: true, fileMustExist: true })
    database = opened
    const rows = opened
      .prepare<[], PartitionRow>(
        'SELECT slot, topic_id, topic, partition, log_start_offset FROM partition WHERE deleted = 0',
      )
      .all()
    return rows.map(({ slot, topic_id, topic, partition, log_start_offset }) => ({
      topicId: topic_id,
      topic,
      partition,
      records: Math.max(0, BatchTable.endOffset(opened, slot) - log_start_offset),
    }))
  } catch (error) {
    throw storageErrorOf(error, file)
  } finally {
    database?.close()
  }
}
