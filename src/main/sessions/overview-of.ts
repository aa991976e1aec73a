import type { AbsentBroker, BrokerOverview, Overview, TroubledTopic } from '../../shared/ipc/overview.ts'
import { TROUBLED_LIMIT } from '../../shared/ipc/overview.ts'
import type { MinInsync } from './topics/min-insync.ts'
import { belowMinIsr } from './topics/min-insync.ts'

/** What is read of Kafka's answer to Metadata; every version has these fields. */
export interface ClusterDescription {
  brokers: { nodeId: number; host: string; port: number; rack?: string | null | undefined }[]
  clusterId?: string | null | undefined
  controllerId: number
  topics: TopicDescription[]
}

interface TopicDescription {
  name?: string | null | undefined
  isInternal: boolean
  partitions: PartitionDescription[]
}

interface PartitionDescription {
  partitionIndex: number
  leaderId: number
  replicaNodes: number[]
  isrNodes: number[]
}

/** Kafka's word for "nobody". */
const NO_BROKER = -1

/** Counts what a cluster's description says. */
export function overviewOf(
  { brokers, topics, ...cluster }: ClusterDescription,
  roundTripMs: number,
  minInsync: MinInsync = new Map(),
): Overview {
  const partitions = topics.flatMap((topic) => topic.partitions)
  return {
    clusterId: cluster.clusterId ?? null,
    controllerId: cluster.controllerId === NO_BROKER ? null : cluster.controllerId,
    brokers: brokers.map((broker) => brokerOf(broker, partitions)).sort((one, other) => one.id - other.id),
    absent: absentOf(brokers, partitions),
    topics: topics.length,
    internalTopics: topics.filter(({ isInternal }) => isInternal).length,
    partitions: partitions.length,
    underReplicated: partitions.filter(isUnderReplicated).length,
    offline: partitions.filter(isOffline).length,
    belowMinIsr: belowMinIsrIn(topics, minInsync),
    troubled: topics.map(troubleOf).filter(isTroubled).sort(worstFirst).slice(0, TROUBLED_LIMIT),
    roundTripMs,
  }
}

/** Null where it is known of no topic. */
function belowMinIsrIn(topics: readonly TopicDescription[], minInsync: MinInsync): number | null {
  const counts = topics.flatMap(({ name, partitions }) => {
    const isrs = partitions.map(({ isrNodes }) => ({ isr: isrNodes }))
    return belowMinIsr(isrs, minInsync.get(name ?? '') ?? null) ?? []
  })
  if (counts.length === 0 && topics.length > 0) return null
  return counts.reduce((sum, count) => sum + count, 0)
}

function isUnderReplicated({ isrNodes, replicaNodes }: PartitionDescription): boolean {
  return isrNodes.length < replicaNodes.length
}

function isOffline({ leaderId }: PartitionDescription): boolean {
  return leaderId === NO_BROKER
}

function brokerOf(
  broker: ClusterDescription['brokers'][number],
  partitions: PartitionDescription[],
): BrokerOverview {
  const { nodeId: id, host, port, rack } = broker
  return {
    id,
    host,
    port,
    rack: rack ?? null,
    leaderReplicas: partitions.filter(({ leaderId }) => leaderId === id).length,
    replicas: partitions.filter(({ replicaNodes }) => replicaNodes.includes(id)).length,
  }
}

/** Metadata names only the living; that there are more is told by the replicas they should have. */
function absentOf(
  brokers: ClusterDescription['brokers'],
  partitions: readonly PartitionDescription[],
): AbsentBroker[] {
  const living = new Set(brokers.map(({ nodeId }) => nodeId))
  const replicas = new Map<number, number>()
  for (const { replicaNodes } of partitions)
    for (const id of replicaNodes) if (!living.has(id)) replicas.set(id, (replicas.get(id) ?? 0) + 1)
  return [...replicas].map(([id, count]) => ({ id, replicas: count })).sort((one, other) => one.id - other.id)
}

function troubleOf({ name, isInternal, partitions }: TopicDescription): TroubledTopic {
  const underReplicated = partitions.filter(isUnderReplicated)
  const offline = partitions.filter(isOffline)
  return {
    topic: name ?? '',
    isInternal,
    underReplicated: underReplicated.length,
    offline: offline.length,
    outOfIsr: distinct(
      underReplicated.flatMap(({ replicaNodes, isrNodes }) =>
        replicaNodes.filter((id) => !isrNodes.includes(id)),
      ),
    ),
    // Only a member of the last ISR is elected; where the answer names none, any replica may be it.
    awaited: distinct(
      offline.flatMap(({ replicaNodes, isrNodes }) => (isrNodes.length > 0 ? isrNodes : replicaNodes)),
    ),
  }
}

function isTroubled({ underReplicated, offline }: TroubledTopic): boolean {
  return underReplicated + offline > 0
}

function worstFirst(one: TroubledTopic, other: TroubledTopic): number {
  return (
    Number(one.isInternal) - Number(other.isInternal) ||
    other.offline - one.offline ||
    other.underReplicated - one.underReplicated ||
    one.topic.localeCompare(other.topic)
  )
}

function distinct(ids: number[]): number[] {
  return [...new Set(ids)].sort((one, other) => one - other)
}
