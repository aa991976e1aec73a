/** Broker configs of the group and transaction coordinators, producer ids and quotas. */
import { boolean, int, INT_MAX, list, long, short, string } from './definition.ts'
import type { ConfigDefinition } from './definition.ts'

const clusterWide = { scope: 'cluster-wide' } as const
const positive = { atLeast: 1 }
const notNegative = { atLeast: 0 }

const offsets: readonly ConfigDefinition[] = [
  int(
    'offsets.topic.num.partitions',
    50,
    positive,
    'Partitions of __consumer_offsets when it is created. Unless this is set, a local cluster makes do with 12: ' +
      'fifty mostly empty logs on every broker cost start-up time.',
  ),
  short(
    'offsets.topic.replication.factor',
    3,
    positive,
    'Replicas of __consumer_offsets when it is created; where the cluster has fewer brokers, as many as it has.',
  ),
  int('offsets.topic.segment.bytes', 104_857_600, positive, 'Segment size of __consumer_offsets.'),
  int('offsets.topic.compression.codec', 0, notNegative, 'Codec of __consumer_offsets; 0 is none.'),
  int('offset.metadata.max.bytes', 4096, {}, 'The longest text a consumer may commit beside an offset.'),
  int(
    'offsets.retention.minutes',
    10_080,
    positive,
    'How long committed offsets are kept after the group has become empty.',
  ),
  long(
    'offsets.retention.check.interval.ms',
    600_000,
    positive,
    'How often committed offsets are looked at for expiry.',
  ),
  int(
    'offsets.commit.timeout.ms',
    5000,
    positive,
    'How long a commit waits to be replicated before it fails.',
  ),
]

const classicGroups: readonly ConfigDefinition[] = [
  int(
    'group.initial.rebalance.delay.ms',
    0,
    notNegative,
    'How long an empty group waits for more members before its first rebalance. Kafka’s default is 3000; here a ' +
      'developer is usually waiting for the first record.',
  ),
  int('group.min.session.timeout.ms', 6000, {}, 'The shortest session time-out a member may ask for.'),
  int('group.max.session.timeout.ms', 1_800_000, {}, 'The longest session time-out a member may ask for.'),
  int('group.max.size', INT_MAX, positive, 'The most members of one group.'),
]

const consumerGroups: readonly ConfigDefinition[] = [
  int(
    'group.consumer.session.timeout.ms',
    45_000,
    positive,
    'A member of a KIP-848 group that is silent for this long is removed.',
  ),
  int('group.consumer.min.session.timeout.ms', 45_000, positive, 'The least a group may set for it.'),
  int('group.consumer.max.session.timeout.ms', 60_000, positive, 'The most a group may set for it.'),
  int(
    'group.consumer.heartbeat.interval.ms',
    5000,
    positive,
    'How often a member of a KIP-848 group is told to send heartbeats.',
  ),
  int('group.consumer.min.heartbeat.interval.ms', 5000, positive, 'The least a group may set for it.'),
  int('group.consumer.max.heartbeat.interval.ms', 15_000, positive, 'The most a group may set for it.'),
  int(
    'group.consumer.assignment.interval.ms',
    1000,
    notNegative,
    'A KIP-848 group is assigned anew at most this often: changes within it are answered together. 0: at once.',
    clusterWide,
  ),
  int('group.consumer.min.assignment.interval.ms', 0, notNegative, 'The least a group may set for it.'),
  int('group.consumer.max.assignment.interval.ms', 15_000, notNegative, 'The most a group may set for it.'),
  int('group.consumer.max.size', INT_MAX, positive, 'The most members of one KIP-848 group.'),
  list(
    'group.consumer.assignors',
    'uniform,range',
    [],
    'The assignors of KIP-848 groups; the first is used where a member asks for none.',
  ),
  string(
    'group.consumer.migration.policy',
    'bidirectional',
    ['bidirectional', 'upgrade', 'downgrade', 'disabled'],
    'Whether a group may change between the classic and the KIP-848 protocol while it has members.',
  ),
]

const transactions: readonly ConfigDefinition[] = [
  int(
    'transaction.max.timeout.ms',
    900_000,
    positive,
    'The longest transaction time-out a producer may ask for.',
  ),
  int(
    'transaction.state.log.num.partitions',
    50,
    positive,
    'Partitions of __transaction_state when it is created; unless this is set, a local cluster makes do with 12.',
  ),
  short(
    'transaction.state.log.replication.factor',
    3,
    positive,
    'Replicas of __transaction_state when it is created; where the cluster has fewer brokers, as many as it has.',
  ),
  int(
    'transaction.state.log.min.isr',
    2,
    positive,
    'min.insync.replicas of __transaction_state; never more than its replicas.',
  ),
  int('transaction.state.log.segment.bytes', 104_857_600, positive, 'Segment size of __transaction_state.'),
  int(
    'transaction.abort.timed.out.transaction.cleanup.interval.ms',
    10_000,
    positive,
    'How often transactions past their time-out are aborted.',
  ),
  int(
    'transaction.remove.expired.transaction.cleanup.interval.ms',
    3_600_000,
    positive,
    'How often transactional ids past their expiry are forgotten.',
  ),
  int(
    'transactional.id.expiration.ms',
    604_800_000,
    positive,
    'A transactional id not used for this long is forgotten.',
  ),
  boolean(
    'transaction.partition.verification.enable',
    true,
    'Whether a leader asks the transaction coordinator if a partition really is part of the transaction.',
    clusterWide,
  ),
  int(
    'producer.id.expiration.ms',
    86_400_000,
    positive,
    'A producer id not seen by a partition for this long is forgotten there.',
    clusterWide,
  ),
  int(
    'producer.id.expiration.check.interval.ms',
    600_000,
    positive,
    'How often producer ids are looked at for expiry.',
    { internal: true },
  ),
]

const quotas: readonly ConfigDefinition[] = [
  int('quota.window.num', 11, positive, 'How many windows a client’s rate is averaged over.'),
  int('quota.window.size.seconds', 1, positive, 'The length of one such window.'),
]

export const coordinatorConfigs: readonly ConfigDefinition[] = [
  ...offsets,
  ...classicGroups,
  ...consumerGroups,
  ...transactions,
  ...quotas,
]
