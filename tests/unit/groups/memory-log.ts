import type {
  CoordinatorLog,
  CoordinatorRecord,
  LoggedCoordinatorRecord,
} from '../../../src/broker/groups/log.ts'
import { KafkaError } from '../../../src/broker/protocol/errors.ts'

/** `__consumer_offsets` in memory: the very bytes, and switches for what can go wrong with a log. */
export class MemoryLog implements CoordinatorLog {
  readonly partitions = new Map<number, LoggedCoordinatorRecord[]>()
  partitionsInTopic: number | null
  readonly #refusals: { code: number; isInLog: boolean }[] = []
  readonly #readFailures: Error[] = []
  #held: (() => void)[] | null = null
  #heldReads: (() => void)[] | null = null

  constructor(partitionsInTopic: number | null = 1) {
    this.partitionsInTopic = partitionsInTopic
  }

  /** Appends stand in the log at once and are acknowledged by `release`. */
  hold(): void {
    this.#held ??= []
  }

  release(): void {
    const held = this.#held ?? []
    this.#held = null
    for (const acknowledge of held) acknowledge()
  }

  /** Acknowledges the oldest held append alone. */
  releaseOne(): void {
    this.#held?.shift()?.()
  }

  /** Acknowledges the newest held append alone. */
  releaseNewest(): void {
    this.#held?.pop()?.()
  }

  holdReads(): void {
    this.#heldReads ??= []
  }

  releaseReads(): void {
    const held = this.#heldReads ?? []
    this.#heldReads = null
    for (const go of held) go()
  }

  /** The next append is refused; `isInLog`: by a time-out only, the records being there. */
  refuseNext(code: number, { isInLog = false } = {}): void {
    this.#refusals.push({ code, isInLog })
  }

  /** Nothing goes wrong any more. */
  heal(): void {
    this.#refusals.length = 0
    this.release()
  }

  failNextRead(error: Error): void {
    this.#readFailures.push(error)
  }

  async append(partition: number, records: readonly CoordinatorRecord[], nowMs: number): Promise<void> {
    const refusal = this.#refusals.shift()
    if (refusal === undefined || refusal.isInLog) this.#store(partition, records, nowMs)
    if (this.#held !== null) await new Promise<void>((resolve) => this.#held?.push(resolve))
    if (refusal !== undefined) throw new KafkaError(refusal.code)
  }

  async *read(partition: number): AsyncGenerator<LoggedCoordinatorRecord> {
    if (this.#heldReads !== null) await new Promise<void>((resolve) => this.#heldReads?.push(resolve))
    const failure = this.#readFailures.shift()
    if (failure !== undefined) throw failure
    yield* [...(this.partitions.get(partition) ?? [])]
  }

  partitionCount(): number | null {
    return this.partitionsInTopic
  }

  /** All records, oldest first, of all partitions. */
  records(): LoggedCoordinatorRecord[] {
    return [...this.partitions.values()].flat()
  }

  #store(partition: number, records: readonly CoordinatorRecord[], nowMs: number): void {
    const log = this.partitions.get(partition) ?? []
    this.partitions.set(partition, log)
    for (const { key, value } of records) {
      log.push({
        key: Buffer.from(key),
        value: value && Buffer.from(value),
        timestamp: nowMs,
        offset: log.length,
      })
    }
  }
}
