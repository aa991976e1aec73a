import type { BrokerOverview, Overview, TroubledPartition } from '../../shared/ipc/overview.ts'
import { TROUBLED_LIMIT } from '../../shared/ipc/overview.ts'

/** What is read of Kafka's answer to Metadata; every version has these fields. */
export interface ClusterDescription {
  brokers: { nodeId: number; host: string; port: number; rack?: string | null | undefined }[]
  clusterId?: string | null | undefined
  controllerId: number
  topics: {
    name?: string | null | undefined
    isInternal: boolean
    partitions: { partitionIndex: number; leaderId: number; replicaNodes: number[]; isrNodes: number[] }[]
  }[]
}

/** Kafka's word for "nobody". */
const NO_BROKER = -1

/** Counts what a cluster's description says. */
export function overviewOf(description: ClusterDescription, roundTripMs: number): Overview {
  const partitions = description.topics.flatMap((topic) =>
    topic.partitions.map((partition) => partitionOf(topic.name ?? '', partition)),
  )
  const underReplicated = partitions.filter(({ isr, replicas }) => isr.length < replicas.length)
  const offline = worstFirst(partitions.filter(({ leader }) => leader === null))
  const internal = description.topics.filter(({ isInternal }) => isInternal)
  return {
    clusterId: description.clusterId ?? null,
    controllerId: description.controllerId === NO_BROKER ? null : description.controllerId,
    brokers: description.brokers.map((broker) => brokerOf(broker, partitions)).sort((one, other) => one.id - other.id),
    topics: description.topics.length,
    internalTopics: internal.length,
    partitions: partitions.length,
    underReplicated: underReplicated.length,
    offline: offline.length,
    troubled: [...new Set([...offline, ...worstFirst(underReplicated)])].slice(0, TROUBLED_LIMIT),
    roundTripMs,
  }
}

type Partition = TroubledPartition

function partitionOf(
  topic: string,
  { partitionIndex, leaderId, replicaNodes, isrNodes }: ClusterDescription['topics'][number]['partitions'][number],
): Partition {
  const leader = leaderId === NO_BROKER ? null : leaderId
  return { topic, partition: partitionIndex, leader, replicas: replicaNodes, isr: isrNodes }
}

function brokerOf(broker: ClusterDescription['brokers'][number], partitions: Partition[]): BrokerOverview {
  const { nodeId: id, host, port, rack } = broker
  return {
    id,
    host,
    port,
    rack: rack ?? null,
    leaderReplicas: partitions.filter(({ leader }) => leader === id).length,
    replicas: partitions.filter(({ replicas }) => replicas.includes(id)).length,
  }
}

/** The fewer replicas are in sync, the nearer is the loss of data. */
function worstFirst(partitions: Partition[]): Partition[] {
  return partitions.toSorted(
    (one, other) =>
      one.isr.length - other.isr.length ||
      one.topic.localeCompare(other.topic) ||
      one.partition - other.partition,
  )
}
