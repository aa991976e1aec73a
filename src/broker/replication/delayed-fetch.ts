import type { Clock, Timer } from '../clock.ts'
import { ErrorCode, KafkaError } from '../protocol/errors.ts'
import type { FetchParams, FetchPartition, FetchPartitionResult } from './fetch-params.ts'
import { checkPosition, endOfBatches, readableEnd } from './fetch-reader.ts'
import type { Partition } from './partition.ts'
import { Purgatory } from './purgatory.ts'
import type { DelayedOperation } from './purgatory.ts'

/** A partition a fetch waits for, and what has been counted of it. */
interface AwaitedPartition {
  readonly partition: Partition
  readonly fetch: FetchPartition
  bytes: number
  countedTo: number
}

export interface DelayedFetchOptions {
  clock: Clock
  params: FetchParams
  /** One a partition of the fetch, in their order. */
  partitions: readonly Partition[]
  /** Whether nothing of this partition may be sent now, however much there is. */
  mustWait(partition: Partition): boolean
  /** Checks and reads everything again. */
  read(): FetchPartitionResult[]
  /** The answer without any records. */
  nothing(): FetchPartitionResult[]
  answer(results: FetchPartitionResult[]): void
}

/**
 * A fetch waiting for `minBytes` (long poll, Kafka's DelayedFetch). It is answered when enough has become readable,
 * when its time is over, and as soon as a partition turns out not to be what it was: another leader or epoch,
 * truncated, gone.
 */
export class DelayedFetch implements DelayedOperation<Partition> {
  readonly #options: DelayedFetchOptions
  readonly #purgatory: FetchPurgatory
  readonly #awaited = new Map<Partition, AwaitedPartition>()
  readonly #timer: Timer
  #answered = false

  constructor(purgatory: FetchPurgatory, options: DelayedFetchOptions) {
    this.#options = options
    this.#purgatory = purgatory
    options.partitions.forEach((partition, index) => {
      const fetch = options.params.partitions[index]!
      this.#awaited.set(partition, { partition, fetch, bytes: 0, countedTo: fetch.fetchOffset })
    })
    this.#timer = options.clock.setTimer(options.params.maxWaitMs, () => this.answer())
    purgatory.watch(this, this.#awaited.keys())
  }

  tryComplete(partition: Partition): boolean {
    if (this.#answered) return true
    const awaited = this.#awaited.get(partition)
    if (awaited === undefined) return false
    if (this.#isDisturbed(awaited)) return this.answer()
    const { params } = this.#options
    if (readableEnd(partition, params.isolation) <= awaited.fetch.fetchOffset) return false
    if (this.#options.mustWait(partition)) return false
    return params.minBytes <= 1 || this.#isEnough() ? this.answer() : false
  }

  /** Answers with whatever there is by now. */
  answer(): true {
    return this.#finish(this.#options.read())
  }

  /** The same follower has sent another fetch, so nobody reads the answer to this one any more. */
  supersede(): void {
    if (!this.#answered) this.#finish(this.#options.nothing())
  }

  /** Not what it was when the fetch began to wait; what it is now, reading will say. */
  #isDisturbed({ partition, fetch }: AwaitedPartition): boolean {
    const { params } = this.#options
    if (partition.checkServing(fetch.currentLeaderEpoch, params.leaderOnly) !== ErrorCode.NONE) return true
    return checkPosition(partition, params.isolation, fetch) !== null
  }

  /** Each check counts only what has come since the last, so that a long wait stays cheap. */
  #isEnough(): boolean {
    let total = 0
    for (const awaited of this.#awaited.values()) {
      if (this.#options.mustWait(awaited.partition)) continue
      if (!this.#count(awaited)) return true
      total += Math.min(awaited.bytes, awaited.fetch.maxBytes)
    }
    return total >= this.#options.params.minBytes
  }

  /** False when the log cannot be read: then there is an error to answer with. */
  #count(awaited: AwaitedPartition): boolean {
    const { partition, fetch } = awaited
    const end = readableEnd(partition, this.#options.params.isolation)
    const room = fetch.maxBytes - awaited.bytes
    if (awaited.countedTo >= end || room <= 0) return true
    try {
      const { batches, sizeInBytes } = partition.log.read(awaited.countedTo, room, end, true)
      awaited.bytes += sizeInBytes
      awaited.countedTo = Math.max(awaited.countedTo, endOfBatches(batches))
      return true
    } catch (error) {
      if (error instanceof KafkaError) return false
      throw error
    }
  }

  #finish(results: FetchPartitionResult[]): true {
    if (this.#answered) return true
    this.#answered = true
    this.#timer.cancel()
    this.#purgatory.forget(this, this.#awaited.keys())
    this.#options.answer(results)
    return true
  }
}

export class FetchPurgatory extends Purgatory<Partition, DelayedFetch> {}
