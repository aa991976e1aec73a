/** Whether a broker's death is known at once (its supervisor sees it) or only by its missing heartbeats. */
export type FailureDetection = 'instant' | 'session'

/**
 * A broker's configuration with every override and default resolved. Keys which Kafka does not have are Ottla's
 * own and start with `ottla.` in the configuration.
 */
export interface BrokerConfig {
  brokerId: number
  rack: string | null

  numPartitions: number
  defaultReplicationFactor: number
  autoCreateTopicsEnable: boolean
  deleteTopicEnable: boolean

  replicaLagTimeMaxMs: number
  replicaFetchWaitMaxMs: number
  replicaFetchMinBytes: number
  replicaFetchMaxBytes: number
  replicaFetchResponseMaxBytes: number
  replicaFetchBackoffMs: number
  replicaSocketTimeoutMs: number
  replicaHighWatermarkCheckpointIntervalMs: number
  replicaSelectorClass: string | null

  brokerHeartbeatIntervalMs: number
  brokerSessionTimeoutMs: number
  controlledShutdownEnable: boolean
  autoLeaderRebalanceEnable: boolean
  leaderImbalanceCheckIntervalSeconds: number
  leaderImbalancePerBrokerPercentage: number
  uncleanLeaderElectionIntervalMs: number
  controllerSocketTimeoutMs: number

  socketRequestMaxBytes: number
  connectionsMaxIdleMs: number
  requestTimeoutMs: number
  fetchMaxBytes: number
  maxIncrementalFetchSessionCacheSlots: number
  maxRequestPartitionSizeLimit: number

  offsetsTopicNumPartitions: number
  offsetsTopicReplicationFactor: number
  offsetsTopicSegmentBytes: number
  offsetsTopicCompressionCodec: number
  offsetMetadataMaxBytes: number
  offsetsRetentionMinutes: number
  offsetsRetentionCheckIntervalMs: number
  offsetsCommitTimeoutMs: number

  groupInitialRebalanceDelayMs: number
  groupMinSessionTimeoutMs: number
  groupMaxSessionTimeoutMs: number
  groupMaxSize: number
  groupConsumerSessionTimeoutMs: number
  groupConsumerMinSessionTimeoutMs: number
  groupConsumerMaxSessionTimeoutMs: number
  groupConsumerHeartbeatIntervalMs: number
  groupConsumerMinHeartbeatIntervalMs: number
  groupConsumerMaxHeartbeatIntervalMs: number
  groupConsumerMaxSize: number
  groupConsumerAssignors: readonly string[]
  groupConsumerMigrationPolicy: 'bidirectional' | 'upgrade' | 'downgrade' | 'disabled'

  transactionMaxTimeoutMs: number
  transactionStateLogNumPartitions: number
  transactionStateLogReplicationFactor: number
  transactionStateLogMinIsr: number
  transactionStateLogSegmentBytes: number
  transactionAbortTimedOutTransactionCleanupIntervalMs: number
  transactionRemoveExpiredTransactionCleanupIntervalMs: number
  transactionalIdExpirationMs: number
  transactionPartitionVerificationEnable: boolean
  producerIdExpirationMs: number
  producerIdExpirationCheckIntervalMs: number

  logRetentionCheckIntervalMs: number
  logInitialTaskDelayMs: number
  logFlushIntervalMessages: number
  logFlushIntervalMs: number
  logCleanerEnable: boolean
  logCleanerBackoffMs: number

  quotaWindowNum: number
  quotaWindowSizeSeconds: number

  /** `ottla.failure.detection` */
  failureDetection: FailureDetection
  /** `ottla.controller.lease.duration.ms`: how long a lease lives without being renewed. */
  controllerLeaseDurationMs: number
  /** `ottla.controller.lease.renew.interval.ms`: how often the holder renews and the others try. */
  controllerLeaseRenewIntervalMs: number
  /** `ottla.metadata.log.max.records.between.snapshots` */
  metadataLogMaxRecordsBetweenSnapshots: number
}
