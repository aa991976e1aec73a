import type { Clock, Timer } from '../clock.ts'
import type { Lane } from './lane.ts'

interface Held {
  readyMs: number
  deliver(): void
}

/**
 * What is on its way in one direction of one connection while its lane is impaired. Order is kept, and what a cut
 * holds back arrives when it heals, as TCP sends lost packets again: only who gave up meanwhile has lost something.
 */
export class DelayLine {
  readonly #lane: Lane
  readonly #clock: Clock
  readonly #unlisten: () => void
  readonly #held: Held[] = []
  #timer: Timer | null = null

  constructor(lane: Lane, clock: Clock) {
    this.#lane = lane
    this.#clock = clock
    this.#unlisten = lane.onChange(() => this.#deliver())
  }

  /** Nothing is held up, so what comes next may pass at once. */
  get isIdle(): boolean {
    return this.#held.length === 0 && this.#lane.isClear
  }

  get isCut(): boolean {
    return this.#lane.isCut
  }

  push(deliver: () => void): void {
    const readyMs = this.#clock.now() + this.#lane.take()
    const last = this.#held.at(-1)
    this.#held.push({ readyMs: Math.max(readyMs, last?.readyMs ?? 0), deliver })
    this.#deliver()
  }

  /** Forgets what is on its way. */
  clear(): void {
    this.#held.length = 0
    this.#timer?.cancel()
    this.#timer = null
  }

  close(): void {
    this.clear()
    this.#unlisten()
  }

  #deliver(): void {
    this.#timer?.cancel()
    this.#timer = null
    for (let next = this.#held[0]; next !== undefined && !this.#lane.isCut; next = this.#held[0]) {
      const leftMs = next.readyMs - this.#clock.now()
      if (leftMs > 0) {
        this.#timer = this.#clock.setTimer(leftMs, () => this.#deliver())
        return
      }
      this.#held.shift()
      next.deliver()
    }
  }
}
