/**
 * One partition as one share group sees it, on the partition's leader (Kafka's SharePartition): which records are
 * available, who has acquired which and until when, and what is done with.
 *
 * Every change is applied at once, and then written to the share coordinator; whoever asked for it is answered when
 * it is there. When a write fails, what was applied is wrong: the share partition is fenced, and its successor begins
 * with what the share coordinator has. Records it had handed out are then delivered once more, as after the leader's
 * death.
 */
import type { Clock, Timer } from '../clock.ts'
import { ErrorCode, KafkaError } from '../protocol/errors.ts'
import { AcknowledgeType } from './acknowledgements.ts'
import type { Acknowledgement } from './acknowledgements.ts'
import { acquire } from './acquisition.ts'
import type { AcquiredRange, AcquisitionLimits, OffsetRange } from './acquisition.ts'
import { DeliveryState, isTerminal } from './delivery-state.ts'
import type { StateBatch } from './delivery-state.ts'
import { InFlightRecords } from './in-flight-records.ts'
import type { Run } from './in-flight-records.ts'

/** What the configuration says, as of now. */
export interface ShareSettings {
  readonly recordLockDurationMs: number
  readonly deliveryCountLimit: number
  readonly partitionMaxRecordLocks: number
}

/** What is written to the share coordinator. */
export interface ShareStateChange {
  readonly startOffset: number
  readonly deliveryCompleteCount: number
  /** In the order in which they happened: a later one holds against an earlier one. */
  readonly stateBatches: readonly StateBatch[]
}

export interface SharePartitionOptions {
  readonly startOffset: number
  readonly stateBatches: readonly StateBatch[]
  readonly clock: Clock
  readonly settings: () => ShareSettings
  /** Rejects with KafkaError. */
  readonly write: (change: ShareStateChange) => Promise<void>
  /** Records have become available that were not: fetches may wait for them. */
  readonly available: () => void
  /** The share partition is of no use any more: forget it. */
  readonly fenced: (error: KafkaError) => void
}

export class SharePartition {
  readonly #options: SharePartitionOptions
  readonly #records: InFlightRecords
  #lockTimer: Timer | null = null
  #failure: KafkaError | null = null
  #unwritten: StateBatch[] = []
  #nextWrite: Promise<void> | null = null
  #lastWrite: Promise<void> = Promise.resolve()

  constructor(options: SharePartitionOptions) {
    this.#options = options
    this.#records = new InFlightRecords(options.startOffset, options.stateBatches)
  }

  get startOffset(): number {
    return this.#records.startOffset
  }

  get runs(): readonly Run[] {
    return this.#records.runs
  }

  /** Why it must not be used any more; null while it may. */
  get failure(): KafkaError | null {
    return this.#failure
  }

  /** Where to read for the next records to be delivered; null while too many are in flight to deliver new ones. */
  get fetchOffset(): number | null {
    const available = this.#records.firstAvailable()
    if (available !== undefined) return available.firstOffset
    return this.#records.size < this.#options.settings().partitionMaxRecordLocks
      ? this.#records.nextOffset
      : null
  }

