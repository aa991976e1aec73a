/**
 * Acquires records for members, and lets those wait for whom there are none (Kafka's DelayedShareFetch). Nothing
 * polls: whoever makes records available says so, and the time-out is the waiting fetch's own timer.
 */
import type { Clock, Timer } from '../clock.ts'
import type { Logger } from '../logger.ts'
import type { ShareGroupConfig } from '../metadata/configs/share-group-config.ts'
import { ErrorCode, KafkaError } from '../protocol/errors.ts'
import type { Partition } from '../replication/partition.ts'
import { Purgatory } from '../replication/purgatory.ts'
import type { DelayedOperation } from '../replication/purgatory.ts'
import { StorageError } from '../storage/storage-error.ts'
import type { AcquiredRange } from './acquisition.ts'
import { readForShare, recordsOf } from './share-log-reader.ts'
import type { ReadBatch } from './share-log-reader.ts'
import type { SharePartition } from './share-partition.ts'

export interface ShareFetchTarget {
  readonly partition: Partition
  readonly share: SharePartition
}

export interface ShareFetchParams {
  readonly memberId: string
  readonly isolationLevel: ShareGroupConfig['isolationLevel']
  readonly maxWaitMs: number
  readonly minBytes: number
  readonly maxBytes: number
  readonly maxRecords: number
  readonly batchSize: number
  readonly isStrict: boolean
  /** Nobody would read the answer: nothing must be acquired for it. */
  readonly isAbandoned: () => boolean
  /** In the order in which they are to be read. */
  readonly targets: readonly ShareFetchTarget[]
}

export interface SharedRecords {
  readonly errorCode: number
  readonly errorMessage: string | null
  readonly records: readonly Buffer[]
  readonly acquired: readonly AcquiredRange[]
}

const NOTHING: SharedRecords = { errorCode: ErrorCode.NONE, errorMessage: null, records: [], acquired: [] }

export class ShareFetches {
  readonly #clock: Clock
  readonly #log: Logger
  readonly #purgatory = new Purgatory<string, WaitingFetch>()

  constructor(clock: Clock, log: Logger) {
    this.#clock = clock
    this.#log = log
  }

  /** One result a target, in their order. Never rejects: failures are codes. */
  fetch(params: ShareFetchParams): Promise<SharedRecords[]> {
    const results = this.#tryFetch(params, params.maxWaitMs <= 0)
    if (results !== null) return Promise.resolve(results)
    const keys = params.targets.map(({ partition }) => keyOf(partition.topicId, partition.partition))
    return new Promise((resolve) => {
      const waiting: WaitingFetch = new WaitingFetch(
        this.#clock.setTimer(params.maxWaitMs, () => waiting.complete(true)),
        (isLast) => this.#tryFetch(params, isLast),
        (answer) => {
          this.#purgatory.forget(waiting, keys)
          resolve(answer)
        },
      )
      this.#purgatory.watch(waiting, keys)
    })
  }

  /** Something may have changed for those who wait for this partition. */
  check(topicId: string, partition: number): void {
    this.#purgatory.check(keyOf(topicId, partition))
  }

  get waiting(): number {
    return this.#purgatory.size
  }

  /** Null: not enough yet. */
  #tryFetch(params: ShareFetchParams, isLast: boolean): SharedRecords[] | null {
    if (params.isAbandoned()) return params.targets.map(() => NOTHING)
    let room = params.maxBytes
    let size = 0
    let isUrgent = isLast
    const reads = params.targets.map((target) => {
      const read = this.#read(target, params, room)
      if (read instanceof KafkaError) {
        isUrgent = true
        return read
      }
      const bytes = read.reduce((sum, { records }) => sum + records.length, 0)
      size += bytes
      room = Math.max(0, room - bytes)
      return read
    })
    if (!isUrgent && (size === 0 || size < params.minBytes)) return null
    let recordsLeft = params.maxRecords
    return reads.map((read, index): SharedRecords => {
      if (read instanceof KafkaError) {
        return { ...NOTHING, errorCode: read.code, errorMessage: read.message }
      }
      const { batchSize, isStrict, memberId } = params
      const { share } = params.targets[index]!
      const acquired = share.acquire(memberId, read, { maxRecords: recordsLeft, batchSize, isStrict })
      for (const { firstOffset, lastOffset } of acquired) recordsLeft -= lastOffset - firstOffset + 1
      return { ...NOTHING, acquired, records: recordsOf(read, acquired) }
    })
  }

  #read(target: ShareFetchTarget, params: ShareFetchParams, room: number): ReadBatch[] | KafkaError {
    const { share, partition } = target
    if (share.failure !== null) return new KafkaError(ErrorCode.NOT_LEADER_OR_FOLLOWER, share.failure.message)
    const servingError = partition.checkServing(-1, true)
    if (servingError !== ErrorCode.NONE) return new KafkaError(servingError)
    share.advanceLogStart(partition.log.logStartOffset)
    const { fetchOffset } = share
    // Only the first partition may exceed the limits, lest a big batch block everything for good.
    if (fetchOffset === null || room <= 0) return []
    try {
      return readForShare(partition, fetchOffset, room, params.isolationLevel)
    } catch (error) {
      return this.#failureOf(error, partition)
    }
  }

  #failureOf(error: unknown, { topic, partition }: Partition): KafkaError {
    if (error instanceof KafkaError) return error
    if (error instanceof StorageError) return new KafkaError(ErrorCode.KAFKA_STORAGE_ERROR)
    this.#log.error('A read for a share group failed in an unforeseen way', {
      topic,
      partition,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    })
    return new KafkaError(ErrorCode.UNKNOWN_SERVER_ERROR)
  }
}

class WaitingFetch implements DelayedOperation<string> {
  readonly #timer: Timer
  readonly #tryFetch: (isLast: boolean) => SharedRecords[] | null
  readonly #answer: (results: SharedRecords[]) => void
  #isDone = false

  constructor(
    timer: Timer,
    tryFetch: (isLast: boolean) => SharedRecords[] | null,
    answer: (results: SharedRecords[]) => void,
  ) {
    this.#timer = timer
    this.#tryFetch = tryFetch
    this.#answer = answer
  }

  tryComplete(): boolean {
    return this.complete(false)
  }

  complete(isLast: boolean): boolean {
    if (this.#isDone) return true
    const results = this.#tryFetch(isLast)
    if (results === null) return false
    this.#isDone = true
    this.#timer.cancel()
    this.#answer(results)
    return true
  }
}

function keyOf(topicId: string, partition: number): string {
  return `${topicId}:${partition}`
}
