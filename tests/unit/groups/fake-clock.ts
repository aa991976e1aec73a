import type { Clock, Timer } from '../../../src/broker/clock.ts'

/** Lets everything run that waits for no timer. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
}

interface SetTimer {
  readonly dueMs: number
  readonly order: number
  readonly run: () => void
}

export class FakeClock implements Clock {
  #nowMs = 1_700_000_000_000
  #order = 0
  readonly #timers = new Set<SetTimer>()

  now(): number {
    return this.#nowMs
  }

  setTimer(delayMs: number, run: () => void): Timer {
    const timer = { dueMs: this.#nowMs + delayMs, order: this.#order++, run }
    this.#timers.add(timer)
    return { cancel: () => void this.#timers.delete(timer) }
  }

  /** How many are set. */
  get timers(): number {
    return this.#timers.size
  }

  /** Runs what is due on the way, each with everything that follows from it. */
  async advance(durationMs: number): Promise<void> {
    const endMs = this.#nowMs + durationMs
    await settle()
    for (let next = this.#next(); next !== undefined && next.dueMs <= endMs; next = this.#next()) {
      this.#timers.delete(next)
      this.#nowMs = Math.max(this.#nowMs, next.dueMs)
      next.run()
      await settle()
    }
    this.#nowMs = endMs
  }

  #next(): SetTimer | undefined {
    return [...this.#timers].sort((a, b) => a.dueMs - b.dueMs || a.order - b.order)[0]
  }
}
