import { brokerConfigDefinitions } from './broker-config-definitions.ts'
import { brokerConfigValues, ConfigReader, noOverrides, staticBrokerId } from './config-values.ts'
import type { ConfigOverrides } from './config-values.ts'

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
  leaderReplicationThrottledRate: number
  followerReplicationThrottledRate: number
  replicationQuotaWindowNum: number
  replicationQuotaWindowSizeSeconds: number

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
  groupConsumerAssignmentIntervalMs: number
  groupConsumerMinAssignmentIntervalMs: number
  groupConsumerMaxAssignmentIntervalMs: number
  groupConsumerMaxSize: number
  groupConsumerAssignors: readonly string[]
  groupConsumerMigrationPolicy: 'bidirectional' | 'upgrade' | 'downgrade' | 'disabled'

  groupShareSessionTimeoutMs: number
  groupShareMinSessionTimeoutMs: number
  groupShareMaxSessionTimeoutMs: number
  groupShareHeartbeatIntervalMs: number
  groupShareMinHeartbeatIntervalMs: number
  groupShareMaxHeartbeatIntervalMs: number
  groupShareAssignmentIntervalMs: number
  groupShareMinAssignmentIntervalMs: number
  groupShareMaxAssignmentIntervalMs: number
  groupShareMaxSize: number
  groupShareDeliveryCountLimit: number
  groupShareRecordLockDurationMs: number
  groupShareMinRecordLockDurationMs: number
  groupShareMaxRecordLockDurationMs: number
  groupSharePartitionMaxRecordLocks: number
  groupShareMaxShareSessions: number
  shareCoordinatorStateTopicNumPartitions: number
  shareCoordinatorStateTopicReplicationFactor: number
  shareCoordinatorStateTopicMinIsr: number
  shareCoordinatorStateTopicSegmentBytes: number
  shareCoordinatorStateTopicPruneIntervalMs: number
  shareCoordinatorSnapshotUpdateRecordsPerSnapshot: number
  shareCoordinatorWriteTimeoutMs: number

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
  /** `ottla.eligible.leader.replicas.enable` (KIP-966) */
  eligibleLeaderReplicasEnable: boolean
}

/**
 * A broker's configuration in force: its own and the cluster's dynamic overrides over the static configuration
 * over the defaults.
 */
