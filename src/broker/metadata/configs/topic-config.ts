import { ConfigReader, topicConfigValue } from './config-values.ts'
import type { ConfigOverrides } from './config-values.ts'
import { topicConfigDefinitions } from './topic-config-definitions.ts'

/** What a partition's log does about old data: delete old segments, keep the last record per key, or both. */
export type CleanupPolicy = 'compact' | 'delete'
export type CompressionType = 'uncompressed' | 'zstd' | 'lz4' | 'snappy' | 'gzip' | 'producer'
export type MessageTimestampType = 'CreateTime' | 'LogAppendTime'

/**
 * A topic's configuration with every override and default resolved, as one broker sees it. A "no limit" value is
 * what Kafka writes: -1, or Long.MAX (9223372036854775807, here the nearest double).
 */
export interface TopicConfig {
  cleanupPolicy: ReadonlySet<CleanupPolicy>
  compressionGzipLevel: number
  compressionLz4Level: number
  compressionType: CompressionType
  compressionZstdLevel: number
  deleteRetentionMs: number
  fileDeleteDelayMs: number
  flushMessages: number
  flushMs: number
  followerReplicationThrottledReplicas: readonly string[]
  indexIntervalBytes: number
  leaderReplicationThrottledReplicas: readonly string[]
  localRetentionBytes: number
  localRetentionMs: number
  maxCompactionLagMs: number
  maxMessageBytes: number
  messageTimestampAfterMaxMs: number
  messageTimestampBeforeMaxMs: number
  messageTimestampType: MessageTimestampType
  minCleanableDirtyRatio: number
  minCompactionLagMs: number
  minInsyncReplicas: number
  preallocate: boolean
  remoteLogCopyDisable: boolean
  remoteLogDeleteOnDisable: boolean
  remoteStorageEnable: boolean
  retentionBytes: number
  retentionMs: number
  segmentBytes: number
  segmentIndexBytes: number
  segmentJitterMs: number
  segmentMs: number
  uncleanLeaderElectionEnable: boolean
}

/**
 * A topic's configuration in force on the broker whose static configuration is given: the topic's own overrides,
 * then the broker's and the cluster's dynamic ones, the static ones, the defaults.
 */
export function resolveTopicConfig(
  overrides: ConfigOverrides,
  staticConfig: ReadonlyMap<string, string>,
  topic: string,
): TopicConfig {
  const own = overrides.configOverrides('topic', topic)
  const read = new ConfigReader((name) => {
    const definition = topicConfigDefinitions.get(name)
    if (definition === undefined) throw new TypeError(`no such topic configuration: ${name}`)
    return topicConfigValue(definition, overrides, staticConfig, own)
  })
  return {
    cleanupPolicy: new Set(read.list('cleanup.policy') as CleanupPolicy[]),
    compressionGzipLevel: read.number('compression.gzip.level'),
    compressionLz4Level: read.number('compression.lz4.level'),
    compressionType: read.text<CompressionType>('compression.type'),
    compressionZstdLevel: read.number('compression.zstd.level'),
    deleteRetentionMs: read.number('delete.retention.ms'),
    fileDeleteDelayMs: read.number('file.delete.delay.ms'),
    flushMessages: read.number('flush.messages'),
    flushMs: read.number('flush.ms'),
    followerReplicationThrottledReplicas: read.list('follower.replication.throttled.replicas'),
    indexIntervalBytes: read.number('index.interval.bytes'),
    leaderReplicationThrottledReplicas: read.list('leader.replication.throttled.replicas'),
    localRetentionBytes: read.number('local.retention.bytes'),
    localRetentionMs: read.number('local.retention.ms'),
    maxCompactionLagMs: read.number('max.compaction.lag.ms'),
    maxMessageBytes: read.number('max.message.bytes'),
    messageTimestampAfterMaxMs: read.number('message.timestamp.after.max.ms'),
    messageTimestampBeforeMaxMs: read.number('message.timestamp.before.max.ms'),
    messageTimestampType: read.text<MessageTimestampType>('message.timestamp.type'),
    minCleanableDirtyRatio: read.number('min.cleanable.dirty.ratio'),
    minCompactionLagMs: read.number('min.compaction.lag.ms'),
    minInsyncReplicas: read.number('min.insync.replicas'),
    preallocate: read.boolean('preallocate'),
    remoteLogCopyDisable: read.boolean('remote.log.copy.disable'),
    remoteLogDeleteOnDisable: read.boolean('remote.log.delete.on.disable'),
    remoteStorageEnable: read.boolean('remote.storage.enable'),
    retentionBytes: read.number('retention.bytes'),
    retentionMs: read.number('retention.ms'),
    segmentBytes: Number(read.textOrNull('internal.segment.bytes') ?? read.text('segment.bytes')),
    segmentIndexBytes: read.number('segment.index.bytes'),
    segmentJitterMs: read.number('segment.jitter.ms'),
    segmentMs: read.number('segment.ms'),
    uncleanLeaderElectionEnable: read.boolean('unclean.leader.election.enable'),
  }
}
