import type { Clock, Timer } from '../../../src/broker/clock.ts'

interface Pending {
  atMs: number
  order: number
  run: () => void
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
    const pending = { atMs: this.#nowMs + delayMs, order: this.#order++, run }
    this.#timers.add(pending)
    return { cancel: () => this.#timers.delete(pending) }
  }

  /** Runs what is due on the way, in order. */
  advance(ms: number): void {
    const untilMs = this.#nowMs + ms
    for (let next = this.#next(untilMs); next !== undefined; next = this.#next(untilMs)) {
      this.#timers.delete(next)
      this.#nowMs = Math.max(this.#nowMs, next.atMs)
      next.run()
    }
    this.#nowMs = untilMs
  }

  /** Time passes, and nobody is awake to see it. */
  sleep(ms: number): void {
    this.#nowMs += ms
  }

  get timers(): number {
    return this.#timers.size
  }

  #next(untilMs: number): Pending | undefined {
    return [...this.#timers]
      .filter(({ atMs }) => atMs <= untilMs)
      .sort((a, b) => a.atMs - b.atMs || a.order - b.order)[0]
  }
}
