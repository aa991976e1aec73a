import type SqliteDatabase from 'better-sqlite3'

export { StorageError } from './storage-error.ts'

export type Database = SqliteDatabase.Database

export interface DatabaseOptions {
  pageSizeBytes?: number
  /** Upper bound of SQLite's own page cache. */
  cacheSizeBytes?: number
  /** How long a statement waits for another connection's lock. */
  busyTimeoutMs?: number
  /** Checkpoint by itself after so many pages; 0 = never, the owner sees to it (see checkpoint.ts). */
  walAutocheckpointPages?: number
  /** SQL scripts; script n brings `user_version` from n to n + 1. */
  migrations?: readonly string[]
}

/**
 * Opens (creates if absent) a database in WAL mode and brings its schema up to date.
 * Throws StorageError.
 */
export function openDatabase(file: string, options: DatabaseOptions = {}): Database {
  throw new Error(`${file} ${String(options.pageSizeBytes)}`)
}
