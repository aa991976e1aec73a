/** The right to change the cluster's metadata, while this broker has it: decide, commit, apply, tell. */
import type { Clock } from '../clock.ts'
import type { Logger } from '../logger.ts'
import { resolveBrokerConfig } from '../metadata/configs/broker-config.ts'
import type { BrokerConfig } from '../metadata/configs/broker-config.ts'
import type { MetadataImage } from '../metadata/image.ts'
import type { MetadataRecord } from '../metadata/records.ts'
import { ErrorCode, KafkaError } from '../protocol/errors.ts'
import { StorageError } from '../storage/database.ts'
import { ControllerFencedError } from '../storage/metadata-store.ts'
import type { ControllerTitle, MetadataStore } from '../storage/metadata-store.ts'
import { causes } from './causes.ts'
import type { Cause, CauseOf } from './causes.ts'
import type { ControllerState, Decision } from './decision.ts'
import { decideElrCleanup, decideUncleanSweep } from './elect-leaders.ts'
import { observe, snapshotOf } from './events.ts'
import type { ControllerChange, ControllerEvent } from './events.ts'
import type { ControllerLease } from './lease.ts'
import { MetadataLog } from './metadata-log.ts'

export interface AuthorityOptions {
  readonly brokerId: number
  readonly store: MetadataStore
  readonly lease: ControllerLease
  readonly clock: Clock
  readonly log: Logger
  readonly staticConfig: ReadonlyMap<string, string>
  readonly random: () => number
  readonly newUuid: () => string
}

export class Authority {
  readonly metadataLog: MetadataLog
  readonly #options: AuthorityOptions
  readonly #listeners = new Set<(event: ControllerEvent) => void>()
  readonly #brokersChanged: () => void
  #title: ControllerTitle | null = null
  #config: BrokerConfig | null = null

  /** @param brokersChanged called after a commit that registered, fenced or unfenced somebody */
  constructor(options: AuthorityOptions, brokersChanged: () => void) {
    this.#options = options
    this.#brokersChanged = brokersChanged
    this.metadataLog = new MetadataLog(options.store, options.clock)
  }

  get isActive(): boolean {
    return this.#title !== null
  }

  get image(): MetadataImage {
    return this.metadataLog.image
  }

  get config(): BrokerConfig {
    return (this.#config ??= resolveBrokerConfig(this.#options.staticConfig, this.image))
  }

  onEvent(listener: (event: ControllerEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Takes over what the last controller left. @throws StorageError; the log must not be used then */
  takeUp(title: ControllerTitle): void {
    this.metadataLog.load()
    this.#config = null
    this.#title = title
  }

  /** First of a term: from here on followers can tell this controller from its predecessors. */
  announce(): void {
    const title = this.requireTitle()
    const { brokerId } = this.#options
    this.#commit(
      title,
      [{ type: 'Controller', controllerId: brokerId, controllerEpoch: title.epoch }],
      causes.leaseTaken(brokerId),
    )
    this.#emit({ ...snapshotOf(this.image), brokerId }, causes.controllerBegins)
  }

  /** @returns the title that ended, null when there was none */
  layDown(reason: string): ControllerTitle | null {
    const title = this.#title
    if (title === null) return null
    this.#title = null
    // Whoever waits for records learns that they will not come from here.
    this.metadataLog.wake()
    const details = { controllerEpoch: title.epoch }
    this.#emit(
      { kind: 'controller-resigned', brokerId: this.#options.brokerId, details },
      causes.leaseLost(reason),
    )
    return title
  }

  /**
   * One synchronous step from the state as it is to the state after the decision.
   * @param cause goes into the events
   * @throws KafkaError NOT_CONTROLLER, KAFKA_STORAGE_ERROR, and what `decide` throws; nothing has changed then
   */
  decide<R>(cause: CauseOf, decide: (state: ControllerState) => Decision<R>): R {
    const title = this.requireTitle()
    const { records, response } = decide(this.#state())
    this.#commit(title, records, cause)
    this.#followUp(records)
    return response
  }

  /** A decision nobody waits for, and whose failure is only worth a line in the log. */
  attempt(cause: Cause, decide: (state: ControllerState) => readonly MetadataRecord[]): void {
    try {
      this.decide(cause, (state) => ({ records: decide(state), response: null }))
    } catch (error) {
      this.#options.log.warn('The controller could not do what it was about to', {
        cause: cause.sentence,
        error: String(error),
      })
    }
  }

  requireTitle(): ControllerTitle {
    if (this.#title !== null) return this.#title
    throw new KafkaError(ErrorCode.NOT_CONTROLLER, `Broker ${this.#options.brokerId} is not the controller.`)
  }

  /** Changed configs can make an election possible at once, instead of at the next sweep. */
  #followUp(records: readonly MetadataRecord[]): void {
    const changed = new Set(records.flatMap((record) => (record.type === 'Config' ? record.name : [])))
    if (changed.has('unclean.leader.election.enable')) {
      this.attempt(causes.configChanged('unclean.leader.election.enable'), decideUncleanSweep)
    }
    if (changed.has('min.insync.replicas')) {
      this.attempt(causes.configChanged('min.insync.replicas'), decideElrCleanup)
    }
  }

  #commit(title: ControllerTitle, records: readonly MetadataRecord[], cause: CauseOf): void {
    if (records.length === 0) return
    const changes = observe(this.image, records)
    try {
      const delta = this.metadataLog.append(title, records)
      if (delta.brokerConfigsChanged) this.#config = null
      if (delta.brokersChanged) this.#brokersChanged()
    } catch (error) {
      throw this.#failure(error)
    }
    for (const change of changes()) this.#emit(change, typeof cause === 'function' ? cause(change) : cause)
    this.#snapshotIfDue(title)
  }

  /** The records are committed already: a snapshot that fails is tried again after the next ones. */
  #snapshotIfDue(title: ControllerTitle): void {
    try {
      this.metadataLog.snapshotIfDue(title, this.config.metadataLogMaxRecordsBetweenSnapshots)
    } catch (error) {
      this.#failure(error)
    }
  }

  /** What a failed write means for the role, and the error to answer with. */
  #failure(error: unknown): unknown {
    const { lease, log } = this.#options
    if (error instanceof ControllerFencedError) {
      lease.fenced(error)
      return new KafkaError(ErrorCode.NOT_CONTROLLER, error.message)
    }
    if (error instanceof StorageError) {
      log.error('Metadata could not be written', { error: error.message, remedy: error.remedy })
      return new KafkaError(ErrorCode.KAFKA_STORAGE_ERROR, `${error.message} ${error.remedy}`)
    }
    // The image may no longer be what is in the store; the next term reads it anew.
    lease.giveWay('it failed in an unforeseen way while changing the metadata')
    return error
  }

  #state(): ControllerState {
    const { clock, staticConfig, random, newUuid } = this.#options
    return {
      image: this.image,
      config: this.config,
      staticConfig,
      nowMs: clock.now(),
      nextOffset: this.metadataLog.endOffset,
      random,
      newUuid,
    }
  }

  #emit({ kind, brokerId, details }: ControllerChange, { sentence, ...because }: Cause): void {
    const atMs = this.#options.clock.now()
    const event: ControllerEvent = { atMs, kind, brokerId, cause: sentence, because, details }
    for (const listener of [...this.#listeners]) listener(event)
  }
}
