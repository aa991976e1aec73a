import { describe, expect, test } from 'vitest'
import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import { ControlPlane, threeBrokers } from './harness.ts'

type Topic = Parameters<ControlPlane['createTopics']>[0][number]

const manual = (...assignments: [number, number[]][]): Topic => ({
  numPartitions: -1,
  replicationFactor: -1,
  assignments: assignments.map(([partitionIndex, brokerIds]) => ({ partitionIndex, brokerIds })),
})

describe('a topic that is created', () => {
  test('has its partitions, each led by its first replica with all in the ISR', () => {
    const plane = threeBrokers()
    const { topics } = plane.createTopics([{ name: 'orders', numPartitions: 6, replicationFactor: 3 }])
    expect(topics![0]).toMatchObject({
      errorCode: ErrorCode.NONE,
      numPartitions: 6,
      replicationFactor: 3,
      topicId: plane.image.topic('orders')!.id,
    })
    expect(plane.image.topic('orders')!.partitions).toEqual(
      plane.image.topic('orders')!.partitions.map((partition) => ({
        ...partition,
        isr: partition.replicas,
        leader: partition.replicas[0],
        leaderEpoch: 0,
        partitionEpoch: 0,
      })),
    )
  })

  test('has the defaults of the cluster for -1', () => {
    const plane = threeBrokers({ 'num.partitions': '4', 'default.replication.factor': '2' })
    const { topics } = plane.createTopics([{ numPartitions: -1, replicationFactor: -1 }])
    expect(topics![0]).toMatchObject({ numPartitions: 4, replicationFactor: 2 })
  })

  test('takes the defaults that were set while the cluster ran', () => {
    const plane = threeBrokers()
    plane.alterConfig(4, '', [{ name: 'min.insync.replicas', configOperation: 0, value: '2' }])
    const { topics } = plane.createTopics([{ replicationFactor: 3 }])
    expect(topics![0]!.configs!.find(({ name }) => name === 'min.insync.replicas')).toEqual({
      name: 'min.insync.replicas',
      value: '2',
      readOnly: false,
      configSource: 3,
      isSensitive: false,
    })
  })

  test('answers its configs with their source', () => {
    const plane = threeBrokers()
    const { topics } = plane.createTopics([{ configs: [{ name: 'retention.ms', value: '1000' }] }])
    const configs = new Map(topics![0]!.configs!.map((config) => [config.name, config]))
    expect(configs.get('retention.ms')).toMatchObject({ value: '1000', configSource: 1 })
    expect(configs.get('segment.ms')).toMatchObject({ value: '604800000', configSource: 5 })
  })

  test('gets a new id each time it is created again', () => {
    const plane = threeBrokers()
    const first = plane.createTopics([{ name: 'orders' }]).topics![0]!.topicId
    plane.active.deleteTopics({ topicNames: ['orders'], topics: [], timeoutMs: 0 }, 5)
    const second = plane.createTopics([{ name: 'orders' }]).topics![0]!.topicId
    expect(second).not.toBe(first)
    expect(plane.image.topicsById.has(first!)).toBe(false)
  })

  test('does not place leaders on fenced brokers, but replicas', () => {
    const plane = threeBrokers()
    plane.active.brokerDied(3)
    plane.createTopics([{ numPartitions: 8, replicationFactor: 3 }])
    const { partitions } = plane.image.topic('orders')!
    expect(partitions.every(({ leader }) => leader !== 3)).toBe(true)
    expect(partitions.every(({ replicas, isr }) => replicas.includes(3) && !isr.includes(3))).toBe(true)
  })

  test('as its assignment says', () => {
    const plane = threeBrokers()
    plane.createTopics([{ name: 'orders', ...manual([1, [3, 1]], [0, [2, 3]]) }])
    expect(plane.image.topic('orders')!.partitions.map(({ replicas }) => replicas)).toEqual([
      [2, 3],
      [3, 1],
    ])
  })

  test('with validateOnly answers the same and creates nothing', () => {
    const plane = threeBrokers()
    const { topics } = plane.createTopics([{ name: 'orders', numPartitions: 5 }], { validateOnly: true })
    expect(topics![0]).toMatchObject({ errorCode: ErrorCode.NONE, numPartitions: 5 })
    expect(plane.image.topicsByName.size).toBe(0)
  })

  test('does not keep the others of the request from being refused', () => {
    const plane = threeBrokers()
    const { topics } = plane.createTopics([{ name: 'bad name' }, { name: 'orders' }])
    expect(topics!.map(({ errorCode }) => errorCode)).toEqual([
      ErrorCode.INVALID_TOPIC_EXCEPTION,
      ErrorCode.NONE,
    ])
  })
})

