/** The topic configs of Apache Kafka 4, with the broker configs their defaults come from. */
import { boolean, byName, double, int, list, LONG_MAX, long, string } from './definition.ts'
import type { ConfigOptions, ConfigSynonym } from './definition.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** `'log.roll.hours*h'`: the broker config counts hours, the topic config milliseconds. */
function fedBy(...names: readonly string[]): ConfigOptions {
  const factors: Readonly<Record<string, number>> = { m: MINUTE_MS, h: HOUR_MS }
  const synonyms = names.map((entry): ConfigSynonym => {
    const [name = entry, unit] = entry.split('*')
    return { name, factor: unit === undefined ? 1 : (factors[unit] ?? 1) }
  })
  return { scope: 'cluster-wide', synonyms }
}

const noBrokerDefault: ConfigOptions = { scope: 'cluster-wide' }

/** `*` alone, or pairs `partition:broker`. */
function throttledReplica(element: string): string | null {
  return element === '*' || /^\d+:\d+$/.test(element)
    ? null
    : 'Each element must be * or of the form partition:broker'
}

export const topicConfigDefinitions = byName([
  list(
    'cleanup.policy',
    'delete',
    ['compact', 'delete'],
    'What happens to old data. "delete" drops segments that are past the retention time or size; "compact" keeps ' +
      'the newest record of every key; both together compact and also drop what is past retention. Empty keeps everything.',
    fedBy('log.cleanup.policy'),
  ),
  int(
    'compression.gzip.level',
    -1,
    { atLeast: -1, atMost: 9 },
    'The gzip level when the broker compresses with gzip; -1 is the codec’s own default.',
    fedBy('compression.gzip.level'),
  ),
  int(
    'compression.lz4.level',
    9,
    { atLeast: 1, atMost: 17 },
    'The LZ4 level when the broker compresses with lz4.',
    fedBy('compression.lz4.level'),
  ),
  string(
    'compression.type',
    'producer',
    ['uncompressed', 'zstd', 'lz4', 'snappy', 'gzip', 'producer'],
    'How batches are stored: with one codec for all, uncompressed, or ("producer") as the producer sent them.',
    fedBy('compression.type'),
  ),
  int(
    'compression.zstd.level',
    3,
    { atLeast: -131072, atMost: 22 },
    'The Zstandard level when the broker compresses with zstd.',
    fedBy('compression.zstd.level'),
  ),
  long(
    'delete.retention.ms',
    DAY_MS,
    { atLeast: 0 },
    'How long a tombstone stays in a compacted topic, so that a consumer reading from the start in that time sees ' +
      'every deletion.',
    fedBy('log.cleaner.delete.retention.ms'),
  ),
  long(
    'file.delete.delay.ms',
    MINUTE_MS,
    { atLeast: 0 },
    'How long data that was deleted stays on disk before its space is given back.',
    fedBy('log.segment.delete.delay.ms'),
  ),
  long(
    'flush.messages',
    LONG_MAX,
    { atLeast: 1 },
    'Force the log to the disk after this many records. 1 makes an acknowledged record survive the death of the ' +
      'machine, not only of the process, at the price of throughput.',
    fedBy('log.flush.interval.messages'),
  ),
  long(
    'flush.ms',
    LONG_MAX,
    { atLeast: 0 },
    'Force the log to the disk at least this often.',
    fedBy('log.flush.interval.ms', 'log.flush.scheduler.interval.ms'),
  ),
  list(
    'follower.replication.throttled.replicas',
    '',
    [],
    'Replicas whose fetching is limited by follower.replication.throttled.rate: pairs partition:broker, or * for all.',
    noBrokerDefault,
    throttledReplica,
  ),
  int(
    'index.interval.bytes',
    4096,
    { atLeast: 0 },
    'How many bytes of records lie between two entries of the offset index.',
    fedBy('log.index.interval.bytes'),
  ),
  int('internal.segment.bytes', null, { atLeast: 1 }, 'For tests: segment.bytes without its lower limit.', {
    scope: 'cluster-wide',
    internal: true,
  }),
  list(
    'leader.replication.throttled.replicas',
    '',
    [],
    'Replicas whose serving to followers is limited by leader.replication.throttled.rate: pairs partition:broker, ' +
      'or * for all.',
    noBrokerDefault,
    throttledReplica,
  ),
  long(
    'local.retention.bytes',
    -2,
    { atLeast: -2 },
    'With tiered storage: how much stays on the broker’s own disk; -2 takes retention.bytes.',
    fedBy('log.local.retention.bytes'),
  ),
  long(
    'local.retention.ms',
    -2,
    { atLeast: -2 },
    'With tiered storage: how long data stays on the broker’s own disk; -2 takes retention.ms.',
    fedBy('log.local.retention.ms'),
  ),
  long(
    'max.compaction.lag.ms',
    LONG_MAX,
    { atLeast: 1 },
    'The longest a record may wait in a compacted topic before it becomes subject to compaction.',
    fedBy('log.cleaner.max.compaction.lag.ms'),
  ),
  int(
    'max.message.bytes',
    1048588,
    { atLeast: 0 },
    'The largest record batch the topic takes, after compression.',
    fedBy('message.max.bytes'),
  ),
  long(
    'message.timestamp.after.max.ms',
    HOUR_MS,
    { atLeast: 0 },
    'How far in the future a record’s timestamp may lie, against the broker’s clock; ignored with LogAppendTime.',
    fedBy('log.message.timestamp.after.max.ms'),
  ),
  long(
    'message.timestamp.before.max.ms',
    LONG_MAX,
    { atLeast: 0 },
    'How far in the past a record’s timestamp may lie, against the broker’s clock; ignored with LogAppendTime.',
    fedBy('log.message.timestamp.before.max.ms'),
  ),
  string(
    'message.timestamp.type',
    'CreateTime',
    ['CreateTime', 'LogAppendTime'],
    'Whose time a record carries: the producer’s (CreateTime) or the leader’s when it appended it (LogAppendTime).',
    fedBy('log.message.timestamp.type'),
  ),
  double(
    'min.cleanable.dirty.ratio',
    0.5,
    { atLeast: 0, atMost: 1 },
    'The share of a log not compacted yet from which on it is worth a compaction.',
    fedBy('log.cleaner.min.cleanable.ratio'),
  ),
  long(
    'min.compaction.lag.ms',
    0,
    { atLeast: 0 },
    'How long a record of a compacted topic is safe from compaction.',
    fedBy('log.cleaner.min.compaction.lag.ms'),
  ),
  int(
    'min.insync.replicas',
    1,
    { atLeast: 1 },
    'How many replicas must be in the ISR for a produce with acks=all to be accepted; below it producers get ' +
      'NOT_ENOUGH_REPLICAS and the high watermark stands still.',
    fedBy('min.insync.replicas'),
  ),
  boolean('preallocate', false, 'Reserve the disk space of a new segment at once.', fedBy('log.preallocate')),
  boolean(
    'remote.log.copy.disable',
    false,
    'With tiered storage: copy no more segments away, the remote ones stay readable.',
    noBrokerDefault,
  ),
  boolean(
    'remote.log.delete.on.disable',
    false,
    'With tiered storage: delete what was copied away when tiered storage is turned off for the topic.',
    noBrokerDefault,
  ),
  boolean(
    'remote.storage.enable',
    false,
    'Tiered storage for this topic. This engine has none, so only false is accepted.',
    noBrokerDefault,
  ),
  long(
    'retention.bytes',
    -1,
    {},
    'The size one partition may grow to before its oldest segments are deleted; -1 is no limit.',
    fedBy('log.retention.bytes'),
  ),
  long(
    'retention.ms',
    7 * DAY_MS,
    { atLeast: -1 },
    'The age after which segments are deleted; -1 is no limit.',
    fedBy('log.retention.ms', 'log.retention.minutes*m', 'log.retention.hours*h'),
  ),
  int(
    'segment.bytes',
    1024 * 1024 * 1024,
    { atLeast: 1024 * 1024 },
    'The size at which a new segment is begun. Retention and compaction work on whole segments.',
    fedBy('log.segment.bytes'),
  ),
  int(
    'segment.index.bytes',
    10 * 1024 * 1024,
    { atLeast: 4 },
    'The largest size of a segment’s offset index.',
    fedBy('log.index.size.max.bytes'),
  ),
  long(
    'segment.jitter.ms',
    0,
    { atLeast: 0 },
    'At most this much is taken off segment.ms at random, so that segments do not all roll at once.',
    fedBy('log.roll.jitter.ms', 'log.roll.jitter.hours*h'),
  ),
  long(
    'segment.ms',
    7 * DAY_MS,
    { atLeast: 1 },
    'The age at which a new segment is begun even if it is not full, so that old data can be deleted or compacted.',
    fedBy('log.roll.ms', 'log.roll.hours*h'),
  ),
  boolean(
    'unclean.leader.election.enable',
    false,
    'Whether a replica outside the ISR may become leader when nobody else can: the partition comes back, records ' +
      'may be lost.',
    fedBy('unclean.leader.election.enable'),
  ),
])
