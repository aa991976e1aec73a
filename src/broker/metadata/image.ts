/** The cluster as the metadata log describes it up to one offset. */
import { applyRecord, overridesKey, overridesResource } from './apply.ts'
import type { ConfigOverrides, ConfigResourceType } from './configs/config-values.ts'
import { ConfigResource } from './records.ts'
import type { MetadataRecord } from './records.ts'

export interface BrokerImage {
  readonly id: number
  /** The offset of its registration in the metadata log: a new one for each incarnation. */
  readonly epoch: number
  readonly host: string
  readonly port: number
  readonly rack: string | null
  readonly fenced: boolean
  readonly inControlledShutdown: boolean
  readonly incarnationId: string
}

/** Replaced by every change, never mutated: a reader may keep one and compare. */
export interface PartitionImage {
  readonly topicId: string
  readonly topic: string
  readonly partition: number
  readonly replicas: readonly number[]
  readonly isr: readonly number[]
  /** -1: none. */
  readonly leader: number
  readonly leaderEpoch: number
  readonly partitionEpoch: number
  readonly addingReplicas: readonly number[]
  readonly removingReplicas: readonly number[]
  readonly elr: readonly number[]
  readonly lastKnownElr: readonly number[]
  /** 0 recovered, 1 recovering from an unclean election. */
  readonly leaderRecoveryState: number
}

export interface TopicImage {
  readonly id: string
  readonly name: string
  /** By partition index. */
  readonly partitions: PartitionImage[]
}

const noOverrides: ReadonlyMap<string, string> = new Map()

export class MetadataImage implements ConfigOverrides {
  readonly clusterId: string
  /** Of the last record applied; -1: none yet. */
  offset = -1
  /** -1: no controller has written yet. */
  controllerId = -1
  controllerEpoch = -1
  nextProducerId = 0
  readonly brokers = new Map<number, BrokerImage>()
  readonly topicsByName = new Map<string, TopicImage>()
  readonly topicsById = new Map<string, TopicImage>()
  /** Key: see `overridesKey`. */
  readonly overrides = new Map<string, Map<string, string>>()

  constructor(clusterId: string) {
    this.clusterId = clusterId
  }

  topic(name: string): TopicImage | undefined {
    return this.topicsByName.get(name)
  }

  partition(topic: string, index: number): PartitionImage | undefined {
    return this.topicsByName.get(topic)?.partitions[index]
  }

  /** Every partition of every topic. */
  *partitions(): Generator<PartitionImage> {
    for (const topic of this.topicsByName.values()) yield* topic.partitions
  }

  /** Brokers clients may be told of: not fenced. One in controlled shutdown still is. */
  aliveBrokers(): BrokerImage[] {
    return [...this.brokers.values()].filter((broker) => !broker.fenced)
  }

  /** Whether the broker may lead and be in ISRs: registered, not fenced, not about to leave. */
  isActive(brokerId: number): boolean {
    const broker = this.brokers.get(brokerId)
    return broker !== undefined && !broker.fenced && !broker.inControlledShutdown
  }

  configOverrides(type: ConfigResourceType, name: string): ReadonlyMap<string, string> {
    return this.overrides.get(overridesKey(ConfigResource[type], name)) ?? noOverrides
  }

  /** Records have to be applied in order; `offset` is the record's own. */
  apply(offset: number, record: MetadataRecord): void {
    applyRecord(this, record)
    this.offset = offset
  }

  /** The records that, applied to an empty image, make this one (but for `offset`). */
  snapshot(): MetadataRecord[] {
    const { controllerId, controllerEpoch, nextProducerId } = this
    const records: MetadataRecord[] = [{ type: 'Controller', controllerId, controllerEpoch }]
    for (const { id, epoch, ...broker } of this.brokers.values()) {
      records.push({ type: 'RegisterBroker', brokerId: id, brokerEpoch: epoch, ...broker })
    }
    for (const { id, name, partitions } of this.topicsByName.values()) {
      records.push({ type: 'Topic', topicId: id, name })
      for (const { topic: _, ...partition } of partitions) {
        records.push({ type: 'Partition', ...partition })
      }
    }
    for (const [key, values] of this.overrides) {
      const [resourceType, resourceName] = overridesResource(key)
      for (const [name, value] of values) {
        records.push({ type: 'Config', resourceType, resourceName, name, value })
      }
    }
    records.push({ type: 'ProducerIds', brokerId: -1, brokerEpoch: -1, nextProducerId })
    return records
  }
}
