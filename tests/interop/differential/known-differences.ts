/**
 * Where Ottla answers otherwise than Apache Kafka, and why. The differential run fails on a difference that is not here
 * and on an entry that no longer holds; `npm run docs` copies the list into docs/protocol.md.
 */
/** The one the list was made with; `pom.xml` names it too. */
export const APACHE_KAFKA_VERSION = '4.4.0'

export interface KnownDifference {
  /** What it is about, as docs/protocol.md says it. */
  what: string
  /** Whether it is meant to stay. */
  kind: 'design' | 'gap'
  /** Only where one of the two has nothing at all. */
  onlyWhere?: 'Ottla has none' | 'Kafka has none'
  /** Where it shows: `scenario / step / field`, `*` for anything. */
  at: readonly string[]
}

export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    what: 'ApiVersions: APIs Ottla does not serve, or serves though a Kafka broker keeps them from clients.',
    kind: 'gap',
    at: ['api versions / ranges / *'],
  },
  {
    what: 'ApiVersions: features Ottla does not have, and the metadata version, which is that of the APIs it follows.',
    kind: 'gap',
    at: ['api versions / features / *'],
  },
  {
    what: 'Metadata: the zero id without a name is INVALID_TOPIC_EXCEPTION; Kafka stumbles (UNKNOWN_SERVER_ERROR).',
    kind: 'design',
    at: ['metadata / the zero id / *'],
  },
  {
    what: 'CreateTopics: a list config may not hold an element twice (KIP-1161); Kafka lets it pass in `cleanup.policy`.',
    kind: 'design',
    at: ['create topics / a cleanup policy twice*'],
  },
  {
    what:
      'CreateTopics: with a timeout of 0 or less Kafka creates the topic and answers REQUEST_TIMED_OUT; here it is created ' +
      'before the time could run out, and the answer says so.',
    kind: 'design',
    at: ['create topics together / no patience / *', 'create topics together / negative patience / *'],
  },
  {
    what: 'DeleteTopics: when a name and the id of the same topic are given, the refusal of the name is told without the id.',
    kind: 'design',
    at: ['delete and make again / a name and its id apart / responses.again.topicId'],
  },
  {
    what: 'Produce: null records are INVALID_RECORD; Kafka never answers.',
    kind: 'design',
    at: ['produce / no records at all'],
  },
  {
    what: 'Produce: an unknown compression is UNSUPPORTED_COMPRESSION_TYPE; Kafka stumbles (UNKNOWN_SERVER_ERROR).',
    kind: 'design',
    at: ['produce / an unknown compression / *'],
  },
  {
    what: 'Produce: a batch whose header is refused at first sight is answered without the log start offset.',
    kind: 'design',
    at: [
      'produce / a negative count / *.logStartOffset',
      'produce / a negative last offset / *.logStartOffset',
    ],
  },
  {
    what:
      'Produce: compressed records are opened only where their keys matter, so damage inside the compression is found by ' +
      'who reads them; Kafka refuses the batch (UNKNOWN_SERVER_ERROR).',
    kind: 'design',
    at: ['produce to special topics / a compression it does not have / *'],
  },
  {
    what:
      'Produce: a partition named twice is INVALID_REQUEST; Kafka takes the last of its batches and drops the others without ' +
      'a word.',
    kind: 'design',
    at: ['produce to special topics / a partition twice / *'],
  },
  {
    what: 'Fetch: a negative size counts as none, and an unknown isolation level as read_uncommitted; Kafka stumbles.',
    kind: 'design',
    at: ['fetch / negative bytes / *', 'fetch / an unknown isolation level / *'],
  },
  {
    what: 'DescribeConfigs: topic configs that came with Kafka 4.4.',
    kind: 'gap',
    at: [
      'describe configs / *errors.deadletterqueue.group.enable',
      'describe configs / *remote.copy.lag.bytes',
      'describe configs / *remote.copy.lag.ms',
      'describe configs / *max.decompressed.message.bytes',
    ],
  },
  {
    what:
      'DescribeConfigs: a broker or group has the configs that mean something here. Those about TLS, SASL, the KRaft quorum, ' +
      'threads, socket buffers, tiered storage, metrics, streams groups and the like are not told.',
    kind: 'design',
    onlyWhere: 'Ottla has none',
    at: ['describe configs / broker / *', 'describe configs / group / *'],
  },
  {
    what:
      'DescribeConfigs: listeners, folders and roles of a broker are told in the words of this engine, which has one listener ' +
      'and gives every broker its folder.',
    kind: 'design',
    at: [
      'describe configs / broker / listeners.*',
      'describe configs / broker / advertised.listeners.*',
      'describe configs / broker / log.dirs.*',
      'describe configs / broker / process.roles.*',
    ],
  },
  {
    what:
      'DescribeConfigs: Ottla’s own configs, and some that Kafka has and does not tell: leader.imbalance.per.broker.percentage, ' +
      'the replication throttles, two intervals.',
    kind: 'design',
    onlyWhere: 'Kafka has none',
    at: ['describe configs / broker / *'],
  },
  {
    what: 'DescribeConfigs: group.initial.rebalance.delay.ms is 0 by default, for groups of one developer.',
    kind: 'design',
    at: ['describe configs / broker / group.initial.rebalance.delay.ms.synonyms.1.value'],
  },
  {
    what: 'DescribeConfigs, IncrementalAlterConfigs: there are no client metrics subscriptions (KIP-714).',
    kind: 'gap',
    at: ['describe configs / client metrics*', 'change configs / client metrics / *'],
  },
  {
    what: 'IncrementalAlterConfigs: an unknown operation is INVALID_REQUEST; Kafka stumbles (UNKNOWN_SERVER_ERROR).',
    kind: 'design',
    at: ['change configs / an unknown operation / *'],
  },
  {
    what: 'IncrementalAlterConfigs: a broker config nobody knows is INVALID_REQUEST; Kafka takes it for one of a plug-in.',
    kind: 'design',
    at: [
      'change configs / a broker, a config of things Ottla has not / *',
      'change configs / a broker, unknown config / *',
    ],
  },
  {
    what:
      'IncrementalAlterConfigs: any broker takes changes for any other; Kafka takes those for itself only. One that does not ' +
      'exist is BROKER_ID_NOT_REGISTERED then, not INVALID_REQUEST.',
    kind: 'design',
    at: ['change configs / another broker / *', 'change configs / an unknown broker / *'],
  },
  {
    what: 'DescribeConfigs: once a broker config was changed dynamically, Kafka also tells defaults of synonyms in other units.',
    kind: 'design',
    at: ['change configs / in the end / *.synonyms.1'],
  },
  {
    what:
      'ConsumerGroupHeartbeat, JoinGroup: the first epoch of a consumer group is 1; Kafka counts from 1 and begins with 2. ' +
      'From there on epochs go the same steps.',
    kind: 'design',
    at: [
      'consumer protocol, the assignment interval / the epoch of a first member',
      'consumer protocol, wrong places / a consumer member joins as classic / generationId',
    ],
  },
  {
    what:
      'DescribeShareGroupOffsets: the start is where the last acknowledgement has brought it; Kafka tells the one before, as ' +
      'it writes the start it had when the acknowledgement came. The lag is the same.',
    kind: 'design',
    at: [
      'share group, deliveries / where the group is / *.startOffset',
      'share group, deliveries / at the end / *.startOffset',
    ],
  },
  {
    what:
      'DescribeShareGroupOffsets: a partition that is not there is UNKNOWN_TOPIC_OR_PARTITION, and no partitions are none; ' +
      'Kafka does not answer the first and stumbles over the second (UNKNOWN_SERVER_ERROR).',
    kind: 'design',
    at: ['share group, offsets / of an unknown partition', 'share group, offsets / of no partitions / *'],
  },
  {
    what: 'AlterShareGroupOffsets: a negative offset is INVALID_REQUEST; Kafka takes it.',
    kind: 'design',
    at: ['share group, offsets / alter to a negative offset / *'],
  },
]
