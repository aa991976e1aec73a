import type { Clock, Timer } from '../clock.ts'
import type { LogManager } from '../log/log-manager.ts'
import type { Logger } from '../logger.ts'
import type { BrokerConfig } from '../metadata/configs/broker-config.ts'
import type { RequestInput, ResponseOf } from '../protocol/api.ts'
import { ErrorCode, errorName } from '../protocol/errors.ts'
import { fetch } from '../protocol/messages/01-fetch.ts'
import { FetchSessionClient } from './fetch-session-client.ts'
import { assignmentKey, FetcherAssignments } from './fetcher-assignments.ts'
import type { Assignment, ReadyAssignments } from './fetcher-assignments.ts'
import { FetcherLane } from './fetcher-lane.ts'
import type { BrokerConnection } from '../network/broker-connection.ts'
import { appendFetched, truncationOffset } from './follower-log.ts'
import type { Partition } from './partition.ts'
import type { ReplicationQuota } from './replication-quota.ts'
import { resetFetchOffset } from './reset-fetch-offset.ts'

export interface FetcherOptions {
  readonly brokerId: number
  readonly leaderId: number
  readonly clock: Clock
  readonly log: Logger
  readonly logs: LogManager
  brokerEpoch(): number
  config(): BrokerConfig
  /** Of what this broker fetches, from whichever leader. */
  readonly quota: ReplicationQuota
  /** One connection a purpose, since a long poll holds up whatever shares its connection. May throw. */
  connect(purpose: string): BrokerConnection
  /** A follower's log grew or its high watermark moved. */
  progressed(partition: Partition): void
}

type FetchResponse = ResponseOf<typeof fetch>
type PartitionData = FetchResponse['responses'][number]['partitions'][number]

interface Sent extends ReadyAssignments {
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
  readonly #assigned: FetcherAssignments
  readonly #session = new FetchSessionClient()
  readonly #lanes: readonly FetcherLane[]
  #running = false
  #closed = false
  #waitsForLane = false
  #stirred = false
  #stir: () => void = () => undefined

  constructor(options: FetcherOptions) {
    this.#options = options
    this.#assigned = new FetcherAssignments(options)
    const laneFreed = () => this.#laneFreed()
    this.#lanes = LANES.map((purpose) => new FetcherLane(() => options.connect(purpose), laneFreed))
  }

  /** Fetches the partition from its log's end on, in its present leader epoch. */
  add(partition: Partition): void {
    this.#assigned.add(partition)
    this.#wake()
    if (!this.#running) void this.#run()
  }

  remove(partition: Partition): void {
    this.#assigned.remove(partition)
  }

  /** The partition's high watermark as the leader said it last; null until it has. */
  leaderHighWatermark(partition: Partition): number | null {
    return this.#assigned.leaderHighWatermark(partition)
  }

  /** The cluster has changed: what failed before may work now. */
  retryNow(): void {
    if (this.#assigned.retryNow()) this.#wake()
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
      const ready = this.#ready()
      const sent = this.#send(ready)
      // Only now: the next fetch is on its way to those who wait for it, the rest is for readers of this replica.
      for (const each of progress) this.#settle(each)
      progress = []
      if (sent === null) {
        await this.#rest(ready.nextRetryMs)
        continue
      }
      const response = await this.#answer(sent)
      if (response !== null) progress = await this.#take(sent, response)
    }
  }

  /** A position is only told when everything before it is committed: the others are looked at again after that. */
  #ready(): ReadyAssignments {
    const ready = this.#assigned.ready()
    const wake = () => this.#wake()
    if (ready.isAnyUncommitted) this.#options.logs.committed().then(wake, wake)
    return ready
  }

  /** Sends the next fetch; null when nothing is to be fetched now. */
  #send(ready: ReadyAssignments): Sent | null {
    const lane = this.#lanes.find(({ isBusy }) => !isBusy)
    this.#waitsForLane = lane === undefined
    if (ready.positions.size === 0 || lane === undefined) return null
    const config = this.#options.config()
    const body: RequestInput<typeof fetch> = {
      replicaState: { replicaId: this.#options.brokerId, replicaEpoch: this.#options.brokerEpoch() },
      maxWaitMs: Math.ceil(Math.min(config.replicaFetchWaitMaxMs, ready.nextRetryMs)),
      minBytes: config.replicaFetchMinBytes,
      maxBytes: config.replicaFetchResponseMaxBytes,
      ...this.#session.next(ready.positions),
    }
    const response = lane.send(fetch, FETCH_VERSION, body, { timeoutMs: config.replicaSocketTimeoutMs })
    return { ...ready, response }
  }

