import type { Clock, Timer } from '../../src/broker/clock.ts'

interface Pending {
  readonly dueMs: number
  readonly order: number
  readonly run: () => void
}

/** Lets everything run that waits for no timer. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** Time that stands still until the test moves it. */
export class FakeClock implements Clock {
  #nowMs = 1_700_000_000_000
  #order = 0
  readonly #timers = new Set<Pending>()

  now(): number {
    return this.#nowMs
  }

  setTimer(delayMs: number, run: () => void): Timer {
    const pending = { dueMs: this.#nowMs + delayMs, order: this.#order++, run }
    this.#timers.add(pending)
    return { cancel: () => this.#timers.delete(pending) }
  }

  /** How many are set. */
  get timers(): number {
    return this.#timers.size
  }

  /** Runs what is due on the way, in order. */
  advance(ms: number): void {
    const untilMs = this.#nowMs + ms
    for (let next = this.#take(untilMs); next !== undefined; next = this.#take(untilMs)) next.run()
    this.#nowMs = untilMs
  }

  /** Like `advance`, but what is due next waits for everything that follows from what was due before. */
  async elapse(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms
    await settle()
    for (let next = this.#take(untilMs); next !== undefined; next = this.#take(untilMs)) {
      next.run()
      await settle()
    }
    this.#nowMs = untilMs
  }

  /** Time passes, and nobody is awake to see it. */
  sleep(ms: number): void {
    this.#nowMs += ms
  }

  /** What is due first, at its time. */
  #take(untilMs: number): Pending | undefined {
    const [next] = [...this.#timers]
      .filter(({ dueMs }) => dueMs <= untilMs)
      .sort((a, b) => a.dueMs - b.dueMs || a.order - b.order)
    if (next === undefined) return undefined
    this.#timers.delete(next)
    this.#nowMs = Math.max(this.#nowMs, next.dueMs)
    return next
  }
}
