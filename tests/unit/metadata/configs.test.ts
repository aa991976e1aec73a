import { describe, expect, test } from 'vitest'
import { brokerConfigDefinitions } from '../../../src/broker/metadata/configs/broker-config-definitions.ts'
import {
  brokerConfigProblem,
  resolveBrokerConfig,
} from '../../../src/broker/metadata/configs/broker-config.ts'
import { noOverrides } from '../../../src/broker/metadata/configs/config-values.ts'
import type { ConfigOverrides } from '../../../src/broker/metadata/configs/config-values.ts'
import {
  describeBrokerConfigs,
  describeClusterConfigs,
  describeGroupConfigs,
  describeTopicConfigs,
} from '../../../src/broker/metadata/configs/describe.ts'
import { topicConfigDefinitions } from '../../../src/broker/metadata/configs/topic-config-definitions.ts'
import { resolveTopicConfig } from '../../../src/broker/metadata/configs/topic-config.ts'

const none = new Map<string, string>()
const asBroker1 = (config: Record<string, string> = {}) =>
  new Map(Object.entries({ 'node.id': '1', ...config }))

/** `'topic/orders'` → its overrides. */
function overrides(byResource: Record<string, Record<string, string>>): ConfigOverrides {
  return {
    configOverrides: (type, name) => new Map(Object.entries(byResource[`${type}/${name}`] ?? {})),
  }
}

describe('topic configs', () => {
  test('are those of Apache Kafka 4', () => {
    const names = [...topicConfigDefinitions.values()]
      .filter(({ internal }) => !internal)
      .map(({ name }) => name)
    expect(names.toSorted()).toEqual([
      'cleanup.policy',
      'compression.gzip.level',
      'compression.lz4.level',
      'compression.type',
      'compression.zstd.level',
      'delete.retention.ms',
      'file.delete.delay.ms',
      'flush.messages',
      'flush.ms',
      'follower.replication.throttled.replicas',
      'index.interval.bytes',
      'leader.replication.throttled.replicas',
      'local.retention.bytes',
      'local.retention.ms',
      'max.compaction.lag.ms',
      'max.message.bytes',
      'message.timestamp.after.max.ms',
      'message.timestamp.before.max.ms',
      'message.timestamp.type',
      'min.cleanable.dirty.ratio',
      'min.compaction.lag.ms',
      'min.insync.replicas',
      'preallocate',
      'remote.log.copy.disable',
      'remote.log.delete.on.disable',
      'remote.storage.enable',
      'retention.bytes',
      'retention.ms',
      'segment.bytes',
      'segment.index.bytes',
      'segment.jitter.ms',
      'segment.ms',
      'unclean.leader.election.enable',
    ])
  })

  test('resolve to Kafka’s defaults', () => {
    expect(resolveTopicConfig(noOverrides, none, 'orders')).toMatchObject({
      cleanupPolicy: new Set(['delete']),
      compressionType: 'producer',
      flushMessages: 2 ** 63,
      maxMessageBytes: 1_048_588,
      messageTimestampAfterMaxMs: 3_600_000,
      messageTimestampType: 'CreateTime',
      minInsyncReplicas: 1,
      retentionBytes: -1,
      retentionMs: 604_800_000,
      segmentBytes: 1_073_741_824,
      segmentMs: 604_800_000,
      uncleanLeaderElectionEnable: false,
    })
  })

  test('the topic’s own goes before the broker’s, that before the cluster’s, that before the static one', () => {
    const layers: Record<string, Record<string, string>> = {
      'topic/orders': { 'retention.ms': '1' },
      'broker/1': { 'log.retention.ms': '2' },
      'broker/': { 'log.retention.ms': '3' },
    }
    const staticConfig = asBroker1({ 'log.retention.ms': '4' })
    const retentionMs = (...kept: string[]) =>
      resolveTopicConfig(
        overrides(Object.fromEntries(kept.map((key) => [key, layers[key]!]))),
        staticConfig,
        'orders',
      ).retentionMs
    expect(retentionMs('topic/orders', 'broker/1', 'broker/')).toBe(1)
    expect(retentionMs('broker/1', 'broker/')).toBe(2)
    expect(retentionMs('broker/')).toBe(3)
    expect(retentionMs()).toBe(4)
  })

  test.each([
    [{ 'log.retention.hours': '2' }, 7_200_000],
    [{ 'log.retention.hours': '2', 'log.retention.minutes': '3' }, 180_000],
    [{ 'log.retention.hours': '2', 'log.retention.minutes': '3', 'log.retention.ms': '4' }, 4],
    [{ 'log.retention.hours': '-1' }, -1],
  ])('retention from %o is %i ms', (config, retentionMs) => {
    expect(resolveTopicConfig(noOverrides, asBroker1(config), 'orders').retentionMs).toBe(retentionMs)
  })

  test('another broker’s configs do not count', () => {
    const other = overrides({ 'broker/2': { 'log.retention.ms': '2' } })
    expect(resolveTopicConfig(other, asBroker1(), 'orders').retentionMs).toBe(604_800_000)
  })
})

