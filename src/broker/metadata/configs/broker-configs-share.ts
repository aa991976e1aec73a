/** Broker configs of share groups and of the share coordinator (KIP-932). */
import { int, list, short } from './definition.ts'
import type { ConfigDefinition } from './definition.ts'

const positive = { atLeast: 1 }
const notNegative = { atLeast: 0 }

const groups: readonly ConfigDefinition[] = [
  int(
    'group.share.session.timeout.ms',
    45_000,
    positive,
    'A member of a share group that is silent for this long is removed.',
  ),
  int('group.share.min.session.timeout.ms', 45_000, positive, 'The least a share group may set for it.'),
  int('group.share.max.session.timeout.ms', 60_000, positive, 'The most a share group may set for it.'),
  int(
    'group.share.heartbeat.interval.ms',
    5000,
    positive,
    'How often a member of a share group is told to send heartbeats.',
  ),
  int('group.share.min.heartbeat.interval.ms', 5000, positive, 'The least a share group may set for it.'),
  int('group.share.max.heartbeat.interval.ms', 15_000, positive, 'The most a share group may set for it.'),
  int(
    'group.share.assignment.interval.ms',
    1000,
    notNegative,
    'A share group is assigned anew at most this often: changes within it are answered together. 0: at once.',
    { scope: 'cluster-wide' },
  ),
  int('group.share.min.assignment.interval.ms', 0, notNegative, 'The least a share group may set for it.'),
  int(
    'group.share.max.assignment.interval.ms',
    15_000,
    notNegative,
    'The most a share group may set for it.',
  ),
  int('group.share.max.size', 200, { atLeast: 1, atMost: 1000 }, 'The most members of one share group.'),
  list('group.share.assignors', 'simple', ['simple'], 'The assignor of share groups.'),
  int(
    'group.share.delivery.count.limit',
    5,
    { atLeast: 2, atMost: 10 },
    'How often a record is delivered to a share group before it is given up.',
  ),
  int(
    'group.share.record.lock.duration.ms',
    30_000,
    { atLeast: 1000, atMost: 3_600_000 },
    'How long a consumer of a share group holds the records it was given.',
  ),
  int(
    'group.share.min.record.lock.duration.ms',
    15_000,
    { atLeast: 1000, atMost: 30_000 },
    'The least a share group may set for it.',
  ),
  int(
    'group.share.max.record.lock.duration.ms',
    60_000,
    { atLeast: 30_000, atMost: 3_600_000 },
    'The most a share group may set for it.',
  ),
  int(
    'group.share.partition.max.record.locks',
    2000,
    { atLeast: 100, atMost: 10_000 },
    'How many records of one partition may be in flight to one share group.',
  ),
  int('group.share.max.share.sessions', 2000, positive, 'The most share sessions on one broker.'),
]

const coordinator: readonly ConfigDefinition[] = [
  int(
    'share.coordinator.state.topic.num.partitions',
    50,
    positive,
    'Partitions of __share_group_state when it is created; unless this is set, a local cluster makes do with 12.',
  ),
  short(
    'share.coordinator.state.topic.replication.factor',
    3,
    positive,
    'Replicas of __share_group_state when it is created; where the cluster has fewer brokers, as many as it has.',
  ),
  short(
    'share.coordinator.state.topic.min.isr',
    2,
    positive,
    'min.insync.replicas of __share_group_state; never more than its replicas.',
  ),
  int(
    'share.coordinator.state.topic.segment.bytes',
    104_857_600,
    positive,
    'Segment size of __share_group_state.',
  ),
  int(
    'share.coordinator.state.topic.prune.interval.ms',
    300_000,
    positive,
    'How often records of __share_group_state that a later snapshot has made useless are deleted.',
  ),
  int(
    'share.coordinator.snapshot.update.records.per.snapshot',
    500,
    { atLeast: 0, atMost: 500 },
    'How many changes of a share partition’s state are written before the whole of it is.',
  ),
  int(
    'share.coordinator.write.timeout.ms',
    5000,
    positive,
    'How long a write to __share_group_state waits to be replicated before it fails.',
  ),
]

export const shareConfigs: readonly ConfigDefinition[] = [...groups, ...coordinator]
