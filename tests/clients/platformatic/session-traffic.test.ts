import { expect, test, vi } from 'vitest'
import { ProduceAcks } from '@platformatic/kafka'
import { ClusterAccess } from '../../../src/main/sessions/cluster-access.ts'
import { resetOffsets } from '../../../src/main/sessions/groups/reset.ts'
import { MinInsyncReplicas } from '../../../src/main/sessions/topics/min-insync.ts'
import { topicList } from '../../../src/main/sessions/topics/topic-list.ts'
import { alterTopicConfigs } from '../../../src/main/sessions/topics/topic-configs.ts'
import { TrafficSampler } from '../../../src/main/sessions/traffic/traffic-sampler.ts'
import type { LedPartition } from '../../../src/main/sessions/traffic/led-partitions.ts'
import { useCluster } from '../cluster.ts'
import { createTopic, newName, openProducer } from './client.ts'

// What the session tells of a cluster's traffic, against a real one.

const cluster = useCluster()

function access(): ClusterAccess {
  const bootstrap = cluster().addresses.map((address) => {
    const [host = '', port] = address.split(':')
    return { host, port: Number(port) }
  })
  const connection = { connectTimeout: 2_000, requestTimeout: 10_000 }
  return new ClusterAccess({ clientId: 'session', bootstrap, connection })
}

async function ledPartitions(session: ClusterAccess, topic: string): Promise<LedPartition[]> {
  const { topics } = await session.metadata([topic])
  return topics.flatMap(({ partitions }) =>
    partitions.flatMap(({ partition, leader }) => (leader === null ? [] : [{ topic, partition, leader }])),
  )
}

test('records in and what groups commit are told from two looks, and lag from one', async () => {
  const session = access()
  const topic = await createTopic(cluster(), { partitions: 3 })
  const groupId = newName('group')
  const sampler = new TrafficSampler(session)
  const look = async () => sampler.sample(await ledPartitions(session, topic))
  const produce = async (count: number) => {
    const messages = Array.from({ length: count }, (_, index) => ({ topic, key: `${index}`, value: 'x' }))
    await openProducer(cluster()).send({ acks: ProduceAcks.ALL, messages })
  }
  const commit = (offset: number) =>
    resetOffsets(
      session,
      groupId,
      [0, 1, 2].map((partition) => ({ topic, partition, offset })),
    )

  const first = await look()
  expect(first).toMatchObject({ recordsIn: null, recordsOut: null })

  await produce(300)
  await commit(0)
  const second = await look()
  expect(second.recordsIn).toBeGreaterThan(0)
  expect(second.lags).toMatchObject({ lagging: 1, totalLag: 300 })

  await commit(10)
  const third = await look()
  expect(third.recordsIn).toBe(0)
  expect(third.recordsOut).toBeGreaterThan(0)
  expect(third.lags).toMatchObject({ lagging: 1, totalLag: 270 })

  const fourth = await look()
  expect(fourth).toMatchObject({ recordsIn: 0, recordsOut: 0 })
  await session.close()
})

test('partitions below their min.insync.replicas are counted, as soon as that is known', async () => {
  const session = access()
  const topic = await createTopic(cluster(), { partitions: 4, replicas: 1 })
  const minInsync = new MinInsyncReplicas(session)
  const below = async () => {
    const metadata = await session.metadata([topic])
    return topicList(metadata, await minInsync.of([topic])).topics[0]?.belowMinIsr
  }
  expect(await below()).toBe(0)
  await alterTopicConfigs(session, topic, [{ name: 'min.insync.replicas', value: '2' }], false)
  minInsync.forget()
  await vi.waitFor(async () => {
    minInsync.forget()
    expect(await below()).toBe(4)
  }, 10_000)
  await session.close()
})

test('topics are told with the brokers that lead them and hold them', async () => {
  const session = access()
  const topic = await createTopic(cluster(), { partitions: 6, replicas: 3 })
  const { topics } = topicList(await session.metadata([topic]), new Map())
  expect(topics).toMatchObject([{ name: topic, replicaBrokers: [1, 2, 3], belowMinIsr: null }])
  expect(topics[0]?.leaders.length).toBeGreaterThan(0)
  await session.close()
})
