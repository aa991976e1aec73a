import { ConfigResourceTypes } from 'kafkajs'
import { expect, onTestFinished, test, vi } from 'vitest'
import { useCluster } from '../cluster.ts'
import { connectedAdmin, connectedProducer, createTopic, kafkajs, newTopic } from './client.ts'

const cluster = useCluster()

function withType(type: string) {
  return expect.objectContaining({ type })
}

test('the cluster has its brokers, an id and a controller', async () => {
  const admin = await connectedAdmin(cluster())

  const { brokers, clusterId, controller } = await admin.describeCluster()

  expect(brokers.sort((a, b) => a.nodeId - b.nodeId)).toEqual(
    cluster().ready.brokers.map(({ id, port }) => ({ nodeId: id, host: '127.0.0.1', port })),
  )
  expect(clusterId).toMatch(/^[\w-]{22}$/)
  expect(brokers.map(({ nodeId }) => nodeId)).toContain(controller)
})

test('a topic is created with its partitions on three brokers', async () => {
  const admin = await connectedAdmin(cluster())
  const topic = newTopic()

  expect(await admin.createTopics({ topics: [{ topic, numPartitions: 4, replicationFactor: 3 }] })).toBe(true)

  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
  const partitions = topics[0]?.partitions.sort((a, b) => a.partitionId - b.partitionId) ?? []
  expect(partitions.map(({ partitionId }) => partitionId)).toEqual([0, 1, 2, 3])
  for (const { leader, replicas, isr, partitionErrorCode } of partitions) {
    expect({ partitionErrorCode, replicas: replicas.toSorted() }).toEqual({
      partitionErrorCode: 0,
      replicas: [1, 2, 3],
    })
    expect(isr.toSorted()).toEqual([1, 2, 3])
    expect(leader).toBe(replicas[0])
  }
})

test('leaders are spread over the brokers', async () => {
  const admin = await connectedAdmin(cluster())
  const topic = await createTopic(cluster(), { partitions: 6 })

  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })

  expect(topics[0]?.partitions.map(({ leader }) => leader).toSorted()).toEqual([1, 1, 2, 2, 3, 3])
})

test('replicas can be placed by hand', async () => {
  const admin = await connectedAdmin(cluster())
  const topic = newTopic()
  const replicaAssignment = [
    { partition: 0, replicas: [3, 1] },
    { partition: 1, replicas: [2, 3] },
  ]

  await admin.createTopics({ topics: [{ topic, replicaAssignment }] })

  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
  const placed = topics[0]?.partitions.map(({ partitionId, leader, replicas }) => ({
    partitionId,
    leader,
    replicas,
  }))
  expect(placed?.toSorted((a, b) => a.partitionId - b.partitionId)).toEqual([
    { partitionId: 0, leader: 3, replicas: [3, 1] },
    { partitionId: 1, leader: 2, replicas: [2, 3] },
  ])
})

test('a topic exists once', async () => {
  const admin = await connectedAdmin(cluster())
  const topic = await createTopic(cluster())

  expect(await admin.createTopics({ topics: [{ topic }] })).toBe(false)
})

test('a creation can be tried without doing it', async () => {
  const admin = await connectedAdmin(cluster())
  const topic = newTopic()

  expect(await admin.createTopics({ validateOnly: true, waitForLeaders: false, topics: [{ topic }] })).toBe(
    true,
  )

  expect(await admin.listTopics()).not.toContain(topic)
})

test.each([
  ['INVALID_REPLICATION_FACTOR', { replicationFactor: 4 }],
  ['INVALID_PARTITIONS', { numPartitions: 0 }],
  ['INVALID_CONFIG', { configEntries: [{ name: 'retention.ms', value: 'soon' }] }],
  ['INVALID_REPLICA_ASSIGNMENT', { replicaAssignment: [{ partition: 0, replicas: [1, 1] }] }],
])('a topic is refused with %s', async (type, options) => {
  const admin = await connectedAdmin(cluster())

  await expect(admin.createTopics({ topics: [{ topic: newTopic(), ...options }] })).rejects.toEqual(
    expect.objectContaining({ errors: [withType(type)] }),
  )
})

test('a topic is refused for its name', async () => {
  const admin = await connectedAdmin(cluster())

  await expect(admin.createTopics({ topics: [{ topic: 'no spaces' }] })).rejects.toEqual(
    expect.objectContaining({ errors: [withType('INVALID_TOPIC_EXCEPTION')] }),
  )
})

