import type { Clock } from '../clock.ts'
import type { Logger } from '../logger.ts'
import { ErrorCode, KafkaError } from '../protocol/errors.ts'
import { batchesIn } from '../protocol/record-batch.ts'
import { StorageError } from '../storage/storage-error.ts'
import { fetchFailure } from './fetch-params.ts'
import type { FetchIsolation, FetchParams, FetchPartition, FetchPartitionResult } from './fetch-params.ts'
import type { FollowerState } from './follower-state.ts'
import type { Lookup } from './hosted-partitions.ts'
import type { Partition } from './partition.ts'
import type { ReplicationQuota } from './replication-quota.ts'

export interface FetchReaderOptions {
  clock: Clock
  log: Logger
  find(topic: string, partition: number, topicId: string | undefined): Lookup
  /** The epoch the metadata has for a living broker, −1 for none. */
  aliveBrokerEpoch(brokerId: number): number
  preferredReadReplica(partition: Partition, params: FetchParams, fetchOffset: number): number
  /** Of what this broker serves to followers. */
  quota: ReplicationQuota
}

/** One partition of a fetch that passed every check, or the result of the check it did not. */
type Checked =
  | { partition: Partition; follower: FollowerState | null; result: null }
  | { partition: Partition | null; result: FetchPartitionResult }

/** Checks and reads the partitions of a fetch (Kafka's ReplicaManager.readFromLog). */
export class FetchReader {
  readonly #options: FetchReaderOptions

  constructor(options: FetchReaderOptions) {
    this.#options = options
  }

  check(params: FetchParams): Checked[] {
    const isStale = this.#isStale(params)
    return params.partitions.map((fetch) => this.#check(params, fetch, isStale))
  }

  /**
   * Takes note of how far a follower has got, and returns the partitions whose high watermark moved by that. To be
   * done before anything is read: producers wait for it.
   */
  recordFollower(params: FetchParams, checked: readonly Checked[]): Partition[] {
    const nowMs = this.#options.clock.now()
    const moved: Partition[] = []
    checked.forEach((each, index) => {
      if (each.result !== null || each.follower === null) return
      const { fetchOffset, logStartOffset } = params.partitions[index]!
      const fetch = { fetchOffset, logStartOffset, brokerEpoch: params.replicaEpoch, nowMs }
      if (each.partition.recordFollowerFetch(each.follower, fetch)) moved.push(each.partition)
    })
    return moved
  }

  /** One result a partition, in their order. */
  read(params: FetchParams, checked: readonly Checked[]): FetchPartitionResult[] {
    let room = params.maxBytes
    let isFirst = true
    return checked.map((each, index) => {
      if (each.result !== null) return each.result
      if (this.mustWait(each.partition, params)) return emptyResult(each.partition, params.isolation)
      const fetch = params.partitions[index]!
      const result = this.#read(
        each.partition,
        params.isolation,
        fetch,
        Math.min(room, fetch.maxBytes),
        isFirst,
      )
      if (result.sizeInBytes > 0) isFirst = false
      room = Math.max(0, room - result.sizeInBytes)
      return result
    })
  }

  /**
   * Whether a follower gets nothing of this partition for now, because replication is throttled. One that is in sync
   * always gets what it asks for: it would drop out of the ISR otherwise.
   */
  mustWait(partition: Partition, { replicaId }: FetchParams): boolean {
    const { quota } = this.#options
    if (replicaId < 0 || partition.isr.has(replicaId)) return false
    return quota.isThrottled(partition) && quota.isExceeded
  }

  /** Counts what a follower is about to be sent of throttled partitions, those in sync included. */
  recordServed(
    { replicaId }: FetchParams,
    checked: readonly Checked[],
    results: readonly FetchPartitionResult[],
  ): void {
    if (replicaId < 0) return
    const { quota } = this.#options
    checked.forEach(({ partition }, index) => {
      const { sizeInBytes } = results[index]!
      if (partition !== null && sizeInBytes > 0 && quota.isThrottled(partition)) quota.record(sizeInBytes)
    })
  }

