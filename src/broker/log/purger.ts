import type { Clock, Timer } from '../clock.ts'
import type { Logger } from '../logger.ts'
import type { LogStore } from '../storage/log-store.ts'
import { StorageError } from '../storage/storage-error.ts'

export interface PurgerOptions {
  store: LogStore
  clock: Clock
  log: Logger
  /** After each step, with about what it wrote. */
  onWrote(bytes: number): void
  onFailed(error: StorageError): void
}

/** Batches to remove: those of `slot` below `belowOffset`, or, when null, all of them and then the partition. */
interface Job {
  slot: number
  belowOffset: number | null
}

const STEP_BYTES = 4 * 1024 * 1024
const STEP_BATCHES = 1024
/** Between two steps, so that appends get in. */
const PAUSE_MS = 5
/** After a failure that may pass. */
const RETRY_MS = 30_000
/** Free space is used up by new batches; only more than this, and more than half of the file, is given back. */
const WORTH_SHRINKING_BYTES = 64 * 1024 * 1024
/** Freed pages are rewritten in lists, and the pages above them. */
const WRITTEN_PER_STEP_BYTES = 512 * 1024

/**
 * Removes batches nobody can read any more, in small steps between which appends go on: a segment of 1 GiB deleted
 * at once holds them up for 700 ms. What is not done when the broker stops is done after its next start.
 */
export class Purger {
  readonly #options: PurgerOptions
  #jobs: Job[] = []
  #timer: Timer | null = null
  #isClosed = false

  constructor(options: PurgerOptions) {
    this.#options = options
  }

  get isIdle(): boolean {
    return this.#timer === null
  }

  purgeBelow(slot: number, belowOffset: number): void {
    this.#add({ slot, belowOffset })
  }

  /** The partition has to be marked deleted. */
  purgePartition(slot: number): void {
    this.#jobs = this.#jobs.filter((job) => job.slot !== slot)
    this.#add({ slot, belowOffset: null })
  }

  close(): void {
    this.#isClosed = true
    this.#timer?.cancel()
    this.#timer = null
  }

  #add(job: Job): void {
    this.#jobs.push(job)
    this.#schedule(PAUSE_MS)
  }

  #schedule(delayMs: number): void {
    if (this.#isClosed || this.#timer !== null) return
    this.#timer = this.#options.clock.setTimer(delayMs, () => {
      this.#timer = null
      this.#step()
    })
  }

  #step(): void {
    try {
      const isMoreToDo = this.#purge() || this.#shrink()
      if (isMoreToDo) this.#schedule(PAUSE_MS)
    } catch (error) {
      if (!(error instanceof StorageError)) throw error
      this.#failed(error)
    }
  }

  #failed(error: StorageError): void {
    this.#options.log.warn(error.message, { during: 'removing deleted records', remedy: error.remedy })
    if (error.isTransient) this.#schedule(RETRY_MS)
    else this.#options.onFailed(error)
  }

  /** @returns whether it did something */
  #purge(): boolean {
    const job = this.#jobs[0]
    if (job === undefined) return false
    const { store } = this.#options
    const isDone = store.transaction(() => {
      const partition = store.open(job.slot)
      const isEmpty = partition.batches.deleteSome(job.belowOffset ?? Infinity, STEP_BYTES, STEP_BATCHES)
      if (isEmpty && job.belowOffset === null) partition.drop()
      return isEmpty
    })
    if (isDone) this.#jobs.shift()
    this.#options.onWrote(WRITTEN_PER_STEP_BYTES)
    return true
  }

  /** @returns whether it did something */
  #shrink(): boolean {
    const { store } = this.#options
    const freeBytes = store.freeBytes()
    if (freeBytes < WORTH_SHRINKING_BYTES || freeBytes * 2 < store.sizeInBytes()) return false
    store.shrink(STEP_BYTES)
    this.#options.onWrote(STEP_BYTES)
    return true
  }
}
