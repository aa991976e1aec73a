/** Broker configs of identity, network, topics, replication and the controller. */
import { boolean, int, INT_MAX, list, LONG_MAX, long, string } from './definition.ts'
import type { ConfigDefinition } from './definition.ts'

const clusterWide = { scope: 'cluster-wide' } as const
const positive = { atLeast: 1 }
const notNegative = { atLeast: 0 }

const identity: readonly ConfigDefinition[] = [
  int('node.id', null, notNegative, 'The broker’s id, unique in the cluster.'),
  int('broker.id', -1, {}, 'The older name of node.id.'),
  string(
    'broker.rack',
    null,
    [],
    'The rack this broker stands in; replicas of a partition are spread over racks.',
  ),
  list(
    'process.roles',
    'broker,controller',
    ['broker', 'controller'],
    'What this process is. Every broker of this engine can also be the controller.',
  ),
  list('listeners', 'PLAINTEXT://127.0.0.1:0', [], 'Where the broker listens.'),
  list('advertised.listeners', '', [], 'The addresses the broker tells clients; empty takes listeners.'),
  list('log.dirs', '', [], 'Where the broker keeps its data.'),
]

const network: readonly ConfigDefinition[] = [
  long(
    'connections.max.idle.ms',
    600_000,
    {},
    'A connection on which nothing was sent for this long is closed by the broker.',
  ),
  int('max.connections', INT_MAX, notNegative, 'How many connections a broker takes at a time.', clusterWide),
  int('request.timeout.ms', 30_000, positive, 'How long one broker waits for another’s answer.'),
  int('socket.request.max.bytes', 104_857_600, positive, 'A request larger than this closes its connection.'),
  int('fetch.max.bytes', 57_671_680, { atLeast: 1024 }, 'The most a broker puts into one fetch answer.'),
  int(
    'max.incremental.fetch.session.cache.slots',
    1000,
    notNegative,
    'How many fetch sessions (KIP-227) a broker remembers.',
  ),
  int(
    'max.request.partition.size.limit',
    2000,
    positive,
    'The most partitions in one answer of DescribeTopicPartitions.',
  ),
  int(
    'background.threads',
    10,
    positive,
    'Kept for tools that read it; this engine’s brokers have one thread each.',
    clusterWide,
  ),
]

const topics: readonly ConfigDefinition[] = [
  boolean(
    'auto.create.topics.enable',
    true,
    'Whether asking for the metadata of a topic that does not exist may create it.',
  ),
  boolean('delete.topic.enable', true, 'Whether topics may be deleted.'),
  int('num.partitions', 1, positive, 'The number of partitions of a topic created without saying one.'),
  int(
    'default.replication.factor',
    1,
    positive,
    'The replication factor of a topic created without saying one.',
  ),
]

const replication: readonly ConfigDefinition[] = [
  long(
    'replica.lag.time.max.ms',
    30_000,
    {},
    'A follower that was not caught up with its leader for this long leaves the ISR.',
  ),
  int(
    'replica.fetch.wait.max.ms',
    500,
    {},
    'How long a leader may hold back the answer to a follower that is caught up.',
  ),
  int('replica.fetch.min.bytes', 1, {}, 'How much a follower’s fetch waits for.'),
  int(
    'replica.fetch.max.bytes',
    1_048_576,
    notNegative,
    'How much of one partition a follower fetches at a time.',
  ),
  int(
    'replica.fetch.response.max.bytes',
    10_485_760,
    notNegative,
    'How much a follower fetches at a time in all.',
  ),
  int(
    'replica.fetch.backoff.ms',
    1000,
    notNegative,
    'How long a follower lets a partition rest after an error.',
  ),
  int('replica.socket.timeout.ms', 30_000, {}, 'How long a follower waits for a leader’s answer.'),
  long(
    'replica.high.watermark.checkpoint.interval.ms',
    5000,
    {},
    'How often high watermarks are written to disk.',
  ),
  string(
    'replica.selector.class',
    null,
    [],
    'How a consumer is sent to a replica near it (KIP-392); without it consumers read from leaders.',
  ),
  long(
    'leader.replication.throttled.rate',
    LONG_MAX,
    notNegative,
    'The most bytes a second this broker serves to followers of the replicas named in ' +
      'leader.replication.throttled.replicas, as long as they are not in sync.',
    clusterWide,
  ),
  long(
    'follower.replication.throttled.rate',
    LONG_MAX,
    notNegative,
    'The most bytes a second this broker fetches for its replicas named in ' +
      'follower.replication.throttled.replicas, as long as they are not in sync.',
    clusterWide,
  ),
  int(
    'replication.quota.window.num',
    11,
    positive,
    'How many windows the rate of throttled replication is averaged over.',
  ),
  int('replication.quota.window.size.seconds', 1, positive, 'The length of one such window.'),
  int('num.replica.fetchers', 1, positive, 'Fetchers per source broker; this engine uses one.', clusterWide),
]

const controller: readonly ConfigDefinition[] = [
  int('broker.heartbeat.interval.ms', 2000, positive, 'How often a broker tells the controller it is alive.'),
  int(
    'broker.session.timeout.ms',
    9000,
    positive,
    'A broker silent for this long is fenced: it leads nothing and leaves every ISR.',
  ),
  int(
    'controller.socket.timeout.ms',
    30_000,
    positive,
    'How long a broker waits for the controller’s answer.',
  ),
  boolean('controlled.shutdown.enable', true, 'Whether a broker hands over its leaderships before it stops.'),
  boolean(
    'auto.leader.rebalance.enable',
    true,
    'Whether leadership goes back to the preferred replica by itself.',
  ),
  long(
    'leader.imbalance.check.interval.seconds',
    300,
    positive,
    'How often partitions are looked at whose leader is not the preferred replica.',
  ),
  int(
    'leader.imbalance.per.broker.percentage',
    10,
    {},
    'Kept for tools that read it; Kafka’s controller has not used it since KRaft either.',
  ),
  long(
    'unclean.leader.election.interval.ms',
    300_000,
    positive,
    'How often leaderless partitions of topics that allow it are given an unclean leader.',
  ),
]

export const coreConfigs: readonly ConfigDefinition[] = [
  ...identity,
  ...network,
  ...topics,
  ...replication,
  ...controller,
]
