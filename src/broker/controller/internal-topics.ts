/**
 * The topics the coordinators keep their state in. A broker creates them by CreateTopics with -1 partitions and -1
 * replicas; what that means is decided here.
 *
 * Kafka refuses to create them with fewer brokers than replicas. A local cluster is often a single broker, so the
 * replication factor is what is configured or the number of brokers there are, whichever is less. And fifty
 * partitions on each of three brokers in one process would cost start-up time and memory for nothing: unless the
 * partition count is set, there are twelve.
 */
import type { BrokerConfig } from '../metadata/configs/broker-config.ts'
import { brokerConfigValues, ConfigSource } from '../metadata/configs/config-values.ts'
import {
  OFFSETS_TOPIC,
  SHARE_GROUP_STATE_TOPIC,
  TRANSACTION_STATE_TOPIC,
} from '../metadata/internal-topics.ts'
import type { ControllerState } from './decision.ts'
import type { UsableBroker } from './placement.ts'

export const CLUSTER_METADATA_TOPIC = '__cluster_metadata'
const LOCAL_PARTITIONS = 12

interface InternalTopic {
  readonly partitionsConfig: string
  partitions(config: BrokerConfig): number
  replicas(config: BrokerConfig): number
  configs(config: BrokerConfig, replicationFactor: number): Record<string, string>
}

const internalTopics: ReadonlyMap<string, InternalTopic> = new Map([
  [
    OFFSETS_TOPIC,
    {
      partitionsConfig: 'offsets.topic.num.partitions',
      partitions: (config) => config.offsetsTopicNumPartitions,
      replicas: (config) => config.offsetsTopicReplicationFactor,
      configs: (config) => ({
        'cleanup.policy': 'compact',
        'compression.type': 'producer',
        'segment.bytes': String(Math.max(config.offsetsTopicSegmentBytes, 1024 * 1024)),
      }),
    },
  ],
  [
    TRANSACTION_STATE_TOPIC,
    {
      partitionsConfig: 'transaction.state.log.num.partitions',
      partitions: (config) => config.transactionStateLogNumPartitions,
      replicas: (config) => config.transactionStateLogReplicationFactor,
      configs: (config, replicationFactor) => ({
        'cleanup.policy': 'compact',
        'compression.type': 'uncompressed',
        'min.insync.replicas': String(Math.min(config.transactionStateLogMinIsr, replicationFactor)),
        'segment.bytes': String(Math.max(config.transactionStateLogSegmentBytes, 1024 * 1024)),
        'unclean.leader.election.enable': 'false',
      }),
    },
  ],
  [
    SHARE_GROUP_STATE_TOPIC,
    {
      partitionsConfig: 'share.coordinator.state.topic.num.partitions',
      partitions: (config) => config.shareCoordinatorStateTopicNumPartitions,
      replicas: (config) => config.shareCoordinatorStateTopicReplicationFactor,
      // Updates of one share partition have one key, so compaction would lose all but the last: the coordinator
      // deletes what it needs no more.
      configs: (config, replicationFactor) => ({
        'cleanup.policy': 'delete',
        'compression.type': 'producer',
        'min.insync.replicas': String(Math.min(config.shareCoordinatorStateTopicMinIsr, replicationFactor)),
        'retention.ms': '-1',
        'segment.bytes': String(Math.max(config.shareCoordinatorStateTopicSegmentBytes, 1024 * 1024)),
      }),
    },
  ],
])

export interface InternalTopicShape {
  readonly numPartitions: number
  readonly replicationFactor: number
  readonly configs: Readonly<Record<string, string>>
}

/** What an internal topic looks like where the request leaves it open (-1); null: it is no internal topic. */
export function internalTopicShape(
  name: string,
  requested: { readonly numPartitions: number; readonly replicationFactor: number },
  state: ControllerState,
  brokers: readonly UsableBroker[],
): InternalTopicShape | null {
  const topic = internalTopics.get(name)
  if (topic === undefined) return null
  const { config } = state
  const wanted = requested.replicationFactor === -1 ? topic.replicas(config) : requested.replicationFactor
  const replicationFactor = Math.min(wanted, Math.max(1, brokers.length))
  return {
    numPartitions: requested.numPartitions === -1 ? partitionsOf(topic, state) : requested.numPartitions,
    replicationFactor,
    configs: topic.configs(config, replicationFactor),
  }
}

function partitionsOf(topic: InternalTopic, { config, image, staticConfig }: ControllerState): number {
  const [inForce] = brokerConfigValues(topic.partitionsConfig, image, staticConfig)
  const isSet = inForce !== undefined && inForce.source !== ConfigSource.DEFAULT_CONFIG
  return isSet ? topic.partitions(config) : Math.min(topic.partitions(config), LOCAL_PARTITIONS)
}
