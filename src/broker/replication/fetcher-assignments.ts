import type { Clock } from '../clock.ts'
import type { BrokerConfig } from '../metadata/configs/broker-config.ts'
import type { FollowerPosition } from './fetch-session-client.ts'
import type { Partition } from './partition.ts'
import type { ReplicationQuota } from './replication-quota.ts'

/** A partition a fetcher fetches, in one leader epoch. */
export interface Assignment {
  readonly key: string
  readonly partition: Partition
  readonly leaderEpoch: number
  /** 0: now. */
  retryAtMs: number
  failures: number
  /** Not to be fetched: fenced until a new epoch, or its fetch offset is being found anew. */
  suspended: boolean
  /** The partition's high watermark as the leader said it last; null until it has said one. */
  leaderHighWatermark: number | null
}

/** What the next fetch is for. */
export interface ReadyAssignments {
  readonly assignments: ReadonlyMap<string, Assignment>
  readonly positions: ReadonlyMap<string, FollowerPosition>
  /** Until the next partition may be tried again; Infinity when none waits. */
  readonly nextRetryMs: number
  /** Some have records that are not committed yet, which come from the leader before this one. */
  readonly isAnyUncommitted: boolean
}

/** Kafka waits replica.fetch.backoff.ms at once, which makes the first acks=all write to a new topic wait for it. */
const FIRST_TRANSIENT_BACKOFF_MS = 10

/** Which partitions a fetcher has, and which of them have to wait. */
export class FetcherAssignments {
  readonly #clock: Clock
  readonly #config: () => BrokerConfig
  readonly #quota: ReplicationQuota
  readonly #byKey = new Map<string, Assignment>()

  constructor({
    clock,
    config,
    quota,
  }: {
    clock: Clock
    config: () => BrokerConfig
    quota: ReplicationQuota
  }) {
    this.#clock = clock
    this.#config = config
    this.#quota = quota
  }

  /** From its log's end on, in its present leader epoch; replaces what was there of an older one. */
  add(partition: Partition): void {
    const { topicId, partition: index, leaderEpoch } = partition
    const key = assignmentKey(topicId, index)
    this.#byKey.set(key, {
      key,
      partition,
      leaderEpoch,
      retryAtMs: 0,
      failures: 0,
      suspended: false,
      leaderHighWatermark: null,
    })
  }

  /** The partition's high watermark as its leader said it last; null: not fetched from here, or not yet. */
  leaderHighWatermark({ topicId, partition }: Partition): number | null {
    return this.#byKey.get(assignmentKey(topicId, partition))?.leaderHighWatermark ?? null
  }

  remove({ topicId, partition }: Partition): void {
    this.#byKey.delete(assignmentKey(topicId, partition))
  }

  clear(): void {
    this.#byKey.clear()
  }

  /** Still this fetcher's, in the same leader epoch. */
  isCurrent(assignment: Assignment): boolean {
    return this.#byKey.get(assignment.key) === assignment
  }

  /** A transient failure is tried again soon, and then less and less so; any other one after Kafka's back-off. */
  delay(assignment: Assignment, isTransient: boolean): void {
    const { replicaFetchBackoffMs } = this.#config()
    const grown = FIRST_TRANSIENT_BACKOFF_MS * 2 ** assignment.failures
    assignment.failures++
    const delayMs = isTransient ? Math.min(grown, replicaFetchBackoffMs) : replicaFetchBackoffMs
    assignment.retryAtMs = this.#clock.now() + delayMs
  }

  /** Forgets all delays. True if there were any. */
  retryNow(): boolean {
    let isAnyDelayed = false
    for (const assignment of this.#byKey.values()) {
      isAnyDelayed ||= assignment.retryAtMs > 0
      assignment.retryAtMs = 0
      assignment.failures = 0
    }
    return isAnyDelayed
  }

  ready(): ReadyAssignments {
    const nowMs = this.#clock.now()
    const { replicaFetchMaxBytes, replicaFetchBackoffMs } = this.#config()
    const isQuotaExceeded = this.#quota.isExceeded
    const assignments = new Map<string, Assignment>()
    const positions = new Map<string, FollowerPosition>()
    let nextRetryMs = Infinity
    let isAnyUncommitted = false
    for (const assignment of this.#byKey.values()) {
      const { key, suspended, retryAtMs, partition } = assignment
      if (suspended) continue
      if (retryAtMs > nowMs) nextRetryMs = Math.min(nextRetryMs, retryAtMs - nowMs)
      else if (partition.log.nextOffset !== partition.log.logEndOffset) isAnyUncommitted = true
      else if (isQuotaExceeded && this.#isThrottled(assignment)) {
        nextRetryMs = Math.min(nextRetryMs, replicaFetchBackoffMs)
      } else {
        assignments.set(key, assignment)
        positions.set(key, positionOf(assignment, replicaFetchMaxBytes))
      }
    }
    return { assignments, positions, nextRetryMs, isAnyUncommitted }
  }

  /** A replica that has everything is never throttled: it would drop out of the ISR. */
  #isThrottled(assignment: Assignment): boolean {
    return !isInSync(assignment) && this.#quota.isThrottled(assignment.partition)
  }
}

function isInSync({ partition, leaderHighWatermark }: Assignment): boolean {
  return leaderHighWatermark !== null && partition.log.nextOffset >= leaderHighWatermark
}

export function assignmentKey(topicId: string, partition: number): string {
  return `${topicId}/${partition}`
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