  #check(params: FetchParams, fetch: FetchPartition, isStale: boolean): Checked {
    const { partition, errorCode } = this.#options.find(fetch.topic, fetch.partition, fetch.topicId)
    if (partition === null) return { partition, result: fetchFailure(errorCode) }
    const servingError = partition.checkServing(fetch.currentLeaderEpoch, params.leaderOnly)
    if (servingError !== ErrorCode.NONE) return { partition, result: fetchFailure(servingError) }
    const follower = params.replicaId >= 0 ? partition.follower(params.replicaId) : null
    if (follower === undefined) return { partition, result: fetchFailure(unknownReplica(fetch)) }
    if (isStale) return { partition, result: fetchFailure(ErrorCode.STALE_BROKER_EPOCH) }
    const preferred = this.#options.preferredReadReplica(partition, params, fetch.fetchOffset)
    if (preferred >= 0) {
      return {
        partition,
        result: { ...emptyResult(partition, params.isolation), preferredReadReplica: preferred },
      }
    }
    const result = checkPosition(partition, params.isolation, fetch)
    return result === null ? { partition, follower, result } : { partition, result }
  }

  /** A fetch from before the follower's restart may still be under way (KIP-903). */
  #isStale({ replicaId, replicaEpoch }: FetchParams): boolean {
    return replicaId >= 0 && replicaEpoch !== -1 && this.#options.aliveBrokerEpoch(replicaId) > replicaEpoch
  }

  #read(
    partition: Partition,
    isolation: FetchIsolation,
    fetch: FetchPartition,
    maxBytes: number,
    minOneBatch: boolean,
  ): FetchPartitionResult {
    const { log } = partition
    const result = emptyResult(partition, isolation)
    const end = readableEnd(partition, isolation)
    if (fetch.fetchOffset >= end || (maxBytes <= 0 && !minOneBatch)) return result
    try {
      const read = log.read(fetch.fetchOffset, maxBytes, end, minOneBatch)
      result.records = read.batches
      result.sizeInBytes = read.sizeInBytes
      if (isolation === 'txnCommitted' && read.sizeInBytes > 0) {
        result.abortedTransactions = log.abortedTransactionsIn(fetch.fetchOffset, endOfBatches(read.batches))
      }
      return result
    } catch (error) {
      return fetchFailure(this.#codeOf(error, partition))
    }
  }

  #codeOf(error: unknown, { topic, partition }: Partition): number {
    if (error instanceof KafkaError) return error.code
    if (error instanceof StorageError) return ErrorCode.KAFKA_STORAGE_ERROR
    this.#options.log.error('A read failed in an unforeseen way', {
      topic,
      partition,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    })
    return ErrorCode.UNKNOWN_SERVER_ERROR
  }
}

/** Where a fetch of this isolation has to stop: the first offset it may not see. */
export function readableEnd({ log }: Partition, isolation: FetchIsolation): number {
  switch (isolation) {
    case 'logEnd':
      return log.logEndOffset
    case 'highWatermark':
      return log.highWatermark
    case 'txnCommitted':
      return log.lastStableOffset
  }
}

/** The offset after the last batch; −1 without any. */
export function endOfBatches(batches: readonly Buffer[]): number {
  let end = -1
  const last = batches.at(-1)
  if (last !== undefined) for (const { header } of batchesIn(last)) end = header.lastOffset + 1
  return end
}

/** Why nothing is to be read at this position, or null when there is no reason. */
export function checkPosition(
  partition: Partition,
  isolation: FetchIsolation,
  fetch: FetchPartition,
): FetchPartitionResult | null {
  const { log } = partition
  const { fetchOffset, lastFetchedEpoch } = fetch
  if (lastFetchedEpoch >= 0) {
    const { leaderEpoch, endOffset } = partition.endOffsetForEpoch(lastFetchedEpoch)
    if (leaderEpoch < 0 || endOffset < 0 || fetchOffset < log.logStartOffset) {
      return fetchFailure(ErrorCode.OFFSET_OUT_OF_RANGE)
    }
    if (leaderEpoch < lastFetchedEpoch || endOffset < fetchOffset) {
      return { ...emptyResult(partition, isolation), divergingEpoch: { epoch: leaderEpoch, endOffset } }
    }
  }
  // A position between the high watermark and the log's end is legal, there is just nothing to be seen there yet.
  const isOutOfRange = fetchOffset < log.logStartOffset || fetchOffset > log.logEndOffset
  return isOutOfRange ? fetchFailure(ErrorCode.OFFSET_OUT_OF_RANGE) : null
}

export function emptyResult({ log }: Partition, isolation: FetchIsolation): FetchPartitionResult {
  return {
    errorCode: ErrorCode.NONE,
    highWatermark: log.highWatermark,
    lastStableOffset: log.lastStableOffset,
    logStartOffset: log.logStartOffset,
    divergingEpoch: null,
    abortedTransactions: isolation === 'txnCommitted' ? [] : null,
    preferredReadReplica: -1,
    records: [],
    sizeInBytes: 0,
  }
}

/**
 * The metadata that made this broker a replica has reached it before the leader: it should ask again. Requests too
 * old to carry an epoch get the only retriable code they know.
 */
function unknownReplica(fetch: FetchPartition): number {
  return fetch.currentLeaderEpoch >= 0 ? ErrorCode.UNKNOWN_LEADER_EPOCH : ErrorCode.NOT_LEADER_OR_FOLLOWER
}
