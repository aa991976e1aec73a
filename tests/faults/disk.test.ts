/** Disks that are slow, full or broken: one broker suffers, the cluster does not. */
import { expect, test } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { metadata } from '../../src/broker/protocol/messages/03-metadata.ts'
import { append, fetchFrom, produceTo, valuesOf } from '../wire/data.ts'
import { batchOf, batchOfSize } from '../wire/records.ts'
import { until } from '../wire/until.ts'
import { FaultCluster } from './cluster.ts'

const disk = (state: 'slow' | 'full' | 'failing', delayMs = 0) =>
  ({ kind: 'disk', brokerId: 1, state, delayMs }) as const

test('a failing disk is KAFKA_STORAGE_ERROR, and what the broker led is led by others; it comes back with a new start', async () => {
  const cluster = await FaultCluster.start()
  const topic = await cluster.createTopic('failing', [[1, 2, 3]])
  const client = await cluster.client(1)
  await append(client, topic, batchOf(['a']))
  const { id } = await cluster.apply(disk('failing'))
  const { errorCode } = await produceTo(client, topic, batchOf(['refused']))
  expect(errorCode).toBe(ErrorCode.KAFKA_STORAGE_ERROR)
  await cluster.until(
    topic,
    0,
    ({ leaderId, isrNodes }) => leaderId === 2 && !isrNodes.includes(1),
    [1, 2, 3],
  )
  // The rest of the broker is alive.
  const { brokers } = await client.call(metadata, 12, { topics: [] })
  expect(brokers.map(({ nodeId }) => nodeId).sort()).toEqual([2, 3])
  expect(cluster.broker(1).state).toBe('running')
  await append(await cluster.client(2), topic, batchOf(['b']))

  await cluster.supervisor.faults.remove(id)
  await cluster.supervisor.stopBroker(1)
  await cluster.supervisor.startBroker(1)
  await cluster.until(topic, 0, ({ isrNodes }) => isrNodes.length === 3, [1, 2, 3])
  expect(await valuesOf(await cluster.client(2), topic)).toEqual(['a', 'b'])
})

test('a broker does not start on a disk that fails', async () => {
  const cluster = await FaultCluster.start()
  await cluster.supervisor.killBroker(1)
  const { id } = await cluster.apply(disk('failing'))
  await expect(cluster.supervisor.startBroker(1)).rejects.toMatchObject({ failure: { code: 'STORAGE_IO' } })
  expect(cluster.broker(1).state).toBe('failed')
  await cluster.supervisor.faults.remove(id)
  await cluster.supervisor.startBroker(1)
  expect(cluster.broker(1).state).toBe('running')
})

test('a full disk refuses what has no room, reads on, and takes records again when there is some', async () => {
  const cluster = await FaultCluster.start()
  const topic = await cluster.createTopic('full', [[1, 2, 3]])
  const client = await cluster.client(1)
  await append(client, topic, batchOf(['a']))
  const { id } = await cluster.apply(disk('full'))
  const { errorCode } = await produceTo(client, topic, batchOfSize(200_000))
  expect(errorCode).toBe(ErrorCode.KAFKA_STORAGE_ERROR)
  expect((await fetchFrom(client, topic)).highWatermark).toBe(1)
  await until('a hit to be told', () => cluster.fault(id).acted > 0)
  await cluster.supervisor.faults.remove(id)
  expect(await append(client, topic, batchOf(['b']))).toBe(1)
})

test('a full disk under a follower takes it out of the ISR, and nobody waits for it', async () => {
  const cluster = await FaultCluster.start()
  const topic = await cluster.createTopic('full-follower', [[2, 1, 3]])
  const client = await cluster.client(2)
  await cluster.apply(disk('full'))
  await produceTo(client, topic, batchOfSize(200_000), { acks: 1 })
  await cluster.until(topic, 0, ({ isrNodes }) => isrNodes.length === 2, [2, 3])
  await append(client, topic, batchOf(['b']))
  await cluster.supervisor.faults.clear()
  await cluster.until(topic, 0, ({ isrNodes }) => isrNodes.length === 3, [1, 2, 3])
})

test('a slow disk makes each commit take longer', async () => {
  const cluster = await FaultCluster.start({ brokers: 1 })
  const topic = await cluster.createTopic('slow-disk', [[1]])
  const client = await cluster.client(1)
  await append(client, topic, batchOf(['a']))
  const { id } = await cluster.apply(disk('slow', 120))
  const since = performance.now()
  await append(client, topic, batchOf(['b']))
  expect(performance.now() - since).toBeGreaterThanOrEqual(118)
  expect(cluster.fault(id).acted).toBeGreaterThan(0)
  await cluster.supervisor.faults.remove(id)
  const soundSince = performance.now()
  await append(client, topic, batchOf(['c']))
  expect(performance.now() - soundSince).toBeLessThan(100)
})
