import { expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from './temporary-folder.ts'
import { startCluster } from './cluster.ts'
import type { Cluster } from './cluster.ts'
import { connectedAdmin, connectedConsumer, connectedProducer, createTopic } from './kafkajs/client.ts'
import { kcat, manyLines } from './kcat/kcat.ts'

/** Kills the process as hard as can be, and opens its folder again. */
async function killAndReopen(cluster: Cluster): Promise<Cluster> {
  await cluster.killHard()
  const again = await startCluster({ directory: cluster.directory })
  onTestFinished(async () => void (await again.stop()))
  return again
}

test.each([
  ['1', 1],
  ['all', 3],
])('what was acknowledged with acks=%s survives kill -9 of the process', async (acks, replicas) => {
  const cluster = await startCluster({ directory: temporaryFolder() })
  const topic = await createTopic(cluster, { replicas })
  const input = manyLines(20_000)
  expect(await kcat(cluster, ['-P', '-t', topic, '-X', `acks=${acks}`], input)).toMatchObject({ code: 0 })

  const again = await killAndReopen(cluster)

  const { out } = await kcat(again, ['-C', '-t', topic, '-o', 'beginning', '-e'])
  expect(out.equals(input)).toBe(true)
})

test('an acknowledgement is enough: killed right after each of ten', async () => {
  let cluster = await startCluster({ directory: temporaryFolder() })
  const topic = await createTopic(cluster)
  for (const value of '0123456789') {
    const producer = await connectedProducer(cluster)
    await producer.send({ topic, acks: -1, messages: [{ value }] })
    await producer.disconnect()
    cluster = await killAndReopen(cluster)
  }

  const { out } = await kcat(cluster, ['-C', '-t', topic, '-o', 'beginning', '-e', '-f', '%s'])

  expect(out.toString()).toBe('0123456789')
})

test('topics, configs and committed offsets survive kill -9 of the process', async () => {
  const cluster = await startCluster({ directory: temporaryFolder() })
  const topic = await createTopic(cluster, { partitions: 3, config: { 'retention.ms': '60000' } })
  await kcat(cluster, ['-P', '-t', topic, '-p', '2'], manyLines(50))
  const consumer = await connectedConsumer(cluster, { groupId: 'group' })
  await consumer.subscribe({ topic })
  await consumer.run({ autoCommit: false, eachMessage: async () => undefined })
  await consumer.commitOffsets([{ topic, partition: 2, offset: '41', metadata: 'here' }])
  await consumer.disconnect()

  const again = await killAndReopen(cluster)

  const admin = await connectedAdmin(again)
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
  expect(topics[0]?.partitions).toHaveLength(3)
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: 2, name: topic, configNames: ['retention.ms'] }],
  })
  expect(resources[0]?.configEntries).toMatchObject([{ configName: 'retention.ms', configValue: '60000' }])
  const [offsets] = await admin.fetchOffsets({ groupId: 'group', topics: [topic] })
  expect(offsets?.partitions.find(({ partition }) => partition === 2)).toMatchObject({
    offset: '41',
    metadata: 'here',
  })
})
