import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import type { RequestInput } from '../../src/broker/protocol/api.ts'
import { metadata } from '../../src/broker/protocol/messages/03-metadata.ts'
import { createTopics } from '../../src/broker/protocol/messages/19-create-topics.ts'
import { ZERO_UUID } from '../../src/broker/protocol/schema.ts'
import type { Client } from './client.ts'
import { Cluster, useCluster } from './harness.ts'
import { createTopic, freshName } from './topics.ts'
import { since, versionsBefore, versionsFrom, versionsOf } from './versions.ts'

type NewTopic = NonNullable<RequestInput<typeof createTopics>['topics']>[number]

const UUID = /^[A-Za-z0-9_-]{22}$/
const replicas = (...brokerIds: number[]) => ({ brokerIds })

/** A topic of one partition on one broker, but for what a test wants to be different. */
function newTopic(different: Partial<NewTopic> = {}): NewTopic {
  return {
    name: freshName('created'),
    numPartitions: 1,
    replicationFactor: 1,
    assignments: [],
    configs: [],
    ...different,
  }
}

async function ask(client: Client, version: number, ...topics: NewTopic[]) {
  return (await client.call(createTopics, version, { topics, timeoutMs: 5_000 })).topics
}

async function partitionsOf(client: Client, name: string) {
  const { topics } = await client.call(metadata, 12, { topics: [{ name }], allowAutoTopicCreation: false })
  return topics[0]!.partitions
}

