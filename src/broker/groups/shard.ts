/**
 * One partition of `__consumer_offsets` this broker leads: its groups, their offsets, their timers.
 *
 * Every request and every timer is one synchronous step (see Turn). Its records are applied at once and appended to
 * the log; the answer waits for the log, later steps do not. When an append fails, what was applied is wrong, so the
 * shard forgets everything and loads itself from the log again, as it does when it begins.
 */
import type { Clock, Timer } from '../clock.ts'
import type { Logger } from '../logger.ts'
import type { BrokerConfig } from '../metadata/configs/broker-config.ts'
import type { MetadataImage } from '../metadata/image.ts'
import { DecodeError } from '../protocol/codec.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { codeOfFailedAppend } from './append-errors.ts'
import { failWaitingMembers, onGroupLoaded } from './classic/load.ts'
import { onClassicTimer } from './classic/timers.ts'
import { onConsumerGroupLoaded } from './consumer/load.ts'
import { markStaleGroups } from './consumer/stale.ts'
import { onConsumerTimer } from './consumer/timers.ts'
import { CommitQueue } from './commit-queue.ts'
import type { GroupEvent } from './events.ts'
import type { CoordinatorLog, LoggedCoordinatorRecord } from './log.ts'
import type { TopicsChange } from './consumer/stale.ts'
import type { GoneTopic } from './offsets/delete.ts'
import { deleteOffsetsOfTopics } from './offsets/delete.ts'
import { expireOffsets } from './offsets/expiry.ts'
import { decodeGroupRecord, encodeGroupRecord } from './records.ts'
import { onShareGroupLoaded, onShareSessionTimer } from './share/assignment.ts'
import { forgetTopics } from './share/state-partitions.ts'
import type { GroupRecord } from './records.ts'
import { ShardState } from './state.ts'
import type { GroupTimer } from './timers.ts'
import { TimerTable } from './timers.ts'
import { Turn } from './turn.ts'
import type { Waiter } from './waiter.ts'
import { waiter } from './waiter.ts'

const LOAD_RETRY_MS = 1_000

export interface ShardOptions {
  readonly partition: number
  readonly config: () => BrokerConfig
  readonly image: () => MetadataImage
  readonly clock: Clock
  readonly log: Logger
  readonly writer: CoordinatorLog
  readonly newUuid: () => string
  readonly emit: (event: GroupEvent) => void
}

type Step = (turn: Turn) => void

export class Shard {
  readonly #options: ShardOptions
  readonly #timers: TimerTable
  readonly #queue: CommitQueue
  #status: 'loading' | 'active' | 'closed' = 'loading'
  #state = new ShardState()
  #loadRetry: Timer | null = null
  /** Topics deleted while the shard was loading. */
  #goneTopics: GoneTopic[] = []