  /**
   * Acquires records for a member.
   *
   * @param read the log's batches from the fetch offset on, as ranges of offsets.
   */
  acquire(
    memberId: string,
    read: readonly OffsetRange[],
    limits: Omit<AcquisitionLimits, 'maxRecordLocks'>,
  ): AcquiredRange[] {
    const { recordLockDurationMs, partitionMaxRecordLocks } = this.#options.settings()
    const acquired = acquire(
      this.#records,
      read,
      { ...limits, maxRecordLocks: partitionMaxRecordLocks },
      { memberId, lockedUntilMs: this.#options.clock.now() + recordLockDurationMs },
    )
    this.#records.advanceStart()
    this.#setLockTimer()
    return acquired
  }

  /**
   * Applies what a member says about records, all of it or nothing, and resolves when the share coordinator has it.
   * Rejects with KafkaError: INVALID_RECORD_STATE for a record the member has not acquired (any more),
   * INVALID_REQUEST for one nobody can have acquired, and whatever the write fails with.
   */
  async acknowledge(memberId: string, acknowledgements: readonly Acknowledgement[]): Promise<void> {
    if (this.#failure !== null) throw this.#failure
    const runs = acknowledgements.map((acknowledgement) => ({
      type: acknowledgement.type,
      runs: this.#acquiredRuns(memberId, acknowledgement),
    }))
    const changed = runs.flatMap(({ type, runs }) => runs.flatMap((run) => this.#acknowledge(run, type)))
    await this.#changed(changed)
  }

  /** A member is gone, or does not want what it has: its records are available again, as far as they may be. */
  async release(memberId: string): Promise<void> {
    if (this.#failure !== null) return
    const held = this.#records.runs.filter((run) => run.memberId === memberId)
    await this.#changed(held.map((run) => this.#giveBack(run)))
  }

  /** The log begins later now: nobody can read what is before. */
  advanceLogStart(offset: number): void {
    if (offset <= this.#records.startOffset) return
    this.#records.startAt(offset)
    this.#setLockTimer()
  }

  /** Resolves when everything changed so far is written, or has failed to be. */
  async settled(): Promise<void> {
    await Promise.allSettled([this.#nextWrite ?? this.#lastWrite])
  }

  /** For good: the leadership, the topic, the group or the state has gone elsewhere. */
  fence(error: KafkaError): void {
    if (this.#failure !== null) return
    this.#failure = error
    this.#lockTimer?.cancel()
    this.#options.fenced(error)
  }

  #acquiredRuns(memberId: string, { firstOffset, lastOffset }: Acknowledgement): Run[] {
    if (lastOffset >= this.#records.nextOffset) {
      throw new KafkaError(ErrorCode.INVALID_REQUEST, 'The last offset in request is past acquired records.')
    }
    // What is before the start offset has left the log, or is done with: nothing is to be said about it any more.
    const runs = this.#records.within(Math.max(firstOffset, this.#records.startOffset), lastOffset)
    for (const run of runs) {
      if (run.state !== DeliveryState.ACQUIRED) {
        throw new KafkaError(
          ErrorCode.INVALID_RECORD_STATE,
          `The records from ${run.firstOffset} to ${run.lastOffset} are not acquired.`,
        )
      }
      if (run.memberId !== memberId) {
        throw new KafkaError(
          ErrorCode.INVALID_RECORD_STATE,
          `The records from ${run.firstOffset} to ${run.lastOffset} are acquired by another member.`,
        )
      }
    }
    return runs
  }

  #acknowledge(run: Run, type: number): StateBatch[] {
    switch (type) {
      case AcknowledgeType.RENEW: {
        const { clock, settings } = this.#options
        const lockedUntilMs = clock.now() + settings().recordLockDurationMs
        this.#records.set(run.firstOffset, run.lastOffset, { ...run, lockedUntilMs })
        return []
      }
      case AcknowledgeType.ACCEPT:
        return [this.#set(run, DeliveryState.ACKNOWLEDGED, run.deliveryCount)]
      case AcknowledgeType.RELEASE:
        return [this.#giveBack(run)]
      default:
        return [this.#set(run, DeliveryState.ARCHIVED, run.deliveryCount)]
    }
  }

  /** A record that was delivered as often as it may be is not delivered again. */
  #giveBack(run: Run): StateBatch {
    const isUsedUp = run.deliveryCount >= this.#options.settings().deliveryCountLimit
    return this.#set(run, isUsedUp ? DeliveryState.ARCHIVED : DeliveryState.AVAILABLE, run.deliveryCount)
  }

  #set({ firstOffset, lastOffset }: Run, state: DeliveryState, deliveryCount: number): StateBatch {
    this.#records.set(firstOffset, lastOffset, { state, deliveryCount, memberId: null, lockedUntilMs: 0 })
    return { firstOffset, lastOffset, deliveryState: state, deliveryCount }
  }

  async #changed(changed: readonly StateBatch[]): Promise<void> {
    const hadRoom = this.fetchOffset !== null
    this.#records.advanceStart()
    this.#setLockTimer()
    if (changed.length === 0) return
    const written = this.#write(changed)
    const isAnyAvailable = changed.some(({ deliveryState }) => !isTerminal(deliveryState))
    if (isAnyAvailable || (!hadRoom && this.fetchOffset !== null)) this.#options.available()
    await written
  }

  /** One write at a time; what changes meanwhile goes with the next one. */
  #write(changed: readonly StateBatch[]): Promise<void> {
    this.#unwritten.push(...changed)
    this.#nextWrite ??= this.#lastWrite.then(() => this.#writeNow())
    return this.#nextWrite
  }

  async #writeNow(): Promise<void> {
    this.#lastWrite = this.#nextWrite ?? this.#lastWrite
    this.#nextWrite = null
    if (this.#failure !== null) throw this.#failure
    const stateBatches = this.#unwritten.splice(0)
    const { startOffset, deliveryCompleteCount } = this.#records
    try {
      await this.#options.write({ startOffset, deliveryCompleteCount, stateBatches })
    } catch (error) {
      const failure =
        error instanceof KafkaError ? error : new KafkaError(ErrorCode.UNKNOWN_SERVER_ERROR, String(error))
      this.fence(failure)
      throw failure
    }
  }

  #setLockTimer(): void {
    this.#lockTimer?.cancel()
    this.#lockTimer = null
    if (this.#failure !== null) return
    const locks = this.#records.runs.filter(({ state }) => state === DeliveryState.ACQUIRED)
    if (locks.length === 0) return
    const untilMs = Math.min(...locks.map(({ lockedUntilMs }) => lockedUntilMs))
    const delayMs = Math.max(0, untilMs - this.#options.clock.now())
    this.#lockTimer = this.#options.clock.setTimer(delayMs, () => this.#expireLocks())
  }

  #expireLocks(): void {
    const nowMs = this.#options.clock.now()
    const expired = this.#records.runs.filter(
      ({ state, lockedUntilMs }) => state === DeliveryState.ACQUIRED && lockedUntilMs <= nowMs,
    )
    // A failed write has fenced this, and nobody waits for it here.
    this.#changed(expired.map((run) => this.#giveBack(run))).catch(() => undefined)
  }
}
