import { call, notice, of, stream } from '../channel/declare.ts'
import type { Result } from '../channel/failure.ts'
import { z } from '../channel/zod.ts'

// Topics as a cluster tells of them. Offsets are exact as numbers: no log comes near 2^53.

const cluster = z.string().max(300)
const topic = z.string().min(1).max(249)
const configName = z.string().min(1).max(200)
const configs = z.array(z.object({ name: configName, value: z.string().max(100_000) })).max(200)

const creation = z.object({
  cluster,
  /** As typed: what is wrong with it is the cluster's to say. */
  topic: z.string().max(1_000),
  partitions: z.number().int().min(-1).max(100_000),
  replicationFactor: z.number().int().min(-1).max(32_767),
  configs,
  /** Nothing is created; the answer is what would be. */
  validateOnly: z.boolean(),
})

const alteration = z.object({
  cluster,
  topic,
  /** `null` takes an override away, so that the default counts again. */
  changes: z
    .array(z.object({ name: configName, value: z.string().max(100_000).nullable() }))
    .min(1)
    .max(200),
  validateOnly: z.boolean(),
})

export type TopicCreation = z.output<typeof creation>
export type ConfigChange = z.output<typeof alteration>['changes'][number]

export interface TopicSummary {
  name: string
  isInternal: boolean
  partitions: number
  /** That of its first partition; partitions may differ after a reassignment. */
  replicationFactor: number
  /** How many of its partitions have a replica out of the ISR, and how many have no leader. */
  underReplicated: number
  offline: number
  /** How many have an ISR smaller than `min.insync.replicas`; null where the cluster does not tell that. */
  belowMinIsr: number | null
  /** Brokers that lead one of its partitions, and brokers with a replica of one. */
  leaders: number[]
  replicaBrokers: number[]
}

export interface TopicList {
  topics: TopicSummary[]
  /** Live brokers: no topic can have a greater replication factor. */
  brokers: number
}

/** What a topic holds. Of a compacted topic the offsets tell more records than there are. */
export interface TopicCount {
  topic: string
  /** Null where a partition has no leader to ask. */
  records: number | null
}

export interface TopicBroker {
  id: number
  host: string | null
  port: number | null
  rack: string | null
  /** Whether the cluster counts it among the living. */
  isAlive: boolean
  isController: boolean
}

export interface ReplicaSample {
  broker: number
  isInSync: boolean
  /** The broker is dead or the replica's disk is. */
  isOffline: boolean
  /** The end of this replica's own log; null where the broker does not tell. */
  logEndOffset: number | null
  /** Records the leader had when asked and this replica had not, a moment later; null where unknown. */
  lag: number | null
  /** Null where the cluster does not tell. */
  sizeInBytes: number | null
}

export interface PartitionSample {
  partition: number
  /** Null without a leader. */
  leader: number | null
  leaderEpoch: number
  /** In Kafka's order: the first is the preferred leader. */
  replicas: ReplicaSample[]
  /** All null where the leader does not answer. */
  logStartOffset: number | null
  highWatermark: number | null
  logEndOffset: number | null
}

export interface TopicSample {
  atMs: number
  topic: string
  isInternal: boolean
  brokers: TopicBroker[]
  partitions: PartitionSample[]
  minInsyncReplicas: number | null
  /** Whether the cluster serves DescribeLogDirs, which tells sizes. */
  tellsSizes: boolean
}

/** Kafka's word for where a config's value comes from. */
export type ConfigSource =
  | 'DYNAMIC_TOPIC_CONFIG'
  | 'DYNAMIC_BROKER_CONFIG'
  | 'DYNAMIC_DEFAULT_BROKER_CONFIG'
  | 'STATIC_BROKER_CONFIG'
  | 'DEFAULT_CONFIG'
  | 'UNKNOWN'

export interface TopicConfig {
  name: string
  /** Null where it has none, or is a secret. */
  value: string | null
  source: ConfigSource
  /** What counts without the topic's own value, and where that comes from; null where the cluster does not tell. */
  inherited: { value: string | null; source: ConfigSource } | null
  isReadOnly: boolean
  isSensitive: boolean
  /** As `LONG`, `LIST`; null before Kafka 2.6. */
  type: string | null
  documentation: string | null
}

/** A topic that was created, or would be. */
export interface CreatedTopic {
  partitions: number
  replicationFactor: number
  /** Null where the cluster does not tell (before Kafka 2.4). */
  configs: { name: string; value: string | null; source: ConfigSource }[] | null
}

/** What the session does; main passes it on. */
export const sessionTopics = {
  /** All topics, looked at once a second; null while they are as they were. A failure passes. */
  watch: stream({ input: z.object({ cluster }), chunk: of<Result<TopicList> | null>() }),
  counts: call({
    input: z.object({ cluster, topics: z.array(topic).max(200) }),
    output: of<TopicCount[]>(),
  }),
  /** One topic, once a second; a failure passes. */
  watchTopic: stream({ input: z.object({ cluster, topic }), chunk: of<Result<TopicSample>>() }),
  configs: call({ input: z.object({ cluster, topic }), output: of<TopicConfig[]>() }),
  create: call({ input: creation, output: of<CreatedTopic>() }),
  delete: call({ input: z.object({ cluster, topic }), output: of<void>() }),
  addPartitions: call({
    input: z.object({ cluster, topic, partitions: z.number().int().min(1).max(100_000) }),
    output: of<void>(),
  }),
  /** `added` more than the cluster says there are when asked. */
  growBy: call({
    input: z.object({ cluster, topic, added: z.number().int().min(1).max(1_000) }),
    output: of<void>(),
  }),
  alterConfigs: call({ input: alteration, output: of<void>() }),
}

/** Topics a user wants on top, of one cluster. */
export const pins = {
  list: call({ input: z.object({ cluster }), output: of<string[]>() }),
  set: call({ input: z.object({ cluster, topic, pinned: z.boolean() }), output: of<string[]>() }),
  changed: notice(of<{ cluster: string; topics: string[] }>()),
}
