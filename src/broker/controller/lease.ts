/** One broker's part in who is the controller: it renews the lease it holds, or tries for the one it does not. */
import type { Clock, Timer } from '../clock.ts'
import type { Logger } from '../logger.ts'
import { ControllerFencedError, NO_HOLDER } from '../storage/metadata-store.ts'
import type { ControllerTitle, Lease, MetadataStore } from '../storage/metadata-store.ts'

export interface ControllerLeaseOptions {
  readonly brokerId: number
  /** Of this broker process; any text no other process has. */
  readonly incarnationId: string
  readonly store: MetadataStore
  readonly clock: Clock
  readonly log: Logger
  readonly config: () => { controllerLeaseDurationMs: number; controllerLeaseRenewIntervalMs: number }
}

export interface LeaseListener {
  /** This broker has become the controller; called synchronously. */
  acquired(title: ControllerTitle): void
  /** It is the controller no longer. */
  lost(reason: string): void
}

/** After giving way on purpose, so that another broker is the first to try. */
const STAND_BACK_RENEWALS = 4

export class ControllerLease {
  readonly #options: ControllerLeaseOptions
  readonly #listeners = new Set<LeaseListener>()
  readonly #changeListeners = new Set<() => void>()
  #timer: Timer | null = null
  #running = false
  /** The lease when last looked at. */
  #seen: Lease | null = null
  #title: ControllerTitle | null = null
  #standBackUntilMs = 0

  constructor(options: ControllerLeaseOptions) {
    this.#options = options
  }

  /** The title to write with while this broker is the controller. */
  get title(): ControllerTitle | null {
    return this.#title
  }

  /** Who holds the role, as far as this broker knows; null: nobody. */
  get holderId(): number | null {
    const lease = this.#seen
    if (lease === null || lease.holderId === NO_HOLDER) return null
    return lease.expiresAtMs <= this.#options.clock.now() ? null : lease.holderId
  }

  /** The epoch last seen; 0 before the first controller. */
  get epoch(): number {
    return this.#seen?.epoch ?? 0
  }

  /** Tries for the lease at once, then at every interval. */
  start(): void {
    this.#running = true
    this.#tick()
  }

  /**
   * Looks at the lease now instead of at the next interval. `deadBrokerId` is a broker the caller knows to be dead:
   * a lease it still holds is taken although it has not expired.
   * @returns whether this broker is the controller now
   */
  tryNow(deadBrokerId?: number): boolean {
    if (!this.#running) return false
    this.#tick(deadBrokerId)
    return this.#title !== null
  }

  /** Checks a title that may have been lost while this broker was frozen. Loses it if so. */
  confirm(): boolean {
    if (this.#title === null) return false
    this.#look()
    return this.#title !== null
  }

  /** Gives the role up but stays in the race, leaving the others the first try. */
  giveWay(reason: string): void {
    const { clock, config } = this.#options
    this.#standBackUntilMs = clock.now() + STAND_BACK_RENEWALS * config().controllerLeaseRenewIntervalMs
    this.#giveBack(reason)
  }

  /** Clean shutdown: gives the role up and tries no more. */
  release(): void {
    this.stop()
    this.#giveBack('the broker is shutting down')
  }

  /** Stops trying and renewing, without giving the lease back: what a killed broker does. */
  stop(): void {
    this.#running = false
    this.#timer?.cancel()
    this.#timer = null
  }

  /** A write was refused because somebody else is the controller now. */
  fenced(error: ControllerFencedError): void {
    this.#lose(error.message)
    this.#see(error.lease)
  }

  listen(listener: LeaseListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Called when `holderId` has changed. @returns a function that ends it */
  onChange(listener: () => void): () => void {
    this.#changeListeners.add(listener)
    return () => this.#changeListeners.delete(listener)
  }

  #tick(deadBrokerId?: number): void {
    this.#timer?.cancel()
    try {
      if (this.#title === null) this.#try(deadBrokerId)
      else this.#renew(this.#title)
    } catch (error) {
      this.#afterFailure(error)
    }
    if (!this.#running) return
    const { clock, config } = this.#options
    this.#timer = clock.setTimer(config().controllerLeaseRenewIntervalMs, () => this.#tick())
  }

  #try(deadBrokerId?: number): void {
    const { brokerId, incarnationId, store, clock, config } = this.#options
    // A plain read first: three brokers polling must not take the write lock each time.
    const seen = store.readLease()
    this.#see(seen)
    const nowMs = clock.now()
    const mine = seen?.holderId === brokerId
    if (this.holderId !== null && this.holderId !== deadBrokerId && !mine) return
    if (nowMs < this.#standBackUntilMs && deadBrokerId === undefined) return
    const lease = store.acquireLease({
      holderId: brokerId,
      incarnationId,
      nowMs,
      durationMs: config().controllerLeaseDurationMs,
      ...(deadBrokerId === undefined || deadBrokerId === brokerId ? {} : { deadBrokerId }),
    })
    if (lease === null) return this.#see(store.readLease())
    const title = { holderId: lease.holderId, epoch: lease.epoch }
    this.#title = title
    this.#see(lease)
    for (const listener of [...this.#listeners]) listener.acquired(title)
  }

  #renew(title: ControllerTitle): void {
    const { store, clock, config } = this.#options
    this.#see(store.renewLease(title, clock.now(), config().controllerLeaseDurationMs))
  }

  /** The state of the lease without changing it. */
  #look(): void {
    try {
      const lease = this.#options.store.readLease()
      const title = this.#title
      if (title !== null && (lease?.holderId !== title.holderId || lease.epoch !== title.epoch)) {
        return this.fenced(new ControllerFencedError(title, lease))
      }
      this.#see(lease)
    } catch (error) {
      this.#afterFailure(error)
    }
  }

  #afterFailure(error: unknown): void {
    if (error instanceof ControllerFencedError) return this.fenced(error)
    this.#options.log.error('The controller lease cannot be read or written', { error: String(error) })
    // Who cannot renew must not go on as controller once others may take over.
    if (this.#title !== null && this.holderId === null) this.#lose('the lease could not be renewed')
  }

  #giveBack(reason: string): void {
    const title = this.#title
    if (title === null) return
    this.#lose(reason)
    try {
      this.#options.store.releaseLease(title)
      this.#see(this.#options.store.readLease())
    } catch (error) {
      this.#options.log.warn('The controller lease could not be given back; it will expire', {
        error: String(error),
      })
    }
  }

  #lose(reason: string): void {
    if (this.#title === null) return
    this.#title = null
    for (const listener of [...this.#listeners]) listener.lost(reason)
  }

  #see(lease: Lease | null): void {
    const before = this.#seen
    this.#seen = lease
    if (before?.holderId === lease?.holderId && before?.epoch === lease?.epoch) return
    for (const listener of [...this.#changeListeners]) listener()
  }
}
