/** What the active controller does by the clock. */
import type { Clock, Timer } from '../clock.ts'
import type { BrokerConfig } from '../metadata/configs/broker-config.ts'

export interface SweepTasks {
  /** When the next broker session ends; null: none runs. */
  nextExpiryMs(): number | null
  /** `lateMs`: how much later than planned this is, because the controller's own thread stood still. */
  expireSessions(lateMs: number): void
  electPreferredLeaders(): void
  electUncleanLeaders(): void
  checkHearing(): void
}

export class Sweeps {
  readonly #clock: Clock
  readonly #config: () => BrokerConfig
  readonly #tasks: SweepTasks
  readonly #repeating = new Map<() => void, Timer>()
  #expiry: Timer | null = null
  #running = false

  constructor(clock: Clock, config: () => BrokerConfig, tasks: SweepTasks) {
    this.#clock = clock
    this.#config = config
    this.#tasks = tasks
  }

  start(): void {
    const config = this.#config
    const tasks = this.#tasks
    this.#running = true
    this.sessionsChanged()
    this.#repeat(
      () => config().leaderImbalanceCheckIntervalSeconds * 1000,
      () => {
        if (config().autoLeaderRebalanceEnable) tasks.electPreferredLeaders()
      },
    )
    this.#repeat(
      () => config().uncleanLeaderElectionIntervalMs,
      () => tasks.electUncleanLeaders(),
    )
    this.#repeat(
      () => config().controllerLeaseDurationMs,
      () => tasks.checkHearing(),
    )
  }

  stop(): void {
    this.#running = false
    this.#expiry?.cancel()
    this.#expiry = null
    for (const timer of this.#repeating.values()) timer.cancel()
    this.#repeating.clear()
  }

  /** A session began or ended: the next end of one may be another. */
  sessionsChanged(): void {
    this.#expiry?.cancel()
    this.#expiry = null
    const expiryMs = this.#tasks.nextExpiryMs()
    if (!this.#running || expiryMs === null) return
    this.#expiry = this.#clock.setTimer(Math.max(0, expiryMs - this.#clock.now()), () => {
      this.#tasks.expireSessions(Math.max(0, this.#clock.now() - expiryMs))
      this.sessionsChanged()
    })
  }

  #repeat(intervalMs: () => number, task: () => void): void {
    const run = (): void => {
      task()
      if (this.#running) this.#repeating.set(task, this.#clock.setTimer(intervalMs(), run))
    }
    this.#repeating.set(task, this.#clock.setTimer(intervalMs(), run))
  }
}
