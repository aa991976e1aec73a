import type { MetadataCache } from '../../../src/broker/metadata/cache.ts'
import { MetadataImage } from '../../../src/broker/metadata/image.ts'
import type { PartitionImage } from '../../../src/broker/metadata/image.ts'
import { partitionChange } from '../../../src/broker/metadata/records.ts'
import type { MetadataRecord } from '../../../src/broker/metadata/records.ts'
import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import type {
  AlterPartitionAnswer,
  AlterPartitionChange,
} from '../../../src/broker/replication/alter-partition.ts'
import { turn } from './until.ts'

interface Subscriber {
  readonly id: number
  readonly metadata: MetadataCache
}

/** A metadata log, and elections as KRaft does them. */
export class TestController {
  readonly image: MetadataImage
  /** Brokers that hear of nothing until they are taken out. */
  readonly deaf = new Set<number>()
  /** Answers given instead of the controller's own, first come, first served. */
  readonly scriptedErrors: number[] = []
  /** While true AlterPartition requests wait. */
  isFrozen = false
  readonly requests: { from: number; change: AlterPartitionChange }[] = []
  readonly #log: MetadataRecord[] = []
  readonly #subscribers: () => Subscriber[]

  constructor(clusterId: string, subscribers: () => Subscriber[]) {
    this.image = new MetadataImage(clusterId)
    this.#subscribers = subscribers
  }

  records(): readonly MetadataRecord[] {
    return this.#log
  }

