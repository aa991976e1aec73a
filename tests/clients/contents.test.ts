import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ClusterSupervisor, clusterContents, folderSizeInBytes } from '../../src/broker/index.ts'
import { startCluster } from './cluster.ts'
import { connectedAdmin, connectedProducer } from './kafkajs/client.ts'
import { temporaryFolder } from './temporary-folder.ts'

test('what goes with a stopped cluster is counted once, and then goes with its folder', async () => {
  const parent = temporaryFolder()
  const folder = join(parent, 'local')
  const cluster = await startCluster({ directory: folder, brokers: 3 })
  const admin = await connectedAdmin(cluster)
  await admin.createTopics({
    topics: [
      { topic: 'orders', numPartitions: 4, replicationFactor: 3 },
      { topic: 'audit', numPartitions: 1, replicationFactor: 1 },
    ],
    waitForLeaders: true,
  })
  const producer = await connectedProducer(cluster)
  const messages = Array.from({ length: 100 }, (_, index) => ({ key: String(index), value: 'x'.repeat(100) }))
  await producer.send({ topic: 'orders', acks: -1, messages })
  await producer.send({ topic: 'audit', acks: -1, messages: messages.slice(0, 7) })

  await expect(ClusterSupervisor.remove(folder)).rejects.toMatchObject({
    failure: { code: 'CLUSTER_RUNNING' },
  })
  expect(await cluster.stop()).toBe(0)

  expect(clusterContents(folder)).toEqual({ topics: 2, partitions: 5, records: 107 })
  expect(await folderSizeInBytes(folder)).toBeGreaterThan(100 * 100 * 3)

  await ClusterSupervisor.remove(folder)
  expect(existsSync(folder)).toBe(false)
  expect(readdirSync(parent)).toEqual([])
})