describe('refusals', () => {
  const cases: [rule: string, topic: Topic, code: number, message?: RegExp][] = [
    ['an empty name', { name: '' }, ErrorCode.INVALID_TOPIC_EXCEPTION],
    ['"."', { name: '.' }, ErrorCode.INVALID_TOPIC_EXCEPTION],
    ['".."', { name: '..' }, ErrorCode.INVALID_TOPIC_EXCEPTION],
    ['a name of 250 characters', { name: 'x'.repeat(250) }, ErrorCode.INVALID_TOPIC_EXCEPTION],
    ['a name with a space', { name: 'a b' }, ErrorCode.INVALID_TOPIC_EXCEPTION],
    ['a name that exists', { name: 'present' }, ErrorCode.TOPIC_ALREADY_EXISTS, /'present' already exists/],
    [
      'a name that differs from another only in . and _',
      { name: 'with_dot' },
      ErrorCode.INVALID_TOPIC_EXCEPTION,
      /collides with existing topic: with\.dot/,
    ],
    ['the metadata topic', { name: '__cluster_metadata' }, ErrorCode.INVALID_REQUEST],
    ['replication factor 0', { replicationFactor: 0 }, ErrorCode.INVALID_REPLICATION_FACTOR],
    ['replication factor -2', { replicationFactor: -2 }, ErrorCode.INVALID_REPLICATION_FACTOR],
    ['more replicas than brokers', { replicationFactor: 4 }, ErrorCode.INVALID_REPLICATION_FACTOR],
    ['0 partitions', { numPartitions: 0 }, ErrorCode.INVALID_PARTITIONS],
    ['-2 partitions', { numPartitions: -2 }, ErrorCode.INVALID_PARTITIONS],
    ['more partitions than a request may make', { numPartitions: 10_001 }, ErrorCode.POLICY_VIOLATION],
    [
      'an assignment with a replication factor',
      { ...manual([0, [1]]), replicationFactor: 1 },
      ErrorCode.INVALID_REQUEST,
    ],
    [
      'an assignment with a partition count',
      { ...manual([0, [1]]), numPartitions: 1 },
      ErrorCode.INVALID_REQUEST,
    ],
    [
      'an assignment that leaves a partition out',
      manual([0, [1]], [2, [1]]),
      ErrorCode.INVALID_REPLICA_ASSIGNMENT,
    ],
    ['an assignment that names one twice', manual([0, [1]], [0, [2]]), ErrorCode.INVALID_REPLICA_ASSIGNMENT],
    ['an assignment to an unknown broker', manual([0, [7]]), ErrorCode.INVALID_REPLICA_ASSIGNMENT],
    ['an assignment twice to one broker', manual([0, [1, 1]]), ErrorCode.INVALID_REPLICA_ASSIGNMENT],
    ['an empty assignment', manual([0, []]), ErrorCode.INVALID_REPLICA_ASSIGNMENT],
    [
      'assignments of different length',
      manual([0, [1, 2]], [1, [1]]),
      ErrorCode.INVALID_REPLICA_ASSIGNMENT,
      /1 replica\(s\), but this is not consistent/,
    ],
    [
      'an unknown config',
      { configs: [{ name: 'no.such.config', value: '1' }] },
      ErrorCode.INVALID_CONFIG,
      /Unknown topic config name: no\.such\.config/,
    ],
    [
      'a config value of the wrong type',
      { configs: [{ name: 'retention.ms', value: 'soon' }] },
      ErrorCode.INVALID_CONFIG,
      /Invalid value soon for configuration retention\.ms: Not a number of type LONG/,
    ],
    [
      'a config without a value',
      { configs: [{ name: 'retention.ms', value: null }] },
      ErrorCode.INVALID_CONFIG,
    ],
    [
      'segments below 1 MiB',
      { configs: [{ name: 'segment.bytes', value: '1048575' }] },
      ErrorCode.INVALID_CONFIG,
      /Value must be at least 1048576/,
    ],
    [
      'tiered storage',
      { configs: [{ name: 'remote.storage.enable', value: 'true' }] },
      ErrorCode.INVALID_CONFIG,
    ],
    [
      'a compaction lag whose least is above its most',
      {
        configs: [
          { name: 'min.compaction.lag.ms', value: '10' },
          { name: 'max.compaction.lag.ms', value: '5' },
        ],
      },
      ErrorCode.INVALID_CONFIG,
    ],
  ]

  test.each(cases)('%s', (_, topic, code, message = /./) => {
    const plane = threeBrokers()
    plane.createTopics([{ name: 'present' }, { name: 'with.dot' }])
    const { offset } = plane.image
    const { topics } = plane.createTopics([{ name: 'orders', ...topic }])
    expect(topics![0]).toMatchObject({
      errorCode: code,
      errorMessage: expect.stringMatching(message) as string,
    })
    expect(plane.image.offset).toBe(offset)
  })

  test('a name given twice is refused once, the others go on', () => {
    const plane = threeBrokers()
    const { topics } = plane.createTopics([{ name: 'a' }, { name: 'b' }, { name: 'a' }])
    expect(topics!.map(({ name, errorCode }) => [name, errorCode])).toEqual([
      ['b', ErrorCode.NONE],
      ['a', ErrorCode.INVALID_REQUEST],
    ])
  })

  test('names of one request collide with one another too', () => {
    const plane = threeBrokers()
    const { topics } = plane.createTopics([{ name: 'a.b' }, { name: 'a_b' }])
    expect(topics!.map(({ errorCode }) => errorCode)).toEqual([
      ErrorCode.NONE,
      ErrorCode.INVALID_TOPIC_EXCEPTION,
    ])
  })

  test('all brokers fenced', () => {
    const plane = threeBrokers()
    plane.clock.advance(20_000)
    const { topics } = plane.createTopics([{ name: 'orders' }])
    expect(topics![0]!.errorCode).toBe(ErrorCode.INVALID_REPLICATION_FACTOR)
  })

  test('an assignment to fenced brokers only', () => {
    const plane = threeBrokers()
    plane.active.brokerDied(3)
    const { topics } = plane.createTopics([{ name: 'orders', ...manual([0, [3]]) }])
    expect(topics![0]!.errorCode).toBe(ErrorCode.INVALID_REPLICA_ASSIGNMENT)
  })
})

