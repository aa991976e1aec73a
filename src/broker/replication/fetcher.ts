import type { Clock, Timer } from '../clock.ts'
import type { LogManager } from '../log/log-manager.ts'
import type { Logger } from '../logger.ts'
import type { BrokerConfig } from '../metadata/configs/broker-config.ts'
import type { RequestInput, ResponseOf } from '../protocol/api.ts'
import { ErrorCode, errorName } from '../protocol/errors.ts'
import { fetch } from '../protocol/messages/01-fetch.ts'
import { FetchSessionClient } from './fetch-session-client.ts'
import type { FollowerPosition } from './fetch-session-client.ts'
import { FetcherLane } from './fetcher-lane.ts'
import type { BrokerConnection } from './fetcher-lane.ts'
import { appendFetched, truncationOffset } from './follower-log.ts'
import type { Partition } from './partition.ts'
import { resetFetchOffset } from './reset-fetch-offset.ts'

export interface FetcherOptions {
  readonly brokerId: number
  readonly leaderId: number
  readonly clock: Clock
  readonly log: Logger
  readonly logs: LogManager
  brokerEpoch(): number
  config(): BrokerConfig
  /** One connection a purpose, since a long poll holds up whatever shares its connection. May throw. */
  connect(purpose: string): BrokerConnection
  /** A follower's log grew or its high watermark moved. */
  progressed(partition: Partition): void
}

type FetchResponse = ResponseOf<typeof fetch>
type PartitionData = FetchResponse['responses'][number]['partitions'][number]

/** A partition this fetcher fetches, in one leader epoch. */
interface Assignment {
  readonly key: string
  readonly partition: Partition
  readonly leaderEpoch: number
  retryAtMs: number
  failures: number
  /** Not to be fetched: fenced until a new epoch, or its fetch offset is being found anew. */
  suspended: boolean
}

interface Sent {
  readonly positions: ReadonlyMap<string, FollowerPosition>
  readonly assignments: ReadonlyMap<string, Assignment>
  readonly response: Promise<FetchResponse>
}

/** What a response said of a partition, to be taken over after the commit. */
interface Progress {
  readonly assignment: Assignment
  readonly highWatermark: number
  readonly logStartOffset: number
}

const FETCH_VERSION = fetch.versions[1]

/** Errors of a leader that has not yet learnt what this follower has: usually over within milliseconds. */
const TRANSIENT: ReadonlySet<number> = new Set([
  ErrorCode.UNKNOWN_TOPIC_ID,
  ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
  ErrorCode.UNKNOWN_LEADER_EPOCH,
  ErrorCode.NOT_LEADER_OR_FOLLOWER,
  ErrorCode.INCONSISTENT_TOPIC_ID,
])
/** Kafka waits replica.fetch.backoff.ms at once, which makes the first acks=all write to a new topic wait for it. */
const FIRST_TRANSIENT_BACKOFF_MS = 10

const LANES = ['replica-fetcher', 'replica-fetcher-2'] as const

/**
 * Replicates every partition another broker leads and this one follows (Kafka's ReplicaFetcherThread): one fetch
 * after the other over TCP, each sent when what the one before brought is committed here, since its position tells
 * the leader that this replica has everything before it.
 *
 * Two connections, one used at a time: when a partition is added while a long poll is under way, the poll is left
 * to itself and the next fetch, with the new partition in it, goes over the other one. The leader drops the older
 * of two fetches of one follower.
 */
export class Fetcher {
  readonly #options: FetcherOptions
  readonly #assigned = new Map<string, Assignment>()
  readonly #session = new FetchSessionClient()
  readonly #lanes: readonly FetcherLane[]
  #running = false
  #closed = false
  #waitsForLane = false
  #stirred = false
  #stir: () => void = () => undefined

