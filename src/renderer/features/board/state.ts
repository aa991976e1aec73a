import type { BrokerState } from '../../../shared/ipc/clusters.ts'
import type { ClusterShape, PartitionFigures, PartitionShape, TopicShape } from '../../../shared/ipc/board.ts'
import type { HistoryBoard } from '../../../shared/ipc/history.ts'
import type { Cluster } from '../../../shared/ipc/clusters.ts'
import { depthOf } from '../../components/replica-sign.ts'
import type { Sign } from '../../components/replica-sign.ts'

// A board as plain values: of now, or of a moment that is past.

export interface BoardBroker {
  id: number
  /** Null where it is not known: of a dead broker of a remote cluster. */
  address: string | null
  rack: string | null
  /** Whether the cluster counts it among the living. */
  isAlive: boolean
  /** Of its thread; null where nobody knows, as of a remote cluster. */
  thread: BrokerState | null
  /** How many groups it looks after. */
  groups: number
  /** On its way out of the cluster. */
  isLeaving: boolean
}

export interface BoardState {
  controllerId: number | null
  brokers: readonly BoardBroker[]
  topics: readonly TopicShape[]
}

/** Figures by `keyOf`; none for partitions nobody looked at, and none of a past moment. */
export type Figures = ReadonlyMap<string, PartitionFigures>

/** What a broker's part in a partition is drawn as. */
export interface Place {
  sign: Sign
  /** From 0 to 1. */
  depth: number
  lag: number | null
  /** How long it has been behind; null where unknown, 0 while it is not. */
  behindMs: number | null
  isAtLeast: boolean
  /** On its way out in a reassignment: a leader is drawn as one all the same. */
  isLeaving: boolean
}

export function keyOf({ topic, partition }: { topic: string; partition: number }): string {
  return `${topic}/${partition}`
}

/** All brokers the cluster or one of its partitions knows of. */
export function boardOf(
  shape: ClusterShape,
  cluster: Cluster | null,
  controllerId: number | null,
): BoardState {
  const alive = new Map(shape.brokers.map((broker) => [broker.id, broker]))
  const threads = new Map(cluster?.kind === 'local' ? cluster.brokers.map((each) => [each.id, each]) : [])
  const groups = new Map(shape.coordinators.map((each) => [each.broker, each.groups]))
  const replicas = shape.topics.flatMap(({ partitions }) => partitions.flatMap((each) => each.replicas))
  const ids = new Set([...alive.keys(), ...threads.keys(), ...replicas])
  return {
    controllerId,
    topics: shape.topics,
    brokers: [...ids]
      .sort((one, other) => one - other)
      .map((id) => {
        const known = alive.get(id) ?? threads.get(id)
        return {
          id,
          address: known ? `${known.host}:${known.port}` : null,
          rack: known?.rack ?? null,
          isAlive: alive.has(id),
          thread: threads.get(id)?.state ?? null,
          groups: groups.get(id) ?? 0,
          isLeaving: threads.get(id)?.isLeaving ?? false,
        }
      }),
  }
}

/** A moment of the past. Which topics are internal is told by their names there: those of Kafka begin so. */
export function boardOfHistory({ controllerId, brokers, topics }: HistoryBoard): BoardState {
  const alive = new Set(brokers.filter(({ fenced, running }) => running && !fenced).map(({ id }) => id))
  return {
    controllerId,
    brokers: brokers.map(({ id, host, port, rack, running }) => ({
      id,
      address: `${host}:${port}`,
      rack,
      isAlive: alive.has(id),
      thread: running ? 'running' : 'stopped',
      groups: 0,
      isLeaving: false,
    })),
    topics: topics.map(({ topic, partitions }) => ({
      topic,
      isInternal: topic.startsWith('__'),
      partitions: partitions.map((each) => ({
        partition: each.partition,
        leader: each.leader < 0 ? null : each.leader,
        leaderEpoch: each.leaderEpoch,
        replicas: each.replicas,
        isr: each.isr,
        offline: each.replicas.filter((id) => !alive.has(id)),
        adding: each.addingReplicas,
        removing: each.removingReplicas,
      })),
    })),
  }
}

export function placeOf(partition: PartitionShape, broker: number, figures: PartitionFigures | null): Place {
  const follower = figures?.followers.find((each) => each.broker === broker) ?? null
  const isLeader = partition.leader === broker
  const lag = isLeader ? null : (follower?.lag ?? null)
  return {
    sign: signOf(partition, broker, lag),
    depth: depthOf(lag ?? 0),
    lag,
    behindMs: isLeader ? null : (follower?.behindMs ?? null),
    isAtLeast: follower?.isAtLeast ?? false,
    isLeaving: partition.removing.includes(broker),
  }
}

function signOf(partition: PartitionShape, broker: number, lag: number | null): Sign {
  if (!partition.replicas.includes(broker)) return 'none'
  const isInSync = partition.isr.includes(broker)
  if (partition.offline.includes(broker)) return isInSync ? 'offline' : 'offlineOutOfIsr'
  if (partition.leader === broker) return 'leader'
  if (partition.adding.includes(broker)) return 'adding'
  if (partition.removing.includes(broker)) return 'removing'
  if (!isInSync) return 'outOfIsr'
  return (lag ?? 0) > 0 ? 'behind' : 'inSync'
}