describe('CreateTopics on three brokers', () => {
  const cluster = useCluster({
    brokers: 3,
    config: { 'num.partitions': '4', 'default.replication.factor': '2' },
  })
  let controller: Client
  let other: Client

  beforeAll(async () => {
    controller = await cluster().client(await cluster().controllerId())
    other = await cluster().clientOfFollower()
  })

  describe.each(versionsOf(createTopics))('v%i', (version) => {
    it('creates a topic, tells what was made of it from v5 on and its id from v7 on', async () => {
      const configs = [{ name: 'retention.ms', value: '5000' }]
      const topic = newTopic({ numPartitions: 3, replicationFactor: 2, configs })
      const answer = await controller.call(createTopics, version, { topics: [topic], timeoutMs: 5_000 })
      expect(answer).toEqual({
        throttleTimeMs: 0,
        topics: [
          {
            name: topic.name,
            topicId: since(7, version, expect.stringMatching(UUID), ZERO_UUID),
            errorCode: ErrorCode.NONE,
            errorMessage: null,
            topicConfigErrorCode: 0,
            numPartitions: since(5, version, 3, -1),
            replicationFactor: since(5, version, 2, -1),
            configs: since(5, version, expect.any(Array), []),
          },
        ],
      })
      const retention = {
        name: 'retention.ms',
        value: '5000',
        readOnly: false,
        configSource: 1,
        isSensitive: false,
      }
      const isTold = answer.topics[0]!.configs!.filter(({ name }) => name === 'retention.ms')
      expect(isTold).toEqual(since(5, version, [retention], []))
      const partitions = await partitionsOf(controller, topic.name!)
      expect(partitions.map(({ replicaNodes }) => replicaNodes.length)).toEqual([2, 2, 2])
    })

    it('through a broker that is not the controller', async () => {
      const topic = newTopic()
      const [created] = await ask(other, version, topic)
      expect([created!.name, created!.errorCode]).toEqual([topic.name, ErrorCode.NONE])
    })

    it('with -1 takes the defaults (KIP-464)', async () => {
      const topic = newTopic({ numPartitions: -1, replicationFactor: -1 })
      const [created] = await ask(controller, version, topic)
      expect(created!.errorCode).toBe(ErrorCode.NONE)
      const partitions = await partitionsOf(controller, topic.name!)
      expect(partitions.map(({ replicaNodes }) => replicaNodes.length)).toEqual([2, 2, 2, 2])
    })

    it('with the replicas of each partition as they are given', async () => {
      const assignments = [
        { partitionIndex: 1, ...replicas(3, 1) },
        { partitionIndex: 0, ...replicas(2, 3) },
      ]
      const topic = newTopic({ numPartitions: -1, replicationFactor: -1, assignments })
      const [created] = await ask(controller, version, topic)
      expect(created!.errorCode).toBe(ErrorCode.NONE)
      const partitions = await partitionsOf(controller, topic.name!)
      expect(partitions.map(({ leaderId, replicaNodes }) => [leaderId, replicaNodes])).toEqual([
        [2, [2, 3]],
        [3, [3, 1]],
      ])
    })

    it('validateOnly answers as if, and creates nothing', async () => {
      const [good, bad] = [newTopic(), newTopic({ numPartitions: 0 })]
      const { topics } = await controller.call(createTopics, version, {
        topics: [good, bad],
        timeoutMs: 5_000,
        validateOnly: true,
      })
      expect(topics.map(({ errorCode }) => errorCode)).toEqual([ErrorCode.NONE, ErrorCode.INVALID_PARTITIONS])
      expect(await partitionsOf(controller, good.name!)).toEqual([])
    })

    it('one bad topic does not harm the others', async () => {
      const [good, bad] = [newTopic(), newTopic({ replicationFactor: 9 })]
      const answered = await ask(controller, version, bad, good)
      expect(answered.map(({ name, errorCode }) => [name, errorCode])).toEqual([
        [bad.name, ErrorCode.INVALID_REPLICATION_FACTOR],
        [good.name, ErrorCode.NONE],
      ])
      expect(answered[0]!.errorMessage).toContain('3')
    })
  })

  const manual = (...assignments: { partitionIndex: number; brokerIds: number[] }[]) => ({
    numPartitions: -1,
    replicationFactor: -1,
    assignments,
  })

  it.each<[string, number, Partial<NewTopic>]>([
    ['no partitions', ErrorCode.INVALID_PARTITIONS, { numPartitions: 0 }],
    ['fewer than none', ErrorCode.INVALID_PARTITIONS, { numPartitions: -2 }],
    ['more partitions than one request may ask for', ErrorCode.POLICY_VIOLATION, { numPartitions: 10_001 }],
    ['absurdly many partitions', ErrorCode.POLICY_VIOLATION, { numPartitions: 2 ** 31 - 1 }],
    ['no replicas', ErrorCode.INVALID_REPLICATION_FACTOR, { replicationFactor: 0 }],
    ['fewer replicas than none', ErrorCode.INVALID_REPLICATION_FACTOR, { replicationFactor: -2 }],
    ['more replicas than brokers', ErrorCode.INVALID_REPLICATION_FACTOR, { replicationFactor: 4 }],
    ['the empty name', ErrorCode.INVALID_TOPIC_EXCEPTION, { name: '' }],
    ['the name .', ErrorCode.INVALID_TOPIC_EXCEPTION, { name: '.' }],
    ['the name ..', ErrorCode.INVALID_TOPIC_EXCEPTION, { name: '..' }],
    ['a name with a space', ErrorCode.INVALID_TOPIC_EXCEPTION, { name: 'a b' }],
    ['a name with a slash', ErrorCode.INVALID_TOPIC_EXCEPTION, { name: '../a' }],
    ['a name of other letters', ErrorCode.INVALID_TOPIC_EXCEPTION, { name: '주문' }],
    ['a name of 250 letters', ErrorCode.INVALID_TOPIC_EXCEPTION, { name: 'x'.repeat(250) }],
    ['an unknown config', ErrorCode.INVALID_CONFIG, { configs: [{ name: 'no.such.config', value: '1' }] }],
    [
      'a config of no sense',
      ErrorCode.INVALID_CONFIG,
      { configs: [{ name: 'retention.ms', value: 'long' }] },
    ],
    [
      'a config out of range',
      ErrorCode.INVALID_CONFIG,
      { configs: [{ name: 'segment.bytes', value: '1000' }] },
    ],
    [
      'a config without a value',
      ErrorCode.INVALID_CONFIG,
      { configs: [{ name: 'retention.ms', value: null }] },
    ],
    [
      'replicas and a replication factor',
      ErrorCode.INVALID_REQUEST,
      { ...manual({ partitionIndex: 0, ...replicas(1) }), replicationFactor: 1 },
    ],
    [
      'replicas and a partition count',
      ErrorCode.INVALID_REQUEST,
      { ...manual({ partitionIndex: 0, ...replicas(1) }), numPartitions: 1 },
    ],
    [
      'replicas of partition 1 but not 0',
      ErrorCode.INVALID_REPLICA_ASSIGNMENT,
      manual({ partitionIndex: 1, ...replicas(1) }),
    ],
    [
      'replicas of partition -1',
      ErrorCode.INVALID_REPLICA_ASSIGNMENT,
      manual({ partitionIndex: -1, ...replicas(1) }),
    ],
    [
      'the same partition twice',
      ErrorCode.INVALID_REPLICA_ASSIGNMENT,
      manual({ partitionIndex: 0, ...replicas(1) }, { partitionIndex: 0, ...replicas(2) }),
    ],
    [
      'the same broker twice',
      ErrorCode.INVALID_REPLICA_ASSIGNMENT,
      manual({ partitionIndex: 0, ...replicas(1, 1) }),
    ],
    [
      'a broker nobody knows',
      ErrorCode.INVALID_REPLICA_ASSIGNMENT,
      manual({ partitionIndex: 0, ...replicas(1, 77) }),
    ],
    [
      'a partition without replicas',
      ErrorCode.INVALID_REPLICA_ASSIGNMENT,
      manual({ partitionIndex: 0, ...replicas() }),
    ],
    [
      'partitions of different size',
      ErrorCode.INVALID_REPLICA_ASSIGNMENT,
      manual({ partitionIndex: 0, ...replicas(1, 2) }, { partitionIndex: 1, ...replicas(1) }),
    ],
    ['the metadata log’s name', ErrorCode.INVALID_REQUEST, { name: '__cluster_metadata' }],
  ])('%s is refused with a message', async (_what, code, different) => {
    const [refused] = await ask(other, 7, newTopic(different))
    expect(refused).toMatchObject({
      errorCode: code,
      topicId: ZERO_UUID,
      numPartitions: -1,
      replicationFactor: -1,
    })
    expect(refused!.errorMessage).toMatch(/\w/)
  })

  it('a name of 249 letters is possible', async () => {
    const name = freshName('x').padEnd(249, 'x')
    const [created] = await ask(controller, 7, newTopic({ name }))
    expect(created!.errorCode).toBe(ErrorCode.NONE)
  })

  it.each(versionsOf(createTopics))('v%i: a name that is taken is TOPIC_ALREADY_EXISTS', async (version) => {
    const { name } = await createTopic(cluster())
    const [refused] = await ask(controller, version, newTopic({ name }))
    expect(refused!.errorCode).toBe(ErrorCode.TOPIC_ALREADY_EXISTS)
  })

  it('a name that differs from another in . and _ only is INVALID_TOPIC_EXCEPTION', async () => {
    const name = freshName('some.other_name')
    await createTopic(cluster(), { name })
    const [refused] = await ask(controller, 7, newTopic({ name: name.replaceAll('_', '.') }))
    expect(refused!.errorCode).toBe(ErrorCode.INVALID_TOPIC_EXCEPTION)
  })

  it.each(versionsOf(createTopics))(
    'v%i: a name given twice is INVALID_REQUEST, once, and not created',
    async (version) => {
      const topic = newTopic()
      const refused = await ask(controller, version, topic, topic)
      expect(refused.map(({ name, errorCode }) => [name, errorCode])).toEqual([
        [topic.name, ErrorCode.INVALID_REQUEST],
      ])
      expect(await partitionsOf(controller, topic.name!)).toEqual([])
    },
  )

  it('two hundred topics at once are created', async () => {
    const topics = Array.from({ length: 200 }, () => newTopic())
    const created = await ask(other, 7, ...topics)
    expect(created.filter(({ errorCode }) => errorCode !== ErrorCode.NONE)).toEqual([])
    expect(created).toHaveLength(200)
  })

  it('more than one step can create is POLICY_VIOLATION for every one of them', async () => {
    const topics = Array.from({ length: 6_000 }, () => newTopic())
    const refused = await ask(other, 7, ...topics)
    expect(refused.filter(({ errorCode }) => errorCode !== ErrorCode.POLICY_VIOLATION)).toEqual([])
    expect(refused).toHaveLength(6_000)
    expect(await partitionsOf(controller, topics[0]!.name!)).toEqual([])
  })

  it('no topics are no answer', async () => {
    expect(await ask(controller, 7)).toEqual([])
  })

  it.each(versionsBefore(createTopics, 7))('v%i and v7 make ids that nobody has had', async (version) => {
    const topic = newTopic()
    await ask(controller, version, topic)
    const [second] = await ask(controller, 7, newTopic())
    const { topics } = await controller.call(metadata, 12, { topics: [{ name: topic.name! }] })
    expect(topics[0]!.topicId).toMatch(UUID)
    expect(topics[0]!.topicId).not.toBe(second!.topicId)
  })

  it.each(versionsFrom(createTopics, 5))(
    'v%i: tells every config in force with its source',
    async (version) => {
      const configs = [{ name: 'cleanup.policy', value: 'compact' }]
      const [created] = await ask(controller, version, newTopic({ configs }))
      const sources = new Map(
        created!.configs!.map(({ name, value, configSource }) => [name, [value, configSource]]),
      )
      expect(sources.get('cleanup.policy')).toEqual(['compact', 1])
      expect(sources.get('max.message.bytes')).toEqual(['1048588', 5])
      expect(sources.size).toBeGreaterThan(20)
    },
  )
})