describe('validation', () => {
  const accepted: [name: string, value: string][] = [
    ['retention.ms', '-1'],
    ['retention.ms', ' 5 '],
    ['retention.ms', '9223372036854775807'],
    ['retention.bytes', '-5'],
    ['cleanup.policy', 'compact,delete'],
    ['cleanup.policy', 'compact, delete'],
    ['cleanup.policy', ''],
    ['min.cleanable.dirty.ratio', '1'],
    ['preallocate', 'TRUE'],
    ['leader.replication.throttled.replicas', '*'],
    ['leader.replication.throttled.replicas', '0:1,1:2'],
    ['compression.type', 'uncompressed'],
    ['compression.zstd.level', '-131072'],
    ['internal.segment.bytes', '100'],
  ]

  test.each(accepted)('%s accepts %o', (name, value) => {
    expect(topicConfigDefinitions.get(name)!.validate(value)).toBeNull()
  })

  const refused: [name: string, value: string, reason: string][] = [
    ['retention.ms', '', 'Not a number of type LONG'],
    ['retention.ms', '1.5', 'Not a number of type LONG'],
    ['retention.ms', '9223372036854775808', 'Not a number of type LONG'],
    ['max.message.bytes', '2147483648', 'Not a number of type INT'],
    ['max.message.bytes', '-1', 'Value must be at least 0'],
    ['compression.gzip.level', '10', 'Value must be no more than 9'],
    ['min.cleanable.dirty.ratio', '1.01', 'Value must be no more than 1'],
    ['min.cleanable.dirty.ratio', 'half', 'Not a number of type DOUBLE'],
    ['preallocate', 'yes', 'Expected value to be either true or false'],
    ['message.timestamp.type', 'Now', 'String must be one of: CreateTime, LogAppendTime'],
    ['cleanup.policy', 'forget', 'String must be one of: compact, delete'],
    ['cleanup.policy', 'compact,compact', 'The list must not contain duplicates'],
    [
      'leader.replication.throttled.replicas',
      '1-2',
      'Each element must be * or of the form partition:broker',
    ],
  ]

  test.each(refused)('%s refuses %o', (name, value, reason) => {
    expect(topicConfigDefinitions.get(name)!.validate(value)).toBe(
      `Invalid value ${value} for configuration ${name}: ${reason}`,
    )
  })

  test('every default is accepted, and every config says what it is for', () => {
    const all = [...topicConfigDefinitions.values(), ...brokerConfigDefinitions.values()]
    const problems = all.flatMap(({ defaultValue, validate }) =>
      defaultValue === null ? [] : (validate(defaultValue) ?? []),
    )
    expect(problems).toEqual([])
    expect(all.filter(({ documentation }) => documentation.length < 20)).toEqual([])
  })

  test('a broker config that takes a topic config’s limits says its own name', () => {
    expect(brokerConfigProblem('log.segment.bytes', '5')).toBe(
      'Invalid value 5 for configuration log.segment.bytes: Value must be at least 1048576',
    )
  })

  test('a broker config nobody knows', () => {
    expect(brokerConfigProblem('no.such', '5')).toBe('Unknown broker config name: no.such')
    expect(brokerConfigProblem('num.partitions', '5')).toBeNull()
  })
})

