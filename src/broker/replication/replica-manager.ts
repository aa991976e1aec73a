import type { Clock, Timer } from '../clock.ts'
import type { LogManager } from '../log/log-manager.ts'
import type { Logger } from '../logger.ts'
import type { MetadataCache } from '../metadata/cache.ts'
import type { BrokerConfig } from '../metadata/configs/broker-config.ts'
import { resolveTopicConfig } from '../metadata/configs/topic-config.ts'
import type { MetadataDelta } from '../metadata/delta.ts'
import type { MetadataImage } from '../metadata/image.ts'
import { ErrorCode, KafkaError } from '../protocol/errors.ts'
import { StorageError } from '../storage/storage-error.ts'
import type { AlterPartitionChannel } from './alter-partition.ts'
import type { AppendRequest, AppendResult } from './append.ts'
import { Appender } from './appender.ts'
import { DelayedFetch, FetchPurgatory } from './delayed-fetch.ts'
import { ProducePurgatory } from './delayed-produce.ts'
import { isUrgent } from './fetch-params.ts'
import type { FetchIsolation, FetchParams, FetchPartitionResult } from './fetch-params.ts'
import { emptyResult, FetchReader } from './fetch-reader.ts'
import { FetchSessionCache } from './fetch-sessions.ts'
import type { BrokerConnection } from '../network/broker-connection.ts'
import { Fetchers } from './fetchers.ts'
import { found, hasTopicId, HostedPartitions, missing } from './hosted-partitions.ts'
import type { Lookup } from './hosted-partitions.ts'
import { Leadership } from './leadership.ts'
import type { LeadershipListener } from './leadership.ts'
import { listingFailure, offsetForTimestamp } from './list-offsets.ts'
import type { ListedOffset } from './list-offsets.ts'
import { describeLogDirectory } from './log-directory.ts'
import type { LogDirectory } from './log-directory.ts'
import { MetadataChanges } from './metadata-changes.ts'
import type { Partition } from './partition.ts'
import type { PartitionEnvironment } from './partition.ts'
import { partitionState } from './partition-states.ts'
import type { PartitionState } from './partition-states.ts'
import { preferredReadReplica } from './preferred-read-replica.ts'
import { followerQuota, leaderQuota } from './replication-quota.ts'

export interface ReplicaManagerOptions {
  brokerId: number
  /** −1 until the controller has registered this broker. */
  brokerEpoch: () => number
  config: () => BrokerConfig
  /** As given at start; topic configurations fall back to it. */
  staticConfig: ReadonlyMap<string, string>
  logs: LogManager
  metadata: MetadataCache
  clock: Clock
  log: Logger
  alterPartition: AlterPartitionChannel
  connect: (brokerId: number, purpose: string) => BrokerConnection
  random?: () => number
}

/** A partition's leader as this broker knows it (KIP-951). */
export interface CurrentLeader {
  leaderId: number
  leaderEpoch: number
}

/**
 * This broker's replicas: appends and reads on those it leads, fetching for those it follows, and the requests that
 * wait for one or the other (Kafka's ReplicaManager).
 */
export class ReplicaManager {
  /** Of the consumers and followers that fetch from this broker. */
  readonly fetchSessions: FetchSessionCache
  readonly #options: ReplicaManagerOptions
  readonly #hosted = new HostedPartitions()
  readonly #producePurgatory = new ProducePurgatory()
  readonly #fetchPurgatory = new FetchPurgatory()
  readonly #followerFetches = new Map<number, DelayedFetch>()
  readonly #leadership = new Leadership()
  readonly #readableListeners = new Set<(partition: Partition) => void>()
  readonly #appender: Appender
  readonly #reader: FetchReader
  readonly #fetchers: Fetchers
  readonly #changes: MetadataChanges
  #isrCheck: Timer | null = null
  #hasStarted = false
  #isShutDown = false