describe('__consumer_offsets', () => {
  const asBrokersDo: Topic = { name: '__consumer_offsets', numPartitions: -1, replicationFactor: -1 }

  function offsetsTopic(plane: ControlPlane, topic: Topic = asBrokersDo) {
    const { partitions } = (plane.createTopics([topic]), plane.image.topic('__consumer_offsets')!)
    return { partitions: partitions.length, replicas: partitions[0]!.replicas.length }
  }

  test('has twelve partitions in a local cluster, and three replicas', () => {
    expect(offsetsTopic(threeBrokers())).toEqual({ partitions: 12, replicas: 3 })
  })

  test('has as many as offsets.topic.num.partitions says', () => {
    expect(offsetsTopic(threeBrokers({ 'offsets.topic.num.partitions': '50' }))).toMatchObject({
      partitions: 50,
    })
  })

  test('has no more replicas than there are brokers', () => {
    const plane = new ControlPlane()
    plane.startNode(1)
    plane.join(1)
    expect(offsetsTopic(plane)).toMatchObject({ replicas: 1 })
  })

  test('has no more replicas than brokers even when more are asked for', () => {
    const plane = new ControlPlane()
    plane.startNode(1)
    plane.join(1, 2)
    expect(offsetsTopic(plane, { ...asBrokersDo, numPartitions: 5, replicationFactor: 3 })).toEqual({
      partitions: 5,
      replicas: 2,
    })
  })

  test('is compacted', () => {
    const plane = threeBrokers()
    plane.createTopics([asBrokersDo])
    expect(Object.fromEntries(plane.image.configOverrides('topic', '__consumer_offsets'))).toEqual({
      'cleanup.policy': 'compact',
      'compression.type': 'producer',
      'segment.bytes': '104857600',
    })
  })

  test('__transaction_state: its min ISR is no more than its replicas', () => {
    const plane = new ControlPlane()
    plane.startNode(1)
    plane.join(1)
    plane.createTopics([{ ...asBrokersDo, name: '__transaction_state' }])
    expect(plane.image.configOverrides('topic', '__transaction_state').get('min.insync.replicas')).toBe('1')
    expect(plane.image.topic('__transaction_state')!.partitions).toHaveLength(12)
  })
})