export function resolveBrokerConfig(
  staticConfig: ReadonlyMap<string, string>,
  overrides: ConfigOverrides = noOverrides,
): BrokerConfig {
  const read = new ConfigReader((name) => {
    if (!brokerConfigDefinitions.has(name)) throw new TypeError(`no such broker configuration: ${name}`)
    return brokerConfigValues(name, overrides, staticConfig)[0]?.value ?? null
  })
  return {
    brokerId: staticBrokerId(staticConfig),
    rack: read.textOrNull('broker.rack'),
    numPartitions: read.number('num.partitions'),
    defaultReplicationFactor: read.number('default.replication.factor'),
    autoCreateTopicsEnable: read.boolean('auto.create.topics.enable'),
    deleteTopicEnable: read.boolean('delete.topic.enable'),
    replicaLagTimeMaxMs: read.number('replica.lag.time.max.ms'),
    replicaFetchWaitMaxMs: read.number('replica.fetch.wait.max.ms'),
    replicaFetchMinBytes: read.number('replica.fetch.min.bytes'),
    replicaFetchMaxBytes: read.number('replica.fetch.max.bytes'),
    replicaFetchResponseMaxBytes: read.number('replica.fetch.response.max.bytes'),
    replicaFetchBackoffMs: read.number('replica.fetch.backoff.ms'),
    replicaSocketTimeoutMs: read.number('replica.socket.timeout.ms'),
    replicaHighWatermarkCheckpointIntervalMs: read.number('replica.high.watermark.checkpoint.interval.ms'),
    replicaSelectorClass: read.textOrNull('replica.selector.class'),
    leaderReplicationThrottledRate: read.number('leader.replication.throttled.rate'),
    followerReplicationThrottledRate: read.number('follower.replication.throttled.rate'),
    replicationQuotaWindowNum: read.number('replication.quota.window.num'),
    replicationQuotaWindowSizeSeconds: read.number('replication.quota.window.size.seconds'),
    brokerHeartbeatIntervalMs: read.number('broker.heartbeat.interval.ms'),
    brokerSessionTimeoutMs: read.number('broker.session.timeout.ms'),
    controlledShutdownEnable: read.boolean('controlled.shutdown.enable'),
    autoLeaderRebalanceEnable: read.boolean('auto.leader.rebalance.enable'),
    leaderImbalanceCheckIntervalSeconds: read.number('leader.imbalance.check.interval.seconds'),
    leaderImbalancePerBrokerPercentage: read.number('leader.imbalance.per.broker.percentage'),
    uncleanLeaderElectionIntervalMs: read.number('unclean.leader.election.interval.ms'),
    controllerSocketTimeoutMs: read.number('controller.socket.timeout.ms'),
    socketRequestMaxBytes: read.number('socket.request.max.bytes'),
    connectionsMaxIdleMs: read.number('connections.max.idle.ms'),
    requestTimeoutMs: read.number('request.timeout.ms'),
    fetchMaxBytes: read.number('fetch.max.bytes'),
    maxIncrementalFetchSessionCacheSlots: read.number('max.incremental.fetch.session.cache.slots'),
    maxRequestPartitionSizeLimit: read.number('max.request.partition.size.limit'),
    offsetsTopicNumPartitions: read.number('offsets.topic.num.partitions'),
    offsetsTopicReplicationFactor: read.number('offsets.topic.replication.factor'),
    offsetsTopicSegmentBytes: read.number('offsets.topic.segment.bytes'),
    offsetsTopicCompressionCodec: read.number('offsets.topic.compression.codec'),
    offsetMetadataMaxBytes: read.number('offset.metadata.max.bytes'),
    offsetsRetentionMinutes: read.number('offsets.retention.minutes'),
    offsetsRetentionCheckIntervalMs: read.number('offsets.retention.check.interval.ms'),
    offsetsCommitTimeoutMs: read.number('offsets.commit.timeout.ms'),
    groupInitialRebalanceDelayMs: read.number('group.initial.rebalance.delay.ms'),
    groupMinSessionTimeoutMs: read.number('group.min.session.timeout.ms'),
    groupMaxSessionTimeoutMs: read.number('group.max.session.timeout.ms'),
    groupMaxSize: read.number('group.max.size'),
    groupConsumerSessionTimeoutMs: read.number('group.consumer.session.timeout.ms'),
    groupConsumerMinSessionTimeoutMs: read.number('group.consumer.min.session.timeout.ms'),
    groupConsumerMaxSessionTimeoutMs: read.number('group.consumer.max.session.timeout.ms'),
    groupConsumerHeartbeatIntervalMs: read.number('group.consumer.heartbeat.interval.ms'),
    groupConsumerMinHeartbeatIntervalMs: read.number('group.consumer.min.heartbeat.interval.ms'),
    groupConsumerMaxHeartbeatIntervalMs: read.number('group.consumer.max.heartbeat.interval.ms'),
    groupConsumerAssignmentIntervalMs: read.number('group.consumer.assignment.interval.ms'),
    groupConsumerMinAssignmentIntervalMs: read.number('group.consumer.min.assignment.interval.ms'),
    groupConsumerMaxAssignmentIntervalMs: read.number('group.consumer.max.assignment.interval.ms'),
    groupConsumerMaxSize: read.number('group.consumer.max.size'),
    groupConsumerAssignors: read.list('group.consumer.assignors'),
    groupConsumerMigrationPolicy: read.text<BrokerConfig['groupConsumerMigrationPolicy']>(
      'group.consumer.migration.policy',
    ),
    groupShareSessionTimeoutMs: read.number('group.share.session.timeout.ms'),
    groupShareMinSessionTimeoutMs: read.number('group.share.min.session.timeout.ms'),
    groupShareMaxSessionTimeoutMs: read.number('group.share.max.session.timeout.ms'),
    groupShareHeartbeatIntervalMs: read.number('group.share.heartbeat.interval.ms'),
    groupShareMinHeartbeatIntervalMs: read.number('group.share.min.heartbeat.interval.ms'),
    groupShareMaxHeartbeatIntervalMs: read.number('group.share.max.heartbeat.interval.ms'),
    groupShareAssignmentIntervalMs: read.number('group.share.assignment.interval.ms'),
    groupShareMinAssignmentIntervalMs: read.number('group.share.min.assignment.interval.ms'),
    groupShareMaxAssignmentIntervalMs: read.number('group.share.max.assignment.interval.ms'),
    groupShareMaxSize: read.number('group.share.max.size'),
    groupShareDeliveryCountLimit: read.number('group.share.delivery.count.limit'),
    groupShareRecordLockDurationMs: read.number('group.share.record.lock.duration.ms'),
    groupShareMinRecordLockDurationMs: read.number('group.share.min.record.lock.duration.ms'),
    groupShareMaxRecordLockDurationMs: read.number('group.share.max.record.lock.duration.ms'),
    groupSharePartitionMaxRecordLocks: read.number('group.share.partition.max.record.locks'),
    groupShareMaxShareSessions: read.number('group.share.max.share.sessions'),
    shareCoordinatorStateTopicNumPartitions: read.number('share.coordinator.state.topic.num.partitions'),
    shareCoordinatorStateTopicReplicationFactor: read.number(
      'share.coordinator.state.topic.replication.factor',
    ),
    shareCoordinatorStateTopicMinIsr: read.number('share.coordinator.state.topic.min.isr'),
    shareCoordinatorStateTopicSegmentBytes: read.number('share.coordinator.state.topic.segment.bytes'),
    shareCoordinatorStateTopicPruneIntervalMs: read.number('share.coordinator.state.topic.prune.interval.ms'),
    shareCoordinatorSnapshotUpdateRecordsPerSnapshot: read.number(
      'share.coordinator.snapshot.update.records.per.snapshot',
    ),
    shareCoordinatorWriteTimeoutMs: read.number('share.coordinator.write.timeout.ms'),
    transactionMaxTimeoutMs: read.number('transaction.max.timeout.ms'),
    transactionStateLogNumPartitions: read.number('transaction.state.log.num.partitions'),
    transactionStateLogReplicationFactor: read.number('transaction.state.log.replication.factor'),
    transactionStateLogMinIsr: read.number('transaction.state.log.min.isr'),
    transactionStateLogSegmentBytes: read.number('transaction.state.log.segment.bytes'),
    transactionAbortTimedOutTransactionCleanupIntervalMs: read.number(
      'transaction.abort.timed.out.transaction.cleanup.interval.ms',
    ),
    transactionRemoveExpiredTransactionCleanupIntervalMs: read.number(
      'transaction.remove.expired.transaction.cleanup.interval.ms',
    ),
    transactionalIdExpirationMs: read.number('transactional.id.expiration.ms'),
    transactionPartitionVerificationEnable: read.boolean('transaction.partition.verification.enable'),
    producerIdExpirationMs: read.number('producer.id.expiration.ms'),
    producerIdExpirationCheckIntervalMs: read.number('producer.id.expiration.check.interval.ms'),
    logRetentionCheckIntervalMs: read.number('log.retention.check.interval.ms'),
    logInitialTaskDelayMs: read.number('log.initial.task.delay.ms'),
    logFlushIntervalMessages: read.number('log.flush.interval.messages'),
    logFlushIntervalMs: read.number('log.flush.interval.ms'),
    logCleanerEnable: read.boolean('log.cleaner.enable'),
    logCleanerBackoffMs: read.number('log.cleaner.backoff.ms'),
    quotaWindowNum: read.number('quota.window.num'),
    quotaWindowSizeSeconds: read.number('quota.window.size.seconds'),
    failureDetection: read.text<BrokerConfig['failureDetection']>('ottla.failure.detection'),
    controllerLeaseDurationMs: read.number('ottla.controller.lease.duration.ms'),
    controllerLeaseRenewIntervalMs: read.number('ottla.controller.lease.renew.interval.ms'),
    metadataLogMaxRecordsBetweenSnapshots: read.number('ottla.metadata.log.max.records.between.snapshots'),
    eligibleLeaderReplicasEnable: read.boolean('ottla.eligible.leader.replicas.enable'),
  }
}

/** A sentence that says why a broker cannot be started with this value, or null when it can. */
export function brokerConfigProblem(name: string, value: string): string | null {
  const definition = brokerConfigDefinitions.get(name)
  return definition === undefined ? `Unknown broker config name: ${name}` : definition.validate(value)
}
