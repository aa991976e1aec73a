import type { PartitionSample, ReplicaSample, TopicSample } from '../../../shared/ipc/topics.ts'
import { depthOf } from '../../components/replica-sign.ts'
import type { Sign } from '../../components/replica-sign.ts'

export interface Place {
  sign: Sign
  replica: ReplicaSample | null
  /** How deep the amber of a follower that is behind stands, from 0 to 1. */
  depth: number
}

export function placeOf(partition: PartitionSample, broker: number): Place {
  const replica = partition.replicas.find((each) => each.broker === broker) ?? null
  return { sign: signOf(partition, replica), replica, depth: depthOf(replica?.lag ?? 0) }
}

function signOf(partition: PartitionSample, replica: ReplicaSample | null): Sign {
  if (!replica) return 'none'
  if (replica.isOffline) return replica.isInSync ? 'offline' : 'offlineOutOfIsr'
  if (partition.leader === replica.broker) return 'leader'
  if (!replica.isInSync) return 'outOfIsr'
  return (replica.lag ?? 0) > 0 ? 'behind' : 'inSync'
}

export interface TopicFigures {
  partitions: number
  replicationFactor: number
  underReplicated: number
  offline: number
  /** Partitions to which nothing can be produced with acks=all. */
  belowMinIsr: number
  /** Null where a partition can't be told of. */
  records: number | null
  sizeInBytes: number | null
}

export function figuresOf({ partitions, minInsyncReplicas, tellsSizes }: TopicSample): TopicFigures {
  const isr = (each: PartitionSample) => each.replicas.filter(({ isInSync }) => isInSync).length
  const sizes = partitions.flatMap(({ replicas }) => replicas.map(({ sizeInBytes }) => sizeInBytes ?? 0))
  return {
    partitions: partitions.length,
    replicationFactor: partitions[0]?.replicas.length ?? 0,
    underReplicated: partitions.filter((each) => isr(each) < each.replicas.length).length,
    offline: partitions.filter(({ leader }) => leader === null).length,
    belowMinIsr: partitions.filter((each) => isr(each) < (minInsyncReplicas ?? 1)).length,
    records: sumOf(partitions.map(recordsOf)),
    sizeInBytes: tellsSizes ? sizes.reduce((sum, each) => sum + each, 0) : null,
  }
}

function recordsOf({ logStartOffset, highWatermark }: PartitionSample): number | null {
  return logStartOffset === null || highWatermark === null ? null : highWatermark - logStartOffset
}

/** Of the slowest live follower; null where none is known. */
export function replicaLagOf({ replicas, leader }: PartitionSample): number | null {
  const lags = replicas
    .filter(({ broker, isOffline }) => broker !== leader && !isOffline)
    .map(({ lag }) => lag)
    .filter((lag) => lag !== null)
  return lags.length === 0 ? null : Math.max(...lags)
}

function sumOf(values: readonly (number | null)[]): number | null {
  return values.reduce((sum, each) => (sum === null || each === null ? null : sum + each), 0)
}
