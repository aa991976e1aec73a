/** A timer that has been set; `cancel` is idempotent. */
export interface Timer {
  cancel(): void
}

/** The engine's only source of time, so that a test or a virtual clock can drive it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  setTimer(delayMs: number, run: () => void): Timer
}

export const systemClock: Clock = {
  now: () => Date.now(),
  setTimer(delayMs, run) {
    const handle = setTimeout(run, delayMs)
    return { cancel: () => clearTimeout(handle) }
  },
}
