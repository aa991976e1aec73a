/**
 * Moving what is in the WAL into the database file, off the append path.
 *
 * A PASSIVE checkpoint runs beside a writer, but the WAL starts over only when a checkpoint has copied everything
 * and nothing was appended meanwhile: beside a busy writer that never happens and the WAL grows for ever. So the
 * checkpoint thread copies the bulk (CheckpointService), and the broker, told that only little is left, copies that
 * itself between two turns (WalCheckpointer): a few MB instead of all.
 */
import { statSync } from 'node:fs'
import type { MessagePort } from 'node:worker_threads'
import type { Clock, Timer } from '../clock.ts'
import type { Logger } from '../logger.ts'
import { storageErrorOf, StorageError } from './database.ts'
import type { Database } from './database.ts'

/** Broker to checkpoint thread. */
export interface CheckpointRequest {
  file: string
}

/** Checkpoint thread to broker; `failure` is for the log, the broker then goes on without. */
export interface CheckpointReply {
  failure: string | null
}

export interface WalCheckpointerOptions {
  database: Database
  file: string
  clock: Clock
  log: Logger
  port?: MessagePort | undefined
  limits?: Partial<CheckpointLimits>
}

export interface CheckpointLimits {
  /** A WAL of so many bytes is checkpointed. */
  startBytes: number
  /** What is left after the thread's part is copied on the spot up to this size, otherwise the thread goes again. */
  finishBytes: number
  /** A WAL of so many bytes is copied on the spot, whatever that takes. */
  hardBytes: number
  /** Without a thread: after so long without a commit. */
  idleMs: number
}

const DEFAULT_LIMITS: CheckpointLimits = {
  startBytes: 32 * 1024 * 1024,
  finishBytes: 8 * 1024 * 1024,
  hardBytes: 256 * 1024 * 1024,
  idleMs: 200,
}

/** SQLite never waits for another checkpoint by itself, so waiting is done here: up to a second. */
const HARD_ATTEMPTS = 200
const HARD_ATTEMPT_PAUSE_MS = 5
const pause = new Int32Array(new SharedArrayBuffer(4))

/** Without a thread a large WAL means a long pause, so it is not let grow that far. */
const HARD_BYTES_ALONE = 64 * 1024 * 1024

interface CheckpointRow {
  busy: number
  /** Frames in the WAL. */
  log: number
  /** Of these, how many are in the database file. */
  checkpointed: number
}

/** The broker's side: watches the WAL grow and sees to it that it is checkpointed. */
export class WalCheckpointer {
  readonly #options: WalCheckpointerOptions
  readonly #limits: CheckpointLimits
  readonly #walFile: string
  #port: MessagePort | null
  /** Estimate of the WAL's used part; its file keeps the size of the largest. */
  #walBytes: number
  /** Of that, what came since the thread began its last part. */
  #newBytes = 0
  #isAsked = false
  #idle: Timer | null = null

  constructor(options: WalCheckpointerOptions) {
    this.#options = options
    this.#port = options.port ?? null
    const hardBytes = this.#port === null ? HARD_BYTES_ALONE : DEFAULT_LIMITS.hardBytes
    this.#limits = { ...DEFAULT_LIMITS, hardBytes, ...options.limits }
    this.#walFile = `${options.file}-wal`
    this.#walBytes = statSync(this.#walFile, { throwIfNoEntry: false })?.size ?? 0
    this.#listen()
  }

  get walBytes(): number {
    return this.#walBytes
  }

  #listen(): void {
    const port = this.#port
    if (port === null) return
    port.on('message', (reply: CheckpointReply) => this.#answered(reply))
    port.on('close', () => {
      this.#port = null
      this.#isAsked = false
    })
    // A broker that has nothing else to do may end.
    port.unref()
  }

  /** To be called after each commit, with about what it wrote. */
  wrote(bytes: number): void {
    this.#walBytes += bytes
    this.#newBytes += bytes
    if (this.#walBytes >= this.#limits.hardBytes) this.#finishWhateverItTakes()
    else if (this.#walBytes < this.#limits.startBytes) return
    else if (this.#port !== null) this.#ask(this.#port)
    else this.#waitForIdle()
  }

  #ask(port: MessagePort): void {
    if (this.#isAsked) return
    this.#isAsked = true
    this.#newBytes = 0
    port.postMessage({ file: this.#options.file } satisfies CheckpointRequest)
  }

  #answered({ failure }: CheckpointReply): void {
    this.#isAsked = false
    if (!this.#options.database.open) return
    if (failure !== null) {
      this.#options.log.warn('The checkpoint thread could not checkpoint the log', { failure })
      return
    }
    if (this.#newBytes <= this.#limits.finishBytes) this.#finish()
    else if (this.#port !== null) this.#ask(this.#port)
  }

  #waitForIdle(): void {
    this.#idle?.cancel()
    this.#idle = this.#options.clock.setTimer(this.#limits.idleMs, () => this.#finish())
  }

  /** Holds the broker up until the thread is through: the disk is not as fast as the producers are. */
  #finishWhateverItTakes(): void {
    for (let attempt = 0; attempt < HARD_ATTEMPTS; attempt++) {
      if (this.#finish()) return
      Atomics.wait(pause, 0, 0, HARD_ATTEMPT_PAUSE_MS)
    }
    // Somebody reads an old state of the file: tried again after as much more.
    this.#walBytes = this.#limits.hardBytes - this.#limits.startBytes
  }

  /** Copies all that is left; the next commit then starts the WAL over. False if somebody is in the way. */
  #finish(): boolean {
    this.#idle?.cancel()
    this.#idle = null
    if (!this.#options.database.open) return true
    try {
      const [row] = this.#options.database.pragma('wal_checkpoint(PASSIVE)') as CheckpointRow[]
      const isComplete = row !== undefined && row.busy === 0 && row.checkpointed >= row.log
      if (isComplete) this.#walBytes = 0
      return isComplete
    } catch (error) {
      this.#failed(error)
      return true
    }
  }

  /** The WAL is still whole, so nothing is lost: it goes on growing, and this is tried again. */
  #failed(error: unknown): void {
    const meaning = storageErrorOf(error, this.#options.file)
    if (!(meaning instanceof StorageError)) throw meaning
    this.#walBytes = Math.min(this.#walBytes, this.#limits.hardBytes - this.#limits.startBytes)
    this.#options.log.warn(meaning.message, { during: 'checkpoint', remedy: meaning.remedy })
  }

  close(): void {
    this.#idle?.cancel()
    this.#port?.close()
  }
}
