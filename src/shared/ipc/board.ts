import { call, of, stream } from '../channel/declare.ts'
import type { Failure, Result } from '../channel/failure.ts'
import { z } from '../channel/zod.ts'

// All brokers and all partitions of a cluster, and what moves replicas and leaderships about. Everything here is asked
// over the Kafka protocol, so it is the same for local and remote clusters.

const cluster = z.string().max(300)
const topic = z.string().min(1).max(249)
const broker = z.number().int().min(0)
const partition = z.number().int().min(0)
const replicas = z.array(broker).max(1_000)

const partitionName = z.object({ topic, partition })
/** Replicas as they shall be, in order: the first is the preferred leader. */
const move = partitionName.extend({ replicas: replicas.min(1) })
/** As the asker knows it: leaders are asked for what leaders tell, the others for their own ends. */
const looked = partitionName.extend({ leader: broker.nullable(), replicas })

export type PartitionName = z.output<typeof partitionName>
export type ReplicaMove = z.output<typeof move>
export type LookedPartition = z.output<typeof looked>

/** Who has a partition. `replicas` has those being added and those being taken away, too. */
export interface PartitionShape {
  partition: number
  /** Null without one. */
  leader: number | null
  leaderEpoch: number
  replicas: number[]
  isr: number[]
  /** Their broker is dead, or their disk is. */
  offline: number[]
  adding: number[]
  removing: number[]
}

export interface TopicShape {
  topic: string
  isInternal: boolean
  partitions: PartitionShape[]
}

export interface LivingBroker {
  id: number
  host: string
  port: number
  rack: string | null
}

export interface ClusterShape {
  brokers: LivingBroker[]
  topics: TopicShape[]
  /** Brokers that look after groups, and how many. */
  coordinators: { broker: number; groups: number }[]
}

export interface ReplicaFigures {
  broker: number
  /** The end of its own log; null where the broker does not tell. */
  logEndOffset: number | null
  /** Records its leader had when asked and it had not, a moment later; null where unknown. */
  lag: number | null
  /** Since when it has not had all its leader had; 0 while it has, null where unknown. */
  behindMs: number | null
  /** It has been behind ever since it was first looked at: it may be so for longer. */
  isAtLeast: boolean
}

export interface PartitionFigures extends PartitionName {
  /** Null where the leader does not answer. */
  highWatermark: number | null
  logEndOffset: number | null
  /** Followers; in no order. */
  followers: ReplicaFigures[]
}

/** A partition on its way to other brokers. */
export interface MovingPartition extends PartitionName {
  replicas: number[]
  adding: number[]
  removing: number[]
  /** Bytes the new replicas have, and bytes they will have; null where brokers do not tell. */
  copiedBytes: number | null
  totalBytes: number | null
  /** Records the new replicas lack; null where unknown. */
  lag: number | null
}

export interface Reassignments {
  moving: MovingPartition[]
  /** Of replication, in bytes a second, as far as a broker has one set; null: none. */
  throttleBytesPerSecond: number | null
}

/** A partition the cluster did not do it for. */
export interface RefusedPartition extends PartitionName {
  failure: Failure
}

export const sessionBoard = {
  /** A few times a second; null while it is as it was. A failure passes. */
  watch: stream({ input: z.object({ cluster }), chunk: of<Result<ClusterShape> | null>() }),
  figures: call({
    input: z.object({ cluster, partitions: z.array(looked).max(500) }),
    output: of<PartitionFigures[]>(),
  }),
  /** The throttle ends by itself with the last of the moves. Answers with what was refused. */
  reassign: call({
    input: z.object({
      cluster,
      moves: z.array(move).min(1).max(10_000),
      throttleBytesPerSecond: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER).nullable(),
    }),
    output: of<RefusedPartition[]>(),
  }),
  /** Replicas that were being added go, and those that were being taken away stay. */
  cancel: call({
    input: z.object({ cluster, partitions: z.array(partitionName).min(1).max(10_000) }),
    output: of<RefusedPartition[]>(),
  }),
  reassignments: call({ input: z.object({ cluster }), output: of<Reassignments>() }),
  /** One that was left behind, as by a session that ended before its moves did. */
  removeThrottle: call({ input: z.object({ cluster }), output: of<void>() }),
  /** Every partition is led by its preferred replica again, where that is alive and in sync. Null: all topics. */
  elect: call({
    input: z.object({ cluster, topics: z.array(topic).min(1).max(10_000).nullable() }),
    output: of<{ elected: number; refused: RefusedPartition[] }>(),
  }),
}