  /** Until there may be something to do again. */
  async #rest(nextRetryMs: number): Promise<void> {
    let timer: Timer | null = null
    if (nextRetryMs < Infinity) timer = this.#options.clock.setTimer(nextRetryMs, () => this.#wake())
    await this.#stirring()
    timer?.cancel()
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
      const message = error instanceof Error ? error.message : String(error)
      this.#log('A leader cannot be fetched from', { error: message })
      for (const assignment of sent.assignments.values()) this.#assigned.delay(assignment, false)
    }
    return null
  }

  /** Appends what came, waits for the commit, and returns what is to be taken over then. */
  async #take(sent: Sent, response: FetchResponse): Promise<Progress[]> {
    const progress: Progress[] = []
    let hasWritten = false
    for (const { topicId, partitions } of response.responses) {
      for (const data of partitions) {
        const key = assignmentKey(topicId, data.partitionIndex)
        const assignment = sent.assignments.get(key)
        if (assignment === undefined || !this.#assigned.isCurrent(assignment)) continue
        if (assignment.partition.log.nextOffset !== sent.positions.get(key)!.fetchOffset) continue
        if (!this.#takePartition(assignment, data)) continue
        assignment.failures = 0
        const { highWatermark, logStartOffset } = data
        assignment.leaderHighWatermark = highWatermark
        const isCut = data.divergingEpoch.endOffset >= 0
        hasWritten ||= isCut || (data.records?.length ?? 0) > 0
        if (!isCut) progress.push({ assignment, highWatermark, logStartOffset })
      }
    }
    return !hasWritten || (await this.#hasCommitted(progress)) ? progress : []
  }

  /** False when what was appended is undone; the next fetch asks for it again. */
  async #hasCommitted(progress: readonly Progress[]): Promise<boolean> {
    try {
      await this.#options.logs.committed()
      return true
    } catch (error) {
      for (const { assignment } of progress) this.#refuse(assignment, error)
      return false
    }
  }

  /** False when the partition has no progress to take over. */
  #takePartition(assignment: Assignment, data: PartitionData): boolean {
    try {
      return data.errorCode === ErrorCode.NONE
        ? this.#takeRecords(assignment, data)
        : this.#takeError(assignment, data.errorCode)
    } catch (error) {
      this.#refuse(assignment, error)
      return false
    }
  }

  #takeRecords(assignment: Assignment, { records, divergingEpoch }: PartitionData): boolean {
    if (divergingEpoch.endOffset >= 0) return this.#truncate(assignment, divergingEpoch)
    if (records !== null && records.length > 0) {
      const { quota } = this.#options
      if (quota.isThrottled(assignment.partition)) quota.record(records.length)
      appendFetched(assignment.partition.log, records, assignment.leaderEpoch)
    }
    return true
  }

  #takeError(assignment: Assignment, errorCode: number): false {
    switch (errorCode) {
      case ErrorCode.OFFSET_OUT_OF_RANGE:
        void this.#resetOffset(assignment)
        break
      case ErrorCode.FENCED_LEADER_EPOCH:
        // The leader knows of a later election; this broker will hear of it, and then fetch anew.
        assignment.suspended = true
        break
      default:
        this.#assigned.delay(assignment, TRANSIENT.has(errorCode))
        this.#log('A partition cannot be fetched', {
          ...nameOf(assignment.partition),
          error: errorName(errorCode),
        })
    }
    return false
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
    this.#assigned.delay(assignment, false)
    return false
  }

  async #resetOffset(assignment: Assignment): Promise<void> {
    assignment.suspended = true
    try {
      const connection = this.#options.connect('replica-offsets')
      const { brokerId, logs } = this.#options
      const { partition, leaderEpoch } = assignment
      const isCurrent = () => this.#assigned.isCurrent(assignment)
      const reset = await resetFetchOffset({ partition, leaderEpoch, brokerId, connection, isCurrent })
      if (reset) await logs.committed()
      else this.#assigned.delay(assignment, false)
      this.#log('The fetch offset was out of range', { ...nameOf(partition), now: partition.log.nextOffset })
    } catch (error) {
      this.#refuse(assignment, error)
    }
    assignment.suspended = false
    this.#wake()
  }

  /** After the commit: follows the leader's high watermark and log start. */
  #settle({ assignment, highWatermark, logStartOffset }: Progress): void {
    if (!this.#assigned.isCurrent(assignment)) return
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

  #refuse(assignment: Assignment, error: unknown): void {
    this.#assigned.delay(assignment, false)
    this.#options.log.error('A follower could not take what its leader sent', {
      ...nameOf(assignment.partition),
      leaderId: this.#options.leaderId,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    })
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

function nameOf({ topic, partition }: Partition): { topic: string; partition: number } {
  return { topic, partition }
}
