import type { ProduceProblem, ProduceProgress } from '../../../shared/ipc/produce.ts'
import { PROBLEM_LIMIT } from '../../../shared/ipc/produce.ts'
import type { Outcome } from './producer.ts'

/** As often as anyone can read. */
const TELL_INTERVAL_MS = 100

/** Counts what became of many records, and says when to tell of it. */
export class Progress {
  readonly #beganMs = performance.now()
  #toldMs = -Infinity
  #sent = 0
  #failed = 0
  #problemsTold = 0
  #problems: ProduceProblem[] = []
  #last: ProduceProgress['last'] = null
  total: number | null

  constructor(total: number | null) {
    this.total = total
  }

  take(outcomes: readonly Outcome[], lineOf: (index: number) => number | null): void {
    for (const [index, outcome] of outcomes.entries()) {
      if ('failure' in outcome) this.fail(lineOf(index), outcome.failure.message)
      else {
        this.#sent++
        this.#last = outcome
      }
    }
  }

  fail(line: number | null, message: string): void {
    this.#failed++
    if (this.#problemsTold + this.#problems.length < PROBLEM_LIMIT) this.#problems.push({ line, message })
  }

  get isDue(): boolean {
    return performance.now() - this.#toldMs >= TELL_INTERVAL_MS
  }

  tell(isDone: boolean): ProduceProgress {
    this.#toldMs = performance.now()
    const problems = this.#problems
    this.#problems = []
    this.#problemsTold += problems.length
    return {
      sent: this.#sent,
      failed: this.#failed,
      total: this.total,
      elapsedMs: performance.now() - this.#beganMs,
      last: this.#last,
      problems,
      isDone,
    }
  }
}