  append(...records: MetadataRecord[]): void {
    for (const record of records) {
      this.image.apply(this.#log.length, record)
      this.#log.push(record)
    }
    for (const broker of this.#subscribers()) this.catchUp(broker)
  }

  catchUp({ id, metadata }: Subscriber): void {
    const from = metadata.image.offset + 1
    if (this.deaf.has(id) || from >= this.#log.length) return
    metadata.applyBatch(from, this.#log.slice(from), { snapshot: false })
  }

  /** Lets a deaf broker hear again. */
  tell(broker: Subscriber): void {
    this.deaf.delete(broker.id)
    this.catchUp(broker)
  }

  register(brokerId: number, rack: string | null): number {
    this.fence(brokerId)
    const brokerEpoch = this.#log.length
    this.append({
      type: 'RegisterBroker',
      brokerId,
      brokerEpoch,
      incarnationId: 'AAAAAAAAAAAAAAAAAAAAAA',
      host: '127.0.0.1',
      port: 9091 + brokerId,
      rack,
      fenced: true,
      inControlledShutdown: false,
    })
    return brokerEpoch
  }

  unfence(brokerId: number): void {
    const { epoch } = this.image.brokers.get(brokerId)!
    this.append({ type: 'UnfenceBroker', brokerId, brokerEpoch: epoch })
    for (const partition of this.#partitions()) if (partition.leader < 0) this.elect(partition, partition.isr)
  }

  /** A broker is gone: out of every ISR it is not alone in, and others lead. */
  fence(brokerId: number): void {
    const broker = this.image.brokers.get(brokerId)
    if (broker === undefined || broker.fenced) return
    this.append({ type: 'FenceBroker', brokerId, brokerEpoch: broker.epoch })
    for (const partition of this.#partitions()) {
      if (!partition.isr.includes(brokerId)) continue
      const isr = partition.isr.length > 1 ? partition.isr.filter((id) => id !== brokerId) : partition.isr
      if (partition.leader === brokerId) this.elect(partition, isr)
      else this.append(partitionChange(partition.topicId, partition.partition, { isr }))
    }
  }

  /** The first living replica of `candidates`, in the order of the assignment; nobody if there is none. */
  elect({ topicId, partition, replicas }: PartitionImage, candidates: readonly number[]): void {
    const leader = replicas.find((id) => candidates.includes(id) && this.image.isActive(id)) ?? -1
    this.append(partitionChange(topicId, partition, { leader, isr: [...candidates] }))
  }

  createTopic(
    name: string,
    assignments: readonly (readonly number[])[],
    config: Record<string, string> = {},
  ): string {
    const topicId = Buffer.alloc(16, `${name}-${this.#log.length}`).toString('base64url')
    this.append(
      ...Object.entries(config).map(([key, value]) => topicConfig(name, key, value)),
      { type: 'Topic', topicId, name },
      ...assignments.map((replicas, partition): MetadataRecord => newPartition(topicId, partition, replicas)),
    )
    return topicId
  }

  setTopicConfig(name: string, key: string, value: string): void {
    this.append(topicConfig(name, key, value))
  }

  deleteTopic(name: string): void {
    this.append({ type: 'RemoveTopic', topicId: this.image.topic(name)!.id })
  }

  async alterPartition(
    from: number,
    topicId: string,
    partition: number,
    change: AlterPartitionChange,
  ): Promise<AlterPartitionAnswer> {
    this.requests.push({ from, change })
    do await turn()
    while (this.isFrozen)
    const scripted = this.scriptedErrors.shift()
    const image = this.image.topicsById.get(topicId)?.partitions[partition]
    if (image === undefined) return refusal(ErrorCode.UNKNOWN_TOPIC_ID)
    const errorCode = scripted ?? this.#validate(from, image, change)
    if (errorCode !== ErrorCode.NONE) return refusal(errorCode)
    const isr = change.newIsr.map(({ brokerId }) => brokerId)
    const isSame = isr.length === image.isr.length && isr.every((id) => image.isr.includes(id))
    if (!isSame) this.append(partitionChange(topicId, partition, { isr }))
    const now = this.image.topicsById.get(topicId)!.partitions[partition]!
    return {
      errorCode: ErrorCode.NONE,
      leaderId: now.leader,
      leaderEpoch: now.leaderEpoch,
      isr: now.isr,
      partitionEpoch: now.partitionEpoch,
      leaderRecoveryState: now.leaderRecoveryState,
    }
  }

  /** ReplicationControlManager.validateAlterPartitionData. */
  #validate(from: number, image: PartitionImage, change: AlterPartitionChange): number {
    if (change.leaderEpoch > image.leaderEpoch || change.partitionEpoch > image.partitionEpoch)
      return ErrorCode.NOT_CONTROLLER
    if (change.leaderEpoch < image.leaderEpoch) return ErrorCode.FENCED_LEADER_EPOCH
    if (change.partitionEpoch < image.partitionEpoch) return ErrorCode.INVALID_UPDATE_VERSION
    const isr = change.newIsr.map(({ brokerId }) => brokerId)
    const isLegal = isr.includes(image.leader) && isr.every((id) => image.replicas.includes(id))
    if (from !== image.leader || !isLegal) return ErrorCode.INVALID_REQUEST
    const isEligible = change.newIsr.every(
      ({ brokerId, brokerEpoch }) =>
        this.image.isActive(brokerId) &&
        (brokerEpoch === -1 || brokerEpoch === this.image.brokers.get(brokerId)!.epoch),
    )
    return isEligible ? ErrorCode.NONE : ErrorCode.INELIGIBLE_REPLICA
  }

  #partitions(): PartitionImage[] {
    return [...this.image.partitions()]
  }
}

function refusal(errorCode: number): AlterPartitionAnswer {
  return { errorCode, leaderId: -1, leaderEpoch: -1, isr: [], partitionEpoch: -1, leaderRecoveryState: 0 }
}

function topicConfig(resourceName: string, name: string, value: string): MetadataRecord {
  return { type: 'Config', resourceType: 2, resourceName, name, value }
}

function newPartition(topicId: string, partition: number, replicas: readonly number[]): MetadataRecord {
  return {
    type: 'Partition',
    topicId,
    partition,
    replicas,
    isr: replicas,
    removingReplicas: [],
    addingReplicas: [],
    leader: replicas[0]!,
    leaderRecoveryState: 0,
    leaderEpoch: 0,
    partitionEpoch: 0,
    elr: [],
    lastKnownElr: [],
  }
}
