/** The disk under one broker's logs, as far as it is made to misbehave. */
export interface Disk {
  /** Called before each commit and each read. Waits as long as the disk is slow; throws as SQLite does if it fails. */
  access(): void
  /** Something found no space on it. */
  ranOut(): void
}

export const soundDisk: Disk = { access: () => undefined, ranOut: () => undefined }

/** What better-sqlite3 throws when reading or writing fails. */
class DiskError extends Error {
  readonly code = 'SQLITE_IOERR'
}

const pause = new Int32Array(new SharedArrayBuffer(4))

/**
 * A disk that can be told to be slow or to fail. While it is slow the thread stands still, as it does under SQLite's
 * own calls.
 */
export class FaultyDisk implements Disk {
  #delayMs = 0
  #failing = false
  #full = false
  #hit: () => void = () => undefined

  set(state: { delayMs: number; failing: boolean; full: boolean; hit: () => void }): void {
    this.#delayMs = state.delayMs
    this.#failing = state.failing
    this.#full = state.full
    this.#hit = state.hit
  }

  access(): void {
    if (this.#failing) {
      this.#hit()
      throw new DiskError('disk I/O error (a fault)')
    }
    if (this.#delayMs === 0) return
    this.#hit()
    Atomics.wait(pause, 0, 0, this.#delayMs)
  }

  ranOut(): void {
    if (this.#full) this.#hit()
  }
}
