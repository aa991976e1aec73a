/** The controller's eye on the brokers: whose session runs, whose has ended, and whether it hears anybody at all. */
import type { Clock } from '../clock.ts'
import type { ControllerTitle } from '../storage/metadata-store.ts'
import type { Authority } from './authority.ts'
import { fenceBroker } from './broker-states.ts'
import { causes } from './causes.ts'
import { decidePreferredSweep, decideUncleanSweep } from './elect-leaders.ts'
import { Heartbeats } from './heartbeats.ts'
import type { ControllerLease } from './lease.ts'
import { hearing } from './quorum-check.ts'
import { Sweeps } from './sweeps.ts'

export interface WatchOptions {
  readonly brokerId: number
  readonly clock: Clock
  readonly lease: ControllerLease
}

/** A laptop under full load delays heartbeats; with Kafka's numbers this is still less than a session. */
const MISSED_HEARTBEATS = 3

export class Watch {
  readonly #options: WatchOptions
  readonly #authority: Authority
  readonly #sweeps: Sweeps
  #heartbeats = new Heartbeats()
  /** The last term, and when it ended: a term that follows it directly goes on with its sessions. */
  #lastTerm = { epoch: -1, endedAtMs: 0 }
  /** Whether a majority was heard in this term: only then can it be missed. */
  #heardMajority = false
  #begunAtMs = 0

  constructor(options: WatchOptions, authority: Authority) {
    this.#options = options
    this.#authority = authority
    this.#sweeps = new Sweeps(options.clock, () => authority.config, {
      nextExpiryMs: () =>
        this.#heartbeats.nextExpiryMs(
          authority.image.brokers.values(),
          authority.config.brokerSessionTimeoutMs,
        ),
      expireSessions: (lateMs) => this.#expireSessions(lateMs),
      electPreferredLeaders: () => authority.attempt(causes.autoRebalance, decidePreferredSweep),
      electUncleanLeaders: () => authority.attempt(causes.uncleanSweep, decideUncleanSweep),
      checkHearing: () => void this.#gaveWay(),
    })
  }

  get heartbeats(): Heartbeats {
    return this.#heartbeats
  }

  /** Everybody gets a new session, unless this controller only follows itself. */
  begin(title: ControllerTitle): void {
    const nowMs = this.#options.clock.now()
    this.#heardMajority = false
    this.#begunAtMs = nowMs
    if (title.epoch === this.#lastTerm.epoch + 1) {
      this.#heartbeats.discount(nowMs - this.#lastTerm.endedAtMs)
    } else {
      this.#heartbeats = new Heartbeats()
    }
    for (const id of this.#authority.image.brokers.keys()) {
      if (!this.#heartbeats.knows(id)) this.#heartbeats.expect(id, nowMs)
    }
    this.#sweeps.start()
  }

  end(title: ControllerTitle): void {
    this.#sweeps.stop()
    this.#lastTerm = { epoch: title.epoch, endedAtMs: this.#options.clock.now() }
  }

  /** A session began or ended. */
  sessionsChanged(): void {
    this.#sweeps.sessionsChanged()
  }

  #expireSessions(lateMs: number): void {
    const authority = this.#authority
    const { brokerHeartbeatIntervalMs, brokerSessionTimeoutMs } = authority.config
    if (lateMs >= brokerHeartbeatIntervalMs) return this.#heartbeats.discount(lateMs)
    // First of all: a controller that is cut off and fenced all others would think itself the majority.
    if (this.#gaveWay()) return
    // One at a time: whom the next one's leaderships go to depends on it.
    for (const broker of this.#heartbeats.stale(
      authority.image.brokers.values(),
      this.#options.clock.now(),
      brokerSessionTimeoutMs,
    )) {
      authority.attempt(causes.sessionExpired(broker.id, brokerSessionTimeoutMs), (state) =>
        fenceBroker(state, broker),
      )
    }
  }

  /** Gives the role up if hardly anybody is heard any more. */
  #gaveWay(): boolean {
    const { brokerId, clock, lease } = this.#options
    const windowMs = this.#silenceMs()
    const heardSince = (sinceMs: number) =>
      hearing(this.#authority.image, this.#heartbeats, brokerId, sinceMs)
    if (heardSince(this.#begunAtMs) === 'majority') this.#heardMajority = true
    if (heardSince(clock.now() - windowMs) !== 'minority' || !this.#heardMajority) return false
    lease.giveWay(`it has not heard from most of the brokers for ${windowMs} ms`)
    return true
  }

  /** After so long nothing is heard of a broker: before its session ends, whatever the configuration says. */
  #silenceMs(): number {
    const { brokerHeartbeatIntervalMs, brokerSessionTimeoutMs, controllerLeaseDurationMs } =
      this.#authority.config
    const wantedMs = Math.max(controllerLeaseDurationMs, MISSED_HEARTBEATS * brokerHeartbeatIntervalMs)
    const mostMs = brokerSessionTimeoutMs - 2 * brokerHeartbeatIntervalMs
    return Math.max(brokerHeartbeatIntervalMs, Math.min(wantedMs, mostMs))
  }
}
