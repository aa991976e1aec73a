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
