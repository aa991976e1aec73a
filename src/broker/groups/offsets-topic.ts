import type { BrokerConfig } from '../metadata/configs/broker-config.ts'

export const OFFSETS_TOPIC = '__consumer_offsets'

/**
 * The topic as it has to be created. Kafka refuses to create it with fewer brokers than
 * `offsets.topic.replication.factor`; on one machine groups should work with a single broker, so it takes what is
 * there.
 */
export function offsetsTopic(config: BrokerConfig, aliveBrokers: number) {
  return {
    name: OFFSETS_TOPIC,
    numPartitions: config.offsetsTopicNumPartitions,
    replicationFactor: Math.min(config.offsetsTopicReplicationFactor, aliveBrokers),
    assignments: [],
    configs: [
      { name: 'cleanup.policy', value: 'compact' },
      { name: 'compression.type', value: 'producer' },
      { name: 'segment.bytes', value: String(config.offsetsTopicSegmentBytes) },
    ],
  }
}