describe('broker configs', () => {
  test('resolve to Kafka’s defaults, but for those where a local cluster is better off', () => {
    expect(resolveBrokerConfig(asBroker1())).toMatchObject({
      brokerId: 1,
      rack: null,
      numPartitions: 1,
      replicaLagTimeMaxMs: 30_000,
      brokerSessionTimeoutMs: 9000,
      fetchMaxBytes: 57_671_680,
      offsetsTopicNumPartitions: 50,
      groupConsumerAssignors: ['uniform', 'range'],
      groupInitialRebalanceDelayMs: 0,
      failureDetection: 'instant',
    })
  })

  test('this broker’s dynamic value goes before the cluster’s, that before the static one', () => {
    const config = asBroker1({ 'producer.id.expiration.ms': '3' })
    const cluster = { 'broker/': { 'producer.id.expiration.ms': '2' } }
    const own = { 'broker/1': { 'producer.id.expiration.ms': '1' } }
    const resolved = (layers: Record<string, Record<string, string>>) =>
      resolveBrokerConfig(config, overrides(layers)).producerIdExpirationMs
    expect([resolved({ ...cluster, ...own }), resolved(cluster), resolved({})]).toEqual([1, 2, 3])
  })

  test('every strongest synonym of a topic config is a broker config that can change while brokers run', () => {
    const synonyms = [...topicConfigDefinitions.values()].flatMap((config) => config.synonyms[0] ?? [])
    expect(synonyms.map(({ name }) => brokerConfigDefinitions.get(name)?.scope)).toEqual(
      synonyms.map(() => 'cluster-wide'),
    )
  })
})

describe('DescribeConfigs', () => {
  const byName = <T extends { name: string }>(configs: readonly T[]) =>
    new Map(configs.map((config) => [config.name, config]))

  test('a topic config set: its source, and everything behind it in order', () => {
    const layers = overrides({
      'broker/1': { 'log.retention.ms': '2' },
      'broker/': { 'log.retention.ms': '3' },
    })
    const configs = describeTopicConfigs(
      layers,
      asBroker1({ 'log.retention.minutes': '4' }),
      new Map([['retention.ms', '1']]),
    )
    expect(byName(configs).get('retention.ms')).toMatchObject({
      value: '1',
      configSource: 1,
      configType: 5,
      readOnly: false,
      synonyms: [
        { name: 'retention.ms', value: '1', source: 1 },
        { name: 'log.retention.ms', value: '2', source: 2 },
        { name: 'log.retention.ms', value: '3', source: 3 },
        { name: 'log.retention.minutes', value: '4', source: 4 },
      ],
    })
  })

  test('a topic config taken from a broker config in hours is in its own unit', () => {
    const configs = describeTopicConfigs(noOverrides, asBroker1({ 'log.retention.hours': '2' }), none)
    expect(byName(configs).get('retention.ms')).toMatchObject({ value: '7200000', configSource: 4 })
  })

  test('a topic config without a broker config has no synonyms, as in Kafka', () => {
    const configs = describeTopicConfigs(noOverrides, none, none)
    expect(byName(configs).get('remote.storage.enable')).toMatchObject({
      value: 'false',
      configSource: 5,
      synonyms: [],
    })
  })

  test('internal configs are told only when they are set', () => {
    const names = (own: ReadonlyMap<string, string>) =>
      [...byName(describeTopicConfigs(noOverrides, none, own)).keys()].includes('internal.segment.bytes')
    expect(names(none)).toBe(false)
    expect(names(new Map([['internal.segment.bytes', '100']]))).toBe(true)
  })

  test('a broker tells all its configs, which of them can be changed, and their types', () => {
    const configs = byName(describeBrokerConfigs(noOverrides, asBroker1({ 'broker.rack': 'a' })))
    expect(configs.get('broker.rack')).toMatchObject({ value: 'a', configSource: 4, readOnly: true })
    expect(configs.get('log.cleanup.policy')).toMatchObject({
      value: 'delete',
      readOnly: false,
      configType: 7,
    })
    // The hours behind it are no milliseconds.
    expect(configs.get('log.retention.ms')).toMatchObject({
      value: null,
      configSource: 5,
      synonyms: [],
    })
    expect(configs.has('producer.id.expiration.check.interval.ms')).toBe(false)
  })

  test('the cluster tells only what was set for it', () => {
    const layers = overrides({ 'broker/': { 'log.retention.ms': '3' } })
    expect(describeClusterConfigs(layers)).toMatchObject([
      { name: 'log.retention.ms', value: '3', configSource: 3 },
    ])
  })

  test('a group’s own config stands before the broker’s', () => {
    const own = new Map([['consumer.session.timeout.ms', '50000']])
    expect(
      byName(describeGroupConfigs(noOverrides, none, own)).get('consumer.session.timeout.ms'),
    ).toMatchObject({
      value: '50000',
      configSource: 8,
      synonyms: [
        { name: 'consumer.session.timeout.ms', value: '50000', source: 8 },
        { name: 'group.consumer.session.timeout.ms', value: '45000', source: 5 },
      ],
    })
  })
})