test('a deleted topic is gone, and can be created again', async () => {
  const admin = await connectedAdmin(cluster())
  const topic = await createTopic(cluster())
  expect(await admin.listTopics()).toContain(topic)

  await admin.deleteTopics({ topics: [topic] })

  expect(await admin.listTopics()).not.toContain(topic)
  expect(await admin.createTopics({ topics: [{ topic }] })).toBe(true)
})

test('a topic that is not there can not be deleted', async () => {
  const admin = kafkajs(cluster()).admin({ retry: { retries: 0 } })
  await admin.connect()
  onTestFinished(() => admin.disconnect())

  await expect(admin.deleteTopics({ topics: [newTopic()] })).rejects.toMatchObject({
    cause: withType('UNKNOWN_TOPIC_OR_PARTITION'),
  })
})

test('partitions can be added, and not taken away', async () => {
  const admin = await connectedAdmin(cluster())
  const topic = await createTopic(cluster(), { partitions: 2 })

  await admin.createPartitions({ topicPartitions: [{ topic, count: 5 }] })

  await vi.waitFor(async () => {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
    expect(topics[0]?.partitions).toHaveLength(5)
  })
  await expect(admin.createPartitions({ topicPartitions: [{ topic, count: 3 }] })).rejects.toEqual(
    withType('INVALID_PARTITIONS'),
  )
})

test('configs of a topic are described with where they come from', async () => {
  const admin = await connectedAdmin(cluster())
  const topic = await createTopic(cluster(), { config: { 'retention.ms': '60000' } })

  const { resources } = await admin.describeConfigs({
    includeSynonyms: true,
    resources: [{ type: ConfigResourceTypes.TOPIC, name: topic }],
  })

  const entries = new Map(resources[0]?.configEntries.map((entry) => [entry.configName, entry]))
  expect(entries.get('retention.ms')).toMatchObject({
    configValue: '60000',
    isDefault: false,
    readOnly: false,
  })
  expect(entries.get('cleanup.policy')).toMatchObject({ configValue: 'delete', isDefault: true })
})

test('configs of a topic can be altered', async () => {
  const admin = await connectedAdmin(cluster())
  const topic = await createTopic(cluster(), { config: { 'retention.ms': '60000' } })
  const resource = { type: ConfigResourceTypes.TOPIC, name: topic }

  await admin.alterConfigs({
    validateOnly: false,
    resources: [{ ...resource, configEntries: [{ name: 'max.message.bytes', value: '2000' }] }],
  })

  await vi.waitFor(async () => {
    const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [resource] })
    const values = new Map(resources[0]?.configEntries.map((entry) => [entry.configName, entry.configValue]))
    expect(values.get('max.message.bytes')).toBe('2000')
    // AlterConfigs sets the whole of a resource's configs: what it does not name falls back to its default.
    expect(values.get('retention.ms')).toBe('604800000')
  })
})

test('a config that makes no sense is refused', async () => {
  const admin = await connectedAdmin(cluster())
  const topic = await createTopic(cluster())

  await expect(
    admin.alterConfigs({
      validateOnly: false,
      resources: [
        {
          type: ConfigResourceTypes.TOPIC,
          name: topic,
          configEntries: [{ name: 'cleanup.policy', value: 'shred' }],
        },
      ],
    }),
  ).rejects.toEqual(withType('INVALID_CONFIG'))
})

test('configs of a broker are described', async () => {
  const admin = await connectedAdmin(cluster())

  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [
      { type: ConfigResourceTypes.BROKER, name: '2', configNames: ['broker.id', 'num.partitions'] },
    ],
  })

  expect(
    resources[0]?.configEntries.map(({ configName, configValue }) => [configName, configValue]).toSorted(),
  ).toEqual([
    ['broker.id', '2'],
    ['num.partitions', '1'],
  ])
})

test('offsets of a topic are told, by end and by time', async () => {
  const admin = await connectedAdmin(cluster())
  const producer = await connectedProducer(cluster())
  const topic = await createTopic(cluster())
  const messages = [1000, 2000, 3000].map((timestamp) => ({ value: 'x', timestamp: String(timestamp) }))
  await producer.send({ topic, messages })

  expect(await admin.fetchTopicOffsets(topic)).toEqual([{ partition: 0, offset: '3', high: '3', low: '0' }])
  expect(await admin.fetchTopicOffsetsByTimestamp(topic, 1500)).toEqual([{ partition: 0, offset: '1' }])
  expect(await admin.fetchTopicOffsetsByTimestamp(topic, 9000)).toEqual([{ partition: 0, offset: '3' }])
})
