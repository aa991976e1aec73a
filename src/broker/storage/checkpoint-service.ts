/** The checkpoint thread's work, for any number of brokers; see checkpoint.ts for why it is a thread's. */
import { fdatasyncSync, fstatSync, openSync, statSync } from 'node:fs'
import type { MessagePort } from 'node:worker_threads'
import SqliteDatabase from 'better-sqlite3'
import type { CheckpointReply, CheckpointRequest } from './checkpoint.ts'
import type { Database } from './database.ts'

/** Copying what was appended during the pass before is repeated at most so often. */
const MAX_PASSES = 4
/** With no more frames than these left the broker does the rest. */
const FEW_FRAMES = 128

interface Progress {
  checkpointed: number
}

export class CheckpointService {
  /**
   * Descriptors to sync the files by. Never closed while the thread lives: POSIX drops all locks a process has on
   * a file when it closes any descriptor of it, those of a restarted broker's SQLite included.
   */
  readonly #descriptors = new Map<string, number>()

  /** Serves one broker for as long as its end of `port` is open. */
  serve(port: MessagePort): void {
    let database: Database | null = null
    port.on('message', ({ file }: CheckpointRequest) => {
      port.postMessage(
        this.#answer(() => {
          database ??= openForCheckpoints(file)
          this.#checkpoint(database, file)
        }),
      )
    })
    port.on('close', () => database?.close())
  }

  #answer(checkpoint: () => void): CheckpointReply {
    try {
      checkpoint()
      return { failure: null }
    } catch (error) {
      return { failure: error instanceof Error ? error.message : String(error) }
    }
  }

  #checkpoint(database: Database, file: string): void {
    let copied = 0
    for (let pass = 0; pass < MAX_PASSES; pass++) {
      const [progress] = database.pragma('wal_checkpoint(PASSIVE)') as Progress[]
      // SQLite syncs the database file only in the checkpoint that reaches the WAL's end, which is the broker's own.
      // Done here, that one has little left to wait for.
      fdatasyncSync(this.#descriptorOf(file))
      const now = progress?.checkpointed ?? 0
      // Fewer than before: the WAL has started over meanwhile.
      const frames = now < copied ? now : now - copied
      if (frames <= FEW_FRAMES) return
      copied = now
    }
  }

  #descriptorOf(file: string): number {
    const known = this.#descriptors.get(file)
    // A broker whose folder was emptied comes back with another file of the same name.
    if (known !== undefined && fstatSync(known).ino === statSync(file).ino) return known
    // Windows syncs only what may be written to.
    const descriptor = openSync(file, 'r+')
    this.#descriptors.set(file, descriptor)
    return descriptor
  }
}

function openForCheckpoints(file: string): Database {
  const database: Database = new SqliteDatabase(file, { fileMustExist: true })
  database.pragma('synchronous = NORMAL')
  database.pragma('wal_autocheckpoint = 0')
  return database
}
