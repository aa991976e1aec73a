import type { Clock, Timer } from '../clock.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type { AppendResult } from './append.ts'
import type { Partition } from './partition.ts'
import { Purgatory } from './purgatory.ts'
import type { DelayedOperation } from './purgatory.ts'

/** An append of the request that the ISR has not yet got. */
export interface AwaitedAppend {
  partition: Partition
  result: AppendResult
}

/**
 * An acks=-1 request waiting for the high watermark to pass everything it appended (Kafka's DelayedProduce). Its
 * results are filled in as partitions get there; those that do not in time become REQUEST_TIMED_OUT, with the data
 * kept: they may still be replicated later, and the producer will learn of a duplicate by its sequence number.
 */
export class DelayedProduce implements DelayedOperation<Partition> {
  readonly #awaited = new Map<Partition, AppendResult[]>()
  readonly #partitions: readonly Partition[]
  readonly #purgatory: ProducePurgatory
  readonly #done: () => void
  readonly #timer: Timer

  /** `done` is called once, when every result is final; it may be before this constructor returns. */
  constructor(
    purgatory: ProducePurgatory,
    appends: readonly AwaitedAppend[],
    options: { clock: Clock; timeoutMs: number; done: () => void },
  ) {
    for (const { partition, result } of appends) {
      const results = this.#awaited.get(partition)
      if (results === undefined) this.#awaited.set(partition, [result])
      else results.push(result)
    }
    this.#partitions = [...this.#awaited.keys()]
    this.#purgatory = purgatory
    this.#done = options.done
    this.#timer = options.clock.setTimer(options.timeoutMs, () => this.fail(ErrorCode.REQUEST_TIMED_OUT))
    purgatory.watch(this, this.#partitions)
    for (const partition of this.#partitions) this.tryComplete(partition)
  }

  tryComplete(partition: Partition): boolean {
    const results = this.#awaited.get(partition)
    if (results === undefined) return this.#awaited.size === 0
    const waiting = results.filter((result) => {
      const code = partition.acknowledgement(result.lastOffset + 1)
      if (code === null) return true
      result.errorCode = code
      return false
    })
    if (waiting.length > 0) {
      this.#awaited.set(partition, waiting)
      return false
    }
    this.#awaited.delete(partition)
    if (this.#awaited.size > 0) return false
    this.#finish()
    return true
  }

  /** Gives every append that still waits this code. */
  fail(errorCode: number): void {
    if (this.#awaited.size === 0) return
    for (const results of this.#awaited.values()) for (const result of results) result.errorCode = errorCode
    this.#awaited.clear()
    this.#finish()
  }

  #finish(): void {
    this.#timer.cancel()
    this.#purgatory.forget(this, this.#partitions)
    this.#done()
  }
}

export class ProducePurgatory extends Purgatory<Partition, DelayedProduce> {}