  constructor(options: ShardOptions) {
    this.#options = options
    this.#timers = new TimerTable(options.clock, (timer) => this.#onTimer(timer))
    this.#queue = new CommitQueue({
      committed: (turn) => this.#onCommitted(turn),
      failed: (turns, error) => this.#onAppendFailed(turns, error),
    })
  }

  /** Replays the log. Until that is done every request is answered COORDINATOR_LOAD_IN_PROGRESS. */
  start(): void {
    void this.#load()
  }

  /**
   * Decides one request. `decide` answers the waiter through the turn, or keeps it for later.
   *
   * @param failure The answer for an error code.
   */
  request<Response>(
    failure: (errorCode: number) => Response,
    decide: (turn: Turn, waiter: Waiter<Response>) => void,
  ): Promise<Response> {
    const { promise, waiter: requester } = waiter(failure)
    if (this.#status === 'loading') requester.fail(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS)
    else if (this.#status === 'closed') requester.fail(ErrorCode.NOT_COORDINATOR)
    else
      this.#step(
        (turn) => decide(turn, requester),
        (errorCode) => requester.fail(errorCode),
      )
    return promise
  }

  /** Deletes the offsets of topics that are gone. */
  onTopicsDeleted(topics: readonly GoneTopic[]): void {
    if (this.#status === 'loading') this.#goneTopics.push(...topics)
    else
      this.#stepForEachGroup((turn, groupId) => {
        deleteOffsetsOfTopics(turn, groupId, topics)
        forgetTopics(turn, groupId, topics)
      })
  }

  /** Consumer groups look at their topics again, each at its next heartbeat. */
  onTopicsChanged(change: TopicsChange): void {
    markStaleGroups(this.#state, change)
  }

  /** Gives the partition up. Whoever still waits is answered `errorCode`. */
  close(errorCode: number): void {
    this.#status = 'closed'
    this.#loadRetry?.cancel()
    this.#timers.cancelAll()
    for (const turn of this.#queue.drain()) turn.abort(errorCode)
    this.#failWaitingMembers(errorCode)
  }

  #step(step: Step, onBug: (errorCode: number) => void = () => undefined): void {
    if (this.#status !== 'active') return
    const turn = this.#newTurn()
    try {
      step(turn)
    } catch (error) {
      // A step that broke off may have changed half of what it wanted to.
      this.#reportBug(error)
      onBug(ErrorCode.UNKNOWN_SERVER_ERROR)
      turn.abort(ErrorCode.UNKNOWN_SERVER_ERROR)
      this.#revert(ErrorCode.COORDINATOR_NOT_AVAILABLE)
      return
    }
    if (turn.records.length === 0) this.#queue.addReading(turn)
    else this.#queue.addAppending(turn, this.#append(turn.records, turn.nowMs))
  }

  #stepForEachGroup(step: (turn: Turn, groupId: string) => void): void {
    for (const groupId of [...this.#state.groups.keys()]) this.#step((turn) => step(turn, groupId))
  }

  #newTurn(): Turn {
    const { config, image, clock, newUuid } = this.#options
    return new Turn({
      state: this.#state,
      timers: this.#timers,
      config: config(),
      image: image(),
      nowMs: clock.now(),
      newUuid,
    })
  }

  /** Async, so that a record which cannot be encoded is a failed append like any other. */
  async #append(records: readonly GroupRecord[], nowMs: number): Promise<void> {
    await this.#options.writer.append(this.#options.partition, records.map(encodeGroupRecord), nowMs)
  }

  #onCommitted(turn: Turn): void {
    turn.commit()
    for (const event of turn.events) this.#options.emit(event)
    for (const followUp of turn.followUps) this.#step(followUp)
  }

  #onAppendFailed(turns: readonly Turn[], error: unknown): void {
    const errorCode = codeOfFailedAppend(error)
    this.#options.log.warn('Group records could not be written; the partition is loaded again', {
      partition: this.#options.partition,
      error: messageOf(error),
    })
    for (const turn of turns) turn.abort(errorCode)
    this.#revert(errorCode)
  }

  #revert(errorCode: number): void {
    if (this.#status !== 'active') return
    this.#status = 'loading'
    this.#timers.cancelAll()
    this.#failWaitingMembers(errorCode)
    // An append that failed by its time-out may still be in the log, and so may those after it: all must be read.
    void this.#queue.settled().then(() => this.#load())
  }

  async #load(): Promise<void> {
    const { partition, clock, log, writer } = this.#options
    const startedMs = clock.now()
    const state = new ShardState()
    try {
      for await (const record of writer.read(partition)) {
        if (this.#status !== 'loading') return
        this.#replay(state, record)
      }
    } catch (error) {
      log.error('Groups could not be loaded; trying again', { partition, error: messageOf(error) })
      if (this.#status === 'loading') {
        this.#loadRetry = clock.setTimer(LOAD_RETRY_MS, () => void this.#load())
      }
      return
    }
    if (this.#status !== 'loading') return
    this.#state = state
    this.#status = 'active'
    log.debug('Loaded groups', { partition, groups: state.groups.size, tookMs: clock.now() - startedMs })
    this.#onLoaded()
  }

  #replay(state: ShardState, logged: LoggedCoordinatorRecord): void {
    try {
      const record = decodeGroupRecord(logged)
      if (record !== null) state.replay(record)
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      // One unreadable record must not take all the partition's groups with it.
      const { partition } = this.#options
      this.#options.log.error('A group record cannot be read and is left out', {
        partition,
        offset: logged.offset,
        error: error.message,
      })
    }
  }

  #onLoaded(): void {
    this.#stepForEachGroup((turn, groupId) => {
      const group = turn.state.groups.get(groupId)
      if (group?.type === 'classic') onGroupLoaded(turn, group)
      if (group?.type === 'consumer') onConsumerGroupLoaded(turn, group)
      if (group?.type === 'share') onShareGroupLoaded(turn, group)
    })
    this.#scheduleExpiry()
    const goneTopics = this.#goneTopics.splice(0)
    if (goneTopics.length > 0) this.onTopicsDeleted(goneTopics)
  }

  #onTimer(timer: GroupTimer): void {
    if (timer.kind !== 'expiry') {
      this.#step((turn) => onGroupTimer(turn, timer))
      return
    }
    this.#stepForEachGroup((turn, groupId) => {
      const group = turn.state.groups.get(groupId)
      if (group !== undefined) expireOffsets(turn, group)
    })
    this.#scheduleExpiry()
  }

  #scheduleExpiry(): void {
    if (this.#status !== 'active') return
    this.#timers.schedule({ kind: 'expiry' }, this.#options.config().offsetsRetentionCheckIntervalMs)
  }

  #failWaitingMembers(errorCode: number): void {
    for (const group of this.#state.groups.values()) {
      if (group.type === 'classic') failWaitingMembers(group, errorCode)
    }
  }

  #reportBug(error: unknown): void {
    this.#options.log.error('A group request failed in an unforeseen way; the partition is loaded again', {
      partition: this.#options.partition,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    })
  }
}

function onGroupTimer(turn: Turn, timer: Exclude<GroupTimer, { kind: 'expiry' }>): void {
  const group = turn.state.groups.get(timer.groupId)
  if (group?.type === 'consumer' && 'memberId' in timer) onConsumerTimer(turn, group, timer)
  else if (group?.type === 'share' && 'memberId' in timer) onShareSessionTimer(turn, group, timer.memberId)
  else if (timer.kind === 'session' || timer.kind === 'join' || timer.kind === 'sync')
    onClassicTimer(turn, timer)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
