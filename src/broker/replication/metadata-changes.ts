/** Turns the metadata's view of who has which replica into the partitions of this broker. */
import type { LogManager } from '../log/log-manager.ts'
import type { Logger } from '../logger.ts'
import type { TopicConfig } from '../metadata/configs/topic-config.ts'
import type { MetadataDelta } from '../metadata/delta.ts'
import type { MetadataImage, PartitionImage } from '../metadata/image.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type { Fetchers } from './fetchers.ts'
import type { HostedPartitions } from './hosted-partitions.ts'
import type { Leadership } from './leadership.ts'
import { Partition } from './partition.ts'
import type { PartitionEnvironment } from './partition.ts'

export interface MetadataChangesOptions {
  readonly environment: PartitionEnvironment
  readonly logs: LogManager
  readonly log: Logger
  readonly hosted: HostedPartitions
  readonly fetchers: Fetchers
  readonly leadership: Leadership
  /** The image in force; null when nothing is to be done about it any more. */
  metadata(): MetadataImage | null
  topicConfig(image: MetadataImage, topic: string): TopicConfig
}

/** A log that cannot be opened or written is tried again this much later: the disk may have room by then. */
const RETRY_MS = 1_000

/** Kafka's ReplicaManager.applyDelta. */
export class MetadataChanges {
  readonly #options: MetadataChangesOptions

  constructor(options: MetadataChangesOptions) {
    this.#options = options
  }

  /** The first image a broker acts on: all its partitions at once, and an end to logs nobody wants any more. */
  applyAll(image: MetadataImage): void {
    this.#deleteStrayLogs(image)
    for (const partition of image.partitions()) this.#applyPartition(partition, image)
    this.#options.leadership.tell()
  }

  apply(delta: MetadataDelta, image: MetadataImage): void {
    // Deletions first: a topic of the same name may have been created since.
    for (const { id, name } of delta.deletedTopics) {
      for (const partition of [...this.#options.hosted.ofTopic(name)]) {
        if (partition.topicId === id) this.#delete(partition, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
      }
    }
    this.#applyConfigs(delta, image)
    for (const partition of delta.changedPartitions) this.#applyPartition(partition, image)
    if (delta.brokersChanged) this.#brokersChanged()
    if (delta.brokersChanged || delta.changedPartitions.length > 0) this.#options.fetchers.retryNow()
    this.#options.leadership.tell()
  }

  #applyPartition(image: PartitionImage, metadata: MetadataImage): void {
    const { brokerId } = this.#options.environment
    const hosted = this.#options.hosted.getExact(image.topicId, image.topic, image.partition)
    if (!image.replicas.includes(brokerId)) {
      if (hosted !== undefined) this.#delete(hosted, ErrorCode.NOT_LEADER_OR_FOLLOWER)
      return
    }
    try {
      const partition = hosted ?? this.#create(image, metadata)
      if (image.leader === brokerId) this.#lead(partition, image)
      else this.#follow(partition, image)
    } catch (error) {
      this.#options.log.error('A partition cannot be taken over', {
        topic: image.topic,
        partition: image.partition,
        error: error instanceof Error ? error.message : String(error),
      })
      this.#options.environment.clock.setTimer(RETRY_MS, () => this.#applyAgain(image))
    }
  }

  #applyAgain({ topicId, partition }: PartitionImage): void {
    const metadata = this.#options.metadata()
    const image = metadata?.topicsById.get(topicId)?.partitions[partition]
    if (metadata === null || image === undefined) return
    this.#applyPartition(image, metadata)
    this.#options.leadership.tell()
  }

  #lead(partition: Partition, image: PartitionImage): void {
    this.#options.fetchers.unfollow(partition)
    if (partition.makeLeader(image)) {
      this.#options.leadership.elected(partition.topic, partition.partition, partition.leaderEpoch)
    }
  }

  #follow(partition: Partition, image: PartitionImage): void {
    const wasLeader = partition.isLeader
    // Fetching begins anew with every epoch, even under the same leader: positions are checked against the epoch.
    if (partition.makeFollower(image)) this.#options.fetchers.follow(partition)
    if (wasLeader) this.#options.leadership.resigned(partition.topic, partition.partition)
  }

  #create({ topicId, topic, partition: index }: PartitionImage, metadata: MetadataImage): Partition {
    const { logs, hosted, environment } = this.#options
    const log = logs.getOrCreate(topicId, topic, index, this.#options.topicConfig(metadata, topic))
    const partition = new Partition(log, environment)
    hosted.add(partition)
    return partition
  }

  #delete(partition: Partition, code: number): void {
    const wasLeader = partition.isLeader
    this.#options.fetchers.unfollow(partition)
    this.#options.hosted.remove(partition)
    partition.stop(code)
    this.#deleteLog(partition)
    if (wasLeader) this.#options.leadership.resigned(partition.topic, partition.partition)
  }

  #applyConfigs(delta: MetadataDelta, image: MetadataImage): void {
    const topics = delta.brokerConfigsChanged
      ? new Set([...this.#options.hosted.all()].map(({ topic }) => topic))
      : delta.changedTopicConfigs
    for (const topic of topics) {
      const partitions = [...this.#options.hosted.ofTopic(topic)]
      if (partitions.length === 0) continue
      this.#options.logs.updateConfig(topic, this.#options.topicConfig(image, topic))
      for (const partition of partitions) this.#reconsider(partition)
    }
  }

  /** A follower that was waited for may have gone, and the high watermark with it have become free to move. */
  #brokersChanged(): void {
    for (const partition of this.#options.hosted.all()) this.#reconsider(partition)
  }

  #reconsider(partition: Partition): void {
    if (partition.advanceHighWatermark()) this.#options.environment.changed(partition)
  }

  /** Logs of topics that were deleted, or replicas that were moved, while this broker was away. */
  #deleteStrayLogs(image: MetadataImage): void {
    const { logs, log, environment } = this.#options
    for (const { topicId, topic, partition } of logs.stored()) {
      const wanted = image.topicsById.get(topicId)?.partitions[partition]?.replicas ?? []
      if (wanted.includes(environment.brokerId)) continue
      log.info('Deleting a log that is no replica any more', { topicId, topic, partition })
      this.#deleteLog({ topicId, topic, partition })
    }
  }

  /** What cannot be deleted now is a stray at the next start; the rest of the metadata must not suffer from it. */
  #deleteLog({ topicId, topic, partition }: { topicId: string; topic: string; partition: number }): void {
    try {
      this.#options.logs.delete(topicId, partition)
    } catch (error) {
      this.#options.log.error('A log cannot be deleted', {
        topic,
        partition,
        error: error instanceof Error ? error.message : String(error),
      })
    }
  }
}