describe('CreateTopics while brokers are missing', () => {
  let cluster: Cluster

  beforeEach(async () => {
    cluster = await Cluster.start({ brokers: 3, config: { 'broker.heartbeat.interval.ms': '50' } })
  })
  afterEach(() => cluster.stop())

  const on = (brokerIds: number[]) =>
    newTopic({ numPartitions: -1, replicationFactor: -1, assignments: [{ partitionIndex: 0, brokerIds }] })

  it('leads with the replicas that are alive; none alive is INVALID_REPLICA_ASSIGNMENT', async () => {
    const client = await cluster.client(1)
    await cluster.silenceBroker(3)
    cluster.brokerDied(3)
    const [one] = await ask(client, 7, on([3, 1]))
    const [none] = await ask(client, 7, on([3]))
    expect([one!.errorCode, none!.errorCode]).toEqual([ErrorCode.NONE, ErrorCode.INVALID_REPLICA_ASSIGNMENT])
    const [partition] = await partitionsOf(client, one!.name)
    expect(partition).toMatchObject({ leaderId: 1, isrNodes: [1], replicaNodes: [3, 1] })
  })

  it('is done once although the answer takes longer than a heartbeat may', async () => {
    // A broker that hears of nothing holds every answer up; what else the broker sends the controller must not suffer.
    expect(await cluster.controllerId()).toBe(1)
    const client = await cluster.client(2)
    await cluster.silenceBroker(3)
    for (const _ of [1, 2, 3, 4, 5]) {
      const [created] = await ask(client, 7, on([1, 2]))
      expect(created!.errorCode).toBe(ErrorCode.NONE)
    }
  })
})
