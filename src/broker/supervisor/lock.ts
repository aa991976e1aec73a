import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { isProcessAlive, readControlFile } from './control-protocol.ts'
import { directoryError, systemCode } from './failures.ts'
import { ClusterError } from './types.ts'

const FILE_NAME = 'cluster.lock'

/**
 * Says that this process, and no other, runs the cluster in a folder.
 *
 * The lock is an exclusive transaction on a small SQLite file, left open: the operating system drops it with the
 * process, however that ends, which no file with a pid in it can promise. It also keeps two supervisors of one
 * process apart.
 */
export class ClusterLock {
  readonly #database: Database.Database

  private constructor(database: Database.Database) {
    this.#database = database
  }

  /** Takes the lock at once or not at all. ClusterError `CLUSTER_RUNNING` when it is held, `DIRECTORY` when it can't be. */
  static acquire(directory: string): ClusterLock {
    const path = join(directory, FILE_NAME)
    let database: Database.Database | null = null
    try {
      mkdirSync(directory, { recursive: true })
      database = new Database(path, { timeout: 0 })
      // Nothing is ever written, so no journal is needed beside it.
      database.pragma('journal_mode = MEMORY')
      database.pragma('locking_mode = EXCLUSIVE')
      database.exec('BEGIN EXCLUSIVE')
      return new ClusterLock(database)
    } catch (error) {
      database?.close()
      throw systemCode(error).startsWith('SQLITE_BUSY')
        ? running(directory, error)
        : directoryError(path, error)
    }
  }

  /** Idempotent. */
  release(): void {
    this.#database.close()
  }
}

function running(directory: string, cause: unknown): ClusterError {
  // The file may be an earlier, killed process's: the lock's holder writes its own a moment after taking the lock.
  const pid = [readControlFile(directory)?.pid].find((each) => each !== undefined && isProcessAlive(each))
  return new ClusterError(
    {
      code: 'CLUSTER_RUNNING',
      message: `The cluster in ${directory} is already run by ${pid ? `process ${pid}` : 'another process'}.`,
      remedy: 'Use it as it is, stop it first, or choose another folder.',
    },
    cause,
  )
}
