import SqliteDatabase from 'better-sqlite3'
import { StorageError, storageErrorOf } from './storage-error.ts'

export { StorageError, storageErrorOf } from './storage-error.ts'

export type Database = SqliteDatabase.Database
export type Statement<Parameters extends unknown[] = unknown[], Row = unknown> = SqliteDatabase.Statement<
  Parameters,
  Row
>

export interface DatabaseOptions {
  /** Of a new file; an existing one keeps what it was made with. */
  pageSizeBytes?: number
  /** Upper bound of SQLite's own page cache. */
  cacheSizeBytes?: number
  /** How long a statement waits for another connection's lock. */
  busyTimeoutMs?: number
  /** SQLite checkpoints by itself after so many pages; 0: never, the owner does (see wal-checkpointer.ts). */
  walAutocheckpointPages?: number
  /** Lets a new file give freed pages back to the file system, by `PRAGMA incremental_vacuum`. */
  reclaimable?: boolean
  /** SQL scripts; script n brings `user_version` from n to n + 1. */
  migrations?: readonly string[]
}

const DEFAULT_PAGE_SIZE_BYTES = 4096
const DEFAULT_CACHE_SIZE_BYTES = 4 * 1024 * 1024
const DEFAULT_BUSY_TIMEOUT_MS = 5000

const WAL_MODE_RETRY_MS = 2
const pause = new Int32Array(new SharedArrayBuffer(4))

/**
 * Opens (creates if absent) a database in WAL mode and brings its schema up to date. `synchronous=NORMAL`: what is
 * committed survives the death of the process; a power cut may take the newest commits but leaves the file sound.
 *
 * Throws StorageError: a file that is no database, or is cut short, is found here. What is damaged inside is found
 * when it is read; SQLite's quick_check would read all of it, seconds for every GB, at every start.
 */
export function openDatabase(file: string, options: DatabaseOptions = {}): Database {
  let database: Database | null = null
  try {
    database = new SqliteDatabase(file, { timeout: options.busyTimeoutMs ?? DEFAULT_BUSY_TIMEOUT_MS })
    configure(database, options)
    migrate(database, file, options.migrations ?? [])
    return database
  } catch (error) {
    database?.close()
    throw openingError(error, file)
  }
}

function configure(database: Database, options: DatabaseOptions): void {
  // Both count only while the file is empty, and only before WAL mode is on.
  database.pragma(`page_size = ${options.pageSizeBytes ?? DEFAULT_PAGE_SIZE_BYTES}`)
  if (options.reclaimable === true) database.pragma('auto_vacuum = INCREMENTAL')
  enterWalMode(database, options.busyTimeoutMs ?? DEFAULT_BUSY_TIMEOUT_MS)
  database.pragma('synchronous = NORMAL')
  if (options.walAutocheckpointPages !== undefined) {
    database.pragma(`wal_autocheckpoint = ${options.walAutocheckpointPages}`)
  }
  // Negative: KiB instead of pages.
  database.pragma(`cache_size = -${Math.ceil((options.cacheSizeBytes ?? DEFAULT_CACHE_SIZE_BYTES) / 1024)}`)
}

/**
 * The switch needs a new file for itself, and for that SQLite does not wait by itself, whatever the busy timeout:
 * the brokers of a new cluster open its metadata store at the same moment.
 */
function enterWalMode(database: Database, busyTimeoutMs: number): void {
  const endAt = performance.now() + busyTimeoutMs
  for (;;) {
    try {
      database.pragma('journal_mode = WAL')
      return
    } catch (error) {
      if (!isBusy(error) || performance.now() >= endAt) throw error
      Atomics.wait(pause, 0, 0, WAL_MODE_RETRY_MS)
    }
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof SqliteDatabase.SqliteError && error.code.startsWith('SQLITE_BUSY')
}

function migrate(database: Database, file: string, migrations: readonly string[]): void {
  const version = versionOf(database)
  if (version > migrations.length && migrations.length > 0) {
    throw new StorageError(
      'open',
      `${file} was written by a newer version of Ottla (format ${version}, this one knows ${migrations.length}).`,
      'Update Ottla, or open another data folder.',
    )
  }
  if (version === migrations.length) return
  // The brokers of a cluster open its metadata store at the same moment: whoever is second finds the work done.
  const run = database.transaction(() => {
    for (const script of migrations.slice(versionOf(database))) database.exec(script)
    database.pragma(`user_version = ${migrations.length}`)
  })
  run.immediate()
}

function versionOf(database: Database): number {
  return database.pragma('user_version', { simple: true }) as number
}

function openingError(error: unknown, file: string): unknown {
  // better-sqlite3 reports a folder which does not exist as a wrong argument.
  if (error instanceof TypeError && error.message.includes('directory does not exist')) {
    return storageErrorOf(Object.assign(error, { code: 'ENOENT' }), file)
  }
  return storageErrorOf(error, file)
}
