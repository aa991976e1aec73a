import {
  ConfigResourceTypes,
  IncrementalAlterConfigOperationTypes,
  ListOffsetTimestamps,
} from '@platformatic/kafka'
import { expect, test, vi } from 'vitest'
import { useCluster } from '../cluster.ts'
import { createTopic, newName, openAdmin, openProducer } from './client.ts'

const cluster = useCluster()

test('the metadata has brokers, an id and a controller', async () => {
  const { brokers, id, controllerId } = await openAdmin(cluster()).metadata({ topics: [] })

  expect([...brokers.keys()].toSorted()).toEqual([1, 2, 3])
  expect([...brokers.values()].map(({ port }) => port).toSorted()).toEqual(
    cluster().ready.brokers.map(({ port }) => port),
  )
  expect(id).toMatch(/^[\w-]{22}$/)
  expect([1, 2, 3]).toContain(controllerId)
})

test('a topic is created, listed and deleted', async () => {
  const admin = openAdmin(cluster())
  const topic = newName('topic')

  const [created] = await admin.createTopics({ topics: [topic], partitions: 3, replicas: 2 })
  expect(created).toMatchObject({ name: topic, partitions: 3, replicas: 2 })
  expect(created?.configuration['cleanup.policy']).toBe('delete')
  expect(await admin.listTopics()).toContain(topic)

  await admin.deleteTopics({ topics: [topic] })
  await vi.waitFor(async () => expect(await admin.listTopics()).not.toContain(topic))
})

test('a topic exists once', async () => {
  const topic = await createTopic(cluster())

  await expect(openAdmin(cluster()).createTopics({ topics: [topic] })).rejects.toMatchObject({
    errors: [{ errors: [{ apiId: 'TOPIC_ALREADY_EXISTS' }] }],
  })
})

test('partitions are added', async () => {
  const admin = openAdmin(cluster())
  const topic = await createTopic(cluster(), { partitions: 1 })

  await admin.createPartitions({ topics: [{ name: topic, count: 3 }] })

  await vi.waitFor(async () => {
    const { topics } = await admin.metadata({ topics: [topic], forceUpdate: true })
    expect(topics.get(topic)?.partitionsCount).toBe(3)
  })
})

test('configs are described, and altered one by one', async () => {
  const admin = openAdmin(cluster())
  const topic = await createTopic(cluster())
  const resource = { resourceType: ConfigResourceTypes.TOPIC, resourceName: topic }

  await admin.incrementalAlterConfigs({
    resources: [
      {
        ...resource,
        configs: [
          {
            name: 'retention.ms',
            configOperation: IncrementalAlterConfigOperationTypes.SET,
            value: '1234567',
          },
        ],
      },
    ],
  })

  await vi.waitFor(async () => {
    const [described] = await admin.describeConfigs({ resources: [{ ...resource, configurationKeys: [] }] })
    const values = new Map(described?.configs.map(({ name, value }) => [name, value]))
    expect(values.get('retention.ms')).toBe('1234567')
    expect(values.get('min.insync.replicas')).toBe('1')
  })
})

test('offsets are listed by end, beginning and time', async () => {
  const admin = openAdmin(cluster())
  const topic = await createTopic(cluster())
  const producer = openProducer(cluster())
  await producer.send({
    messages: [1000n, 2000n, 3000n].map((timestamp) => ({ topic, partition: 0, value: 'x', timestamp })),
  })

  const offsetAt = async (timestamp: bigint) => {
    const [listed] = await admin.listOffsets({
      topics: [{ name: topic, partitions: [{ partitionIndex: 0, timestamp }] }],
    })
    return listed?.partitions[0]?.offset
  }

  expect(await offsetAt(ListOffsetTimestamps.LATEST)).toBe(3n)
  expect(await offsetAt(ListOffsetTimestamps.EARLIEST)).toBe(0n)
  expect(await offsetAt(2000n)).toBe(1n)
})

test('offsets of a group are altered and listed', async () => {
  const admin = openAdmin(cluster())
  const topic = await createTopic(cluster())
  const groupId = newName('group')

  await admin.alterConsumerGroupOffsets({
    groupId,
    topics: [{ name: topic, partitionOffsets: [{ partition: 0, offset: 5n }] }],
  })

  const [group] = await admin.listConsumerGroupOffsets({ groups: [groupId] })
  expect(group).toMatchObject({
    groupId,
    topics: [{ name: topic, partitions: [{ partitionIndex: 0, committedOffset: 5n }] }],
  })
})