  constructor(options: FetcherOptions) {
    this.#options = options
    this.#lanes = LANES.map(
      (purpose) =>
        new FetcherLane(
          () => options.connect(purpose),
          () => this.#laneFreed(),
        ),
    )
  }

  get size(): number {
    return this.#assigned.size
  }

  /** Fetches the partition from its log's end on, in its present leader epoch. */
  add(partition: Partition): void {
    const key = keyOf(partition.topicId, partition.partition)
    const { leaderEpoch } = partition
    this.#assigned.set(key, { key, partition, leaderEpoch, retryAtMs: 0, failures: 0, suspended: false })
    this.#wake()
    if (!this.#running) void this.#run()
  }

  remove(partition: Partition): void {
    this.#assigned.delete(keyOf(partition.topicId, partition.partition))
  }

  /** The cluster has changed: what failed before may work now. */
  retryNow(): void {
    let isAnyDelayed = false
    for (const assignment of this.#assigned.values()) {
      isAnyDelayed ||= assignment.retryAtMs > 0
      assignment.retryAtMs = 0
      assignment.failures = 0
    }
    if (isAnyDelayed) this.#wake()
  }

  close(): void {
    this.#closed = true
    this.#assigned.clear()
    this.#wake()
  }

  async #run(): Promise<void> {
    this.#running = true
    let progress: Progress[] = []
    // Metadata brings partitions in runs: the first fetch is for all of them.
    await Promise.resolve()
    while (!this.#closed) {
      this.#stirred = false
      const sent = this.#send()
      // Only now: the next fetch is on its way to those who wait for it, the rest is for readers of this replica.
      for (const each of progress) this.#settle(each)
      progress = []
      const response = sent === null ? await this.#rest() : await this.#answer(sent)
      if (sent !== null && response !== null) progress = await this.#take(sent, response)
    }
  }

  /** Sends the next fetch; null when nothing is to be fetched now. */
  #send(): Sent | null {
    const config = this.#options.config()
    const nowMs = this.#options.clock.now()
    const positions = new Map<string, FollowerPosition>()
    const assignments = new Map<string, Assignment>()
    let maxWaitMs = config.replicaFetchWaitMaxMs
    for (const assignment of this.#assigned.values()) {
      if (assignment.suspended || this.#isUncommitted(assignment)) continue
      if (assignment.retryAtMs > nowMs) {
        maxWaitMs = Math.min(maxWaitMs, assignment.retryAtMs - nowMs)
        continue
      }
      assignments.set(assignment.key, assignment)
      positions.set(assignment.key, positionOf(assignment, config.replicaFetchMaxBytes))
    }
    const lane = this.#lanes.find(({ isBusy }) => !isBusy)
    this.#waitsForLane = lane === undefined
    if (positions.size === 0 || lane === undefined) return null
    const body: RequestInput<typeof fetch> = {
      replicaState: { replicaId: this.#options.brokerId, replicaEpoch: this.#options.brokerEpoch() },
      maxWaitMs,
      minBytes: config.replicaFetchMinBytes,
      maxBytes: config.replicaFetchResponseMaxBytes,
      ...this.#session.next(positions),
    }
    const response = lane.send(fetch, FETCH_VERSION, body, { timeoutMs: config.replicaSocketTimeoutMs })
    return { positions, assignments, response }
  }

  /** Until there may be something to do again. */
  async #rest(): Promise<null> {
    const nowMs = this.#options.clock.now()
    let wakeAtMs = Infinity
    for (const { suspended, retryAtMs } of this.#assigned.values()) {
      if (!suspended && retryAtMs > nowMs) wakeAtMs = Math.min(wakeAtMs, retryAtMs)
    }
    let timer: Timer | null = null
    if (wakeAtMs < Infinity) timer = this.#options.clock.setTimer(wakeAtMs - nowMs, () => this.#wake())
    await this.#stirring()
    timer?.cancel()
    return null
  }

  /** The response, or null when it failed or is no longer waited for. */
  async #answer(sent: Sent): Promise<FetchResponse | null> {
    try {
      const response = await Promise.race([sent.response, this.#stirring()])
      if (response === null) {
        // Left behind, so the leader may note in its session what this follower never reads.
        this.#session.restart()
        return null
      }
      this.#session.answered(response)
      if (response.errorCode === ErrorCode.NONE) return response
      this.#log('A fetch session was refused', { error: errorName(response.errorCode) })
    } catch (error) {
      this.#session.restart()
      this.#log('A leader cannot be fetched from', {
        error: error instanceof Error ? error.message : String(error),
      })
      for (const assignment of sent.assignments.values()) this.#delay(assignment, false)
    }
    return null
  }

  /** Appends what came, waits for the commit, and returns what is to be taken over then. */
  async #take(sent: Sent, response: FetchResponse): Promise<Progress[]> {
    const progress: Progress[] = []
    let hasWritten = false
    for (const { topicId, partitions } of response.responses) {
      for (const data of partitions) {
        const key = keyOf(topicId, data.partitionIndex)
        const assignment = sent.assignments.get(key)
        if (assignment === undefined || !this.#isCurrent(assignment)) continue
        if (assignment.partition.log.nextOffset !== sent.positions.get(key)!.fetchOffset) continue
        try {
          if (!this.#takePartition(assignment, data)) continue
        } catch (error) {
          this.#refuse(assignment, error)
          continue
        }
        assignment.failures = 0
        hasWritten ||= (data.records?.length ?? 0) > 0 || data.divergingEpoch.endOffset >= 0
        const { highWatermark, logStartOffset } = data
        if (data.divergingEpoch.endOffset < 0) progress.push({ assignment, highWatermark, logStartOffset })
      }
    }
    if (hasWritten) {
      try {
        await this.#options.logs.committed()
      } catch (error) {
        // What was appended is undone; the next fetch asks for it again.
        for (const { assignment } of progress) this.#refuse(assignment, error)
        return []
      }
    }
    return progress
  }

  /** False when the partition has no progress to take over. */
  #takePartition(assignment: Assignment, data: PartitionData): boolean {
    const { partition, leaderEpoch } = assignment
    switch (data.errorCode) {
      case ErrorCode.NONE:
        if (data.divergingEpoch.endOffset >= 0) return this.#truncate(assignment, data.divergingEpoch)
        if (data.records !== null && data.records.length > 0)
          appendFetched(partition.log, data.records, leaderEpoch)
        return true
      case ErrorCode.OFFSET_OUT_OF_RANGE:
        void this.#resetOffset(assignment)
        return false
      case ErrorCode.FENCED_LEADER_EPOCH:
        // The leader knows of a later election; this broker will hear of it, and then fetch anew.
        assignment.suspended = true
        return false
      default:
        this.#delay(assignment, TRANSIENT.has(data.errorCode))
        this.#log('A partition cannot be fetched', { ...nameOf(partition), error: errorName(data.errorCode) })
        return false
    }
  }

  /** False when there is nothing to cut, which is no way to get the logs to agree. */
  #truncate(assignment: Assignment, leader: { epoch: number; endOffset: number }): boolean {
    const { log } = assignment.partition
    const offset = truncationOffset(log, leader)
    const logEndOffset = log.nextOffset
    const details = { ...nameOf(assignment.partition), logEndOffset, truncateTo: offset, leader }
    if (offset < log.highWatermark)
      this.#options.log.warn('A follower is cut below its high watermark', details)
    else this.#log('A follower is cut to where it agrees with its leader', details)
    log.truncateTo(offset)
    if (log.nextOffset < logEndOffset) return true
    this.#delay(assignment, false)
    return false
  }

  async #resetOffset(assignment: Assignment): Promise<void> {
    assignment.suspended = true
    try {
      const connection = this.#options.connect('replica-offsets')
      const { brokerId, logs } = this.#options
      const { partition, leaderEpoch } = assignment
      const isCurrent = () => this.#isCurrent(assignment)
      const reset = await resetFetchOffset({ partition, leaderEpoch, brokerId, connection, isCurrent })
      if (reset) await logs.committed()
      else this.#delay(assignment, false)
      this.#log('The fetch offset was out of range', { ...nameOf(partition), now: partition.log.nextOffset })
    } catch (error) {
      this.#refuse(assignment, error)
    }
    assignment.suspended = false
    this.#wake()
  }

  /** A position is only told when everything before it is committed; what comes from another leader may not be yet. */
  #isUncommitted({ partition: { log } }: Assignment): boolean {
    if (log.nextOffset === log.logEndOffset) return false
    const wake = () => this.#wake()
    this.#options.logs.committed().then(wake, wake)
    return true
  }

  /** After the commit: follows the leader's high watermark and log start. */
  #settle({ assignment, highWatermark, logStartOffset }: Progress): void {
    if (!this.#isCurrent(assignment)) return
    const { partition } = assignment
    const { log } = partition
    try {
      log.updateHighWatermark(Math.min(highWatermark, log.logEndOffset))
      // The leader's start may be ahead of what is known to be committed here: it then follows with a later fetch.
      if (logStartOffset > log.logStartOffset && logStartOffset <= log.highWatermark) {
        log.advanceLogStart(logStartOffset)
      }
      this.#options.progressed(partition)
    } catch (error) {
      this.#refuse(assignment, error)
    }
  }

  /** Still this fetcher's, in the same leader epoch. */
  #isCurrent(assignment: Assignment): boolean {
    return this.#assigned.get(assignment.key) === assignment
  }

  #refuse(assignment: Assignment, error: unknown): void {
    this.#delay(assignment, false)
    this.#options.log.error('A follower could not take what its leader sent', {
      ...nameOf(assignment.partition),
      leaderId: this.#options.leaderId,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    })
  }

  #delay(assignment: Assignment, isTransient: boolean): void {
    const { replicaFetchBackoffMs } = this.#options.config()
    const grown = FIRST_TRANSIENT_BACKOFF_MS * 2 ** assignment.failures
    assignment.failures++
    const delayMs = isTransient ? Math.min(grown, replicaFetchBackoffMs) : replicaFetchBackoffMs
    assignment.retryAtMs = this.#options.clock.now() + delayMs
  }

  #laneFreed(): void {
    if (this.#waitsForLane) this.#wake()
  }

  #wake(): void {
    this.#stirred = true
    this.#stir()
  }

  /** Null as soon as `#wake` has been called since the round began. */
  #stirring(): Promise<null> {
    if (this.#stirred) return Promise.resolve(null)
    return new Promise((resolve) => (this.#stir = () => resolve(null)))
  }

  #log(message: string, details: Record<string, unknown>): void {
    this.#options.log.info(message, { leaderId: this.#options.leaderId, ...details })
  }
}

function positionOf({ partition, leaderEpoch }: Assignment, partitionMaxBytes: number): FollowerPosition {
  const { topicId, log } = partition
  return {
    topicId,
    partition: partition.partition,
    fetchOffset: log.logEndOffset,
    // Of the last record, not the newest epoch known: that may be one in which this broker led and wrote nothing.
    lastFetchedEpoch: log.logEndOffset > log.logStartOffset ? log.epochAt(log.logEndOffset - 1) : -1,
    currentLeaderEpoch: leaderEpoch,
    logStartOffset: log.logStartOffset,
    partitionMaxBytes,
  }
}

function keyOf(topicId: string, partition: number): string {
  return `${topicId}/${partition}`
}

function nameOf({ topic, partition }: Partition): { topic: string; partition: number } {
  return { topic, partition }
}
