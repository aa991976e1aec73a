/**
 * One step of a coordinator shard: a request, or a timer, decided without a pause.
 *
 * Kafka's coordinators decide `(state, request, now) → { records, response }`. Here the step collects both while it
 * goes: a record written is applied to the state at once, so later steps already see it; responses and events wait
 * until the log has the records. What is only in memory (who waits, which timers run, a rebalance under way) is
 * changed directly: it is never in the log and never survives the shard.
 */
import type { BrokerConfig } from '../metadata/configs/broker-config.ts'
import type { MetadataImage } from '../metadata/image.ts'
import type { GroupEvent } from './events.ts'
import type { GroupRecord } from './records.ts'
import type { ShardState } from './state.ts'
import type { GroupTimer, TimerTable } from './timers.ts'
import type { Waiter } from './waiter.ts'

export interface TurnScene {
  readonly state: ShardState
  readonly timers: TimerTable
  readonly config: BrokerConfig
  readonly image: MetadataImage
  readonly nowMs: number
  newUuid(): string
}

/** What a step leaves to do once its records are in the log, or when they could not get there. */
interface Effect {
  committed(): void
  aborted(errorCode: number): void
}

export class Turn {
  readonly state: ShardState
  readonly config: BrokerConfig
  /** The cluster as this broker knows it now; not to be kept beyond the step. */
  readonly image: MetadataImage
  readonly nowMs: number
  readonly newUuid: () => string
  readonly records: GroupRecord[] = []
  readonly events: GroupEvent[] = []
  readonly followUps: ((turn: Turn) => void)[] = []
  readonly #timers: TimerTable
  readonly #effects: Effect[] = []

  constructor(scene: TurnScene) {
    this.state = scene.state
    this.config = scene.config
    this.image = scene.image
    this.nowMs = scene.nowMs
    this.newUuid = () => scene.newUuid()
    this.#timers = scene.timers
  }

  /** Writes a record to the log, and applies it right now. */
  write(record: GroupRecord): void {
    this.records.push(record)
    this.state.replay(record)
  }

  /** Answers a request after the log has what has been decided so far. */
  answer<Response>(waiter: Waiter<Response>, response: Response): void {
    this.#effects.push({
      committed: () => waiter.answer(response),
      aborted: (errorCode) => waiter.fail(errorCode),
    })
  }

  emit(event: GroupEvent): void {
    this.events.push(event)
  }

  /** Another step, right after this one's records are in the log; none when they could not get there. */
  afterCommit(run: (turn: Turn) => void): void {
    this.followUps.push(run)
  }

  /** Sets a timer; one that is set already starts anew. */
  schedule(timer: GroupTimer, delayMs: number): void {
    this.#timers.schedule(timer, delayMs)
  }

  /** Sets a timer unless it is set already. */
  scheduleIfAbsent(timer: GroupTimer, delayMs: number): void {
    if (!this.#timers.isSet(timer)) this.#timers.schedule(timer, delayMs)
  }

  cancel(timer: GroupTimer): void {
    this.#timers.cancel(timer)
  }

  /** For the shard: lets the answers go. */
  commit(): void {
    for (const effect of this.#effects.splice(0)) effect.committed()
  }

  /** For the shard: the state this step decided on is gone, its requests fail. */
  abort(errorCode: number): void {
    for (const effect of this.#effects.splice(0)) effect.aborted(errorCode)
  }
}