  constructor(options: ReplicaManagerOptions) {
    this.#options = options
    const { clock, log, logs, config } = options
    const find = (topic: string, partition: number, topicId: string | undefined) =>
      this.#find(topic, partition, topicId)
    this.fetchSessions = new FetchSessionCache({
      clock,
      maxSessions: () => config().maxIncrementalFetchSessionCacheSlots,
      ...(options.random === undefined ? {} : { random: options.random }),
    })
    this.#appender = new Appender({ clock, log, logs, purgatory: this.#producePurgatory, find })
    this.#reader = new FetchReader({
      clock,
      log,
      find,
      quota: leaderQuota(options),
      aliveBrokerEpoch: (brokerId) => this.#aliveBrokerEpoch(brokerId),
      preferredReadReplica: (partition, params, fetchOffset) =>
        preferredReadReplica(partition, params, fetchOffset, {
          brokerId: options.brokerId,
          selectorClass: config().replicaSelectorClass,
          broker: (id) => options.metadata.image.brokers.get(id),
        }),
    })
    this.#fetchers = new Fetchers({
      ...options,
      quota: followerQuota(options),
      progressed: (partition) => this.#fetchPurgatory.check(partition),
    })
    this.#changes = new MetadataChanges({
      environment: this.#environment(),
      logs,
      log,
      hosted: this.#hosted,
      fetchers: this.#fetchers,
      leadership: this.#leadership,
      metadata: () => (this.#isShutDown || logs.isOffline ? null : options.metadata.image),
      topicConfig: (image, topic) => resolveTopicConfig(image, options.staticConfig, topic),
    })
    logs.onCommitted((committed) => {
      for (const { topicId, topic, partition } of committed) this.#committed(topicId, topic, partition)
    })
    logs.onOffline((error) => this.#goOffline(error))
  }

  /**
   * Takes in what the metadata log says of this broker's partitions. Nothing is done until the log has come to the
   * registration of this very incarnation of the broker: what it says before that is history, and a broker that
   * took it for the present would lead partitions it has lost since. Then everything is done at once.
   */
  applyMetadata(delta: MetadataDelta, image: MetadataImage): void {
    if (this.#isShutDown || this.#options.logs.isOffline) return
    if (this.#hasStarted) return this.#changes.apply(delta, image)
    const registration = image.brokers.get(this.#options.brokerId)
    if (registration === undefined || registration.epoch !== this.#options.brokerEpoch()) return
    this.#hasStarted = true
    this.#changes.applyAll(image)
    this.#checkIsrLater()
  }

  partition(topic: string, index: number): Partition | undefined {
    return this.#hosted.get(topic, index)
  }

  partitionById(topicId: string, index: number): Partition | undefined {
    const topic = this.#options.metadata.image.topicsById.get(topicId)
    return topic === undefined ? undefined : this.#hosted.getExact(topicId, topic.name, index)
  }

  /** Every replica of this broker. */
  partitions(): Iterable<Partition> {
    return this.#hosted.all()
  }

  /**
   * Appends before it returns; resolves with one result an entry, in their order, when `requiredAcks` is met or
   * `timeoutMs` (for −1) is over. Never rejects: failures are codes.
   */
  appendRecords(request: AppendRequest): Promise<AppendResult[]> {
    return this.#appender.append(request)
  }

  /**
   * Resolves with one result a partition, in their order: at once, or when `minBytes` are there, something is amiss
   * or `maxWaitMs` is over. Never rejects: failures are codes.
   */
  fetch(params: FetchParams): Promise<FetchPartitionResult[]> {
    const superseded = this.#followerFetches.get(params.replicaId)
    if (superseded !== undefined) superseded.supersede()
    const checked = this.#reader.check(params)
    if (params.replicaId >= 0) {
      for (const partition of this.#reader.recordFollower(params, checked))
        this.#highWatermarkMoved(partition)
    }
    const results = this.#reader.read(params, checked)
    const size = results.reduce((sum, { sizeInBytes }) => sum + sizeInBytes, 0)
    if (params.maxWaitMs <= 0 || results.length === 0 || size >= params.minBytes || results.some(isUrgent)) {
      this.#reader.recordServed(params, checked, results)
      return Promise.resolve(results)
    }
    const partitions = checked.flatMap(({ partition }) => partition ?? [])
    return new Promise((resolve) => this.#wait(params, partitions, resolve))
  }

  /** Failures are codes; OFFSET_NOT_AVAILABLE is LEADER_NOT_AVAILABLE to clients below v5. */
  listOffset(request: {
    topic: string
    partition: number
    timestamp: number
    currentLeaderEpoch: number
    isolation: FetchIsolation
    /** −1 a consumer, ≥ 0 a follower, −2 a debugging client, which may ask any replica. */
    replicaId: number
  }): ListedOffset {
    const { partition, errorCode } = this.#find(request.topic, request.partition, undefined)
    if (partition === null) return listingFailure(errorCode)
    const servingError = partition.checkServing(request.currentLeaderEpoch, request.replicaId !== -2)
    if (servingError !== ErrorCode.NONE) return listingFailure(servingError)
    try {
      return offsetForTimestamp(
        partition,
        request.timestamp,
        request.replicaId === -1 ? request.isolation : null,
      )
    } catch (error) {
      return listingFailure(this.#codeOf(error, 'Looking up an offset'))
    }
  }

  /** Where the largest epoch ≤ `leaderEpoch` ends, on the leader. */
  offsetForLeaderEpoch(request: {
    topic: string
    partition: number
    currentLeaderEpoch: number
    leaderEpoch: number
  }): { errorCode: number; leaderEpoch: number; endOffset: number } {
    const { partition, errorCode } = this.#find(request.topic, request.partition, undefined)
    const code = partition === null ? errorCode : partition.checkServing(request.currentLeaderEpoch, true)
    if (partition === null || code !== ErrorCode.NONE)
      return { errorCode: code, leaderEpoch: -1, endOffset: -1 }
    return { errorCode: ErrorCode.NONE, ...partition.endOffsetForEpoch(request.leaderEpoch) }
  }

  /** Who leads, as far as this broker knows; null when it knows no such partition. */
  currentLeader(topic: string, index: number): CurrentLeader | null {
    const known = this.#hosted.get(topic, index)
    if (known !== undefined) return { leaderId: known.leaderId, leaderEpoch: known.leaderEpoch }
    const image = this.#options.metadata.image.partition(topic, index)
    return image === undefined ? null : { leaderId: image.leader, leaderEpoch: image.leaderEpoch }
  }

  onLeadership(listener: LeadershipListener): void {
    this.#leadership.listen(listener)
  }

  /** Told when consumers may read more of a partition than before, or read it no more. */
  onReadable(listener: (partition: Partition) => void): void {
    this.#readableListeners.add(listener)
  }

  partitionStates(): PartitionState[] {
    return [...this.#hosted.all()].map(partitionState)
  }

  logDirectory(): LogDirectory {
    return describeLogDirectory(this.#options.logs, this.#hosted.all(), (partition) =>
      this.#fetchers.leaderHighWatermark(partition),
    )
  }

  /** Requests that wait right now. */
  get waiting(): { produce: number; fetch: number } {
    return { produce: this.#producePurgatory.size, fetch: this.#fetchPurgatory.size }
  }

  /** Stops fetching and answers everybody who waits. The logs stay open. */
  async shutdown(): Promise<void> {
    if (this.#isShutDown) return
    this.#isShutDown = true
    this.#isrCheck?.cancel()
    this.#fetchers.close()
    this.#stopAll(ErrorCode.NOT_LEADER_OR_FOLLOWER)
    await Promise.resolve()
  }

  #environment(): PartitionEnvironment {
    const { brokerId, brokerEpoch, config, clock, log, metadata, alterPartition } = this.#options
    return {
      brokerId,
      clock,
      log,
      alterPartition,
      brokerEpoch,
      config,
      broker: (id) => metadata.image.brokers.get(id),
      changed: (partition) => this.#highWatermarkMoved(partition),
    }
  }

  #find(topic: string, index: number, topicId: string | undefined): Lookup {
    if (this.#options.logs.isOffline) return missing(ErrorCode.KAFKA_STORAGE_ERROR)
    const partition = this.#hosted.get(topic, index)
    if (partition !== undefined) {
      return hasTopicId(partition, topicId) ? found(partition) : missing(ErrorCode.INCONSISTENT_TOPIC_ID)
    }
    // The topic exists, but the replica has moved: the client has to look where to.
    const isKnown = this.#options.metadata.image.partition(topic, index) !== undefined
    return missing(isKnown ? ErrorCode.NOT_LEADER_OR_FOLLOWER : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
  }

  #aliveBrokerEpoch(brokerId: number): number {
    const broker = this.#options.metadata.image.brokers.get(brokerId)
    return broker === undefined || broker.fenced ? -1 : broker.epoch
  }

  #wait(
    params: FetchParams,
    partitions: readonly Partition[],
    resolve: (results: FetchPartitionResult[]) => void,
  ): void {
    const { replicaId } = params
    const waiting = new DelayedFetch(this.#fetchPurgatory, {
      clock: this.#options.clock,
      params,
      partitions,
      mustWait: (partition) => this.#reader.mustWait(partition, params),
      read: () => this.#readAgain(params),
      nothing: () => partitions.map((partition) => emptyResult(partition, params.isolation)),
      answer: (results) => {
        if (this.#followerFetches.get(replicaId) === waiting) this.#followerFetches.delete(replicaId)
        resolve(results)
      },
    })
    if (replicaId >= 0) this.#followerFetches.set(replicaId, waiting)
  }

  #readAgain(params: FetchParams): FetchPartitionResult[] {
    const checked = this.#reader.check(params)
    const results = this.#reader.read(params, checked)
    this.#reader.recordServed(params, checked, results)
    return results
  }

  #committed(topicId: string, topic: string, index: number): void {
    const partition = this.#hosted.getExact(topicId, topic, index)
    if (partition === undefined) return
    if (partition.advanceHighWatermark()) {
      this.#producePurgatory.check(partition)
      this.#tellReadable(partition)
    }
    // Followers wait for the log's end, which has moved in any case.
    this.#fetchPurgatory.check(partition)
  }

  #highWatermarkMoved(partition: Partition): void {
    this.#producePurgatory.check(partition)
    this.#fetchPurgatory.check(partition)
    this.#tellReadable(partition)
  }

  #tellReadable(partition: Partition): void {
    for (const listener of this.#readableListeners) listener(partition)
  }

  #checkIsrLater(): void {
    const { clock, config } = this.#options
    this.#isrCheck = clock.setTimer(config().replicaLagTimeMaxMs / 2, () => {
      for (const partition of this.#hosted.all()) {
        partition.maybeShrinkIsr()
        if (partition.advanceHighWatermark()) this.#highWatermarkMoved(partition)
      }
      this.#checkIsrLater()
    })
  }

  /** The log directory failed: this broker has nothing to serve any more, and everybody is to go elsewhere. */
  #goOffline(error: StorageError): void {
    this.#options.log.error('The log directory is offline', { cause: error.message, remedy: error.remedy })
    this.#isrCheck?.cancel()
    this.#fetchers.close()
    this.#stopAll(ErrorCode.KAFKA_STORAGE_ERROR)
  }

  #stopAll(code: number): void {
    for (const partition of this.#hosted.all()) {
      if (partition.isLeader) this.#leadership.resigned(partition.topic, partition.partition)
      partition.stop(code)
    }
    this.#leadership.tell()
  }

  #codeOf(error: unknown, what: string): number {
    if (error instanceof KafkaError) return error.code
    if (error instanceof StorageError) return ErrorCode.KAFKA_STORAGE_ERROR
    this.#options.log.error(`${what} failed in an unforeseen way`, {
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    })
    return ErrorCode.UNKNOWN_SERVER_ERROR
  }
}
