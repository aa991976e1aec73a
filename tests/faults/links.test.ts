/** Links that are cut or slow: between brokers, and between clients and a broker. */
import { expect, test } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { apiVersions } from '../../src/broker/protocol/messages/18-api-versions.ts'
import { append, produceTo, valuesOf } from '../wire/data.ts'
import { batchOf } from '../wire/records.ts'
import { until } from '../wire/until.ts'
import { FaultCluster } from './cluster.ts'

const inSync = ({ isrNodes }: { isrNodes: number[] }) => isrNodes.length === 3

/** Who the controller is not: what is cut between these two is not cut from it. */
function others(cluster: FaultCluster): [leader: number, follower: number] {
  const [leader = 0, follower = 0] = [1, 2, 3].filter((id) => id !== cluster.controllerId)
  return [leader, follower]
}

/** How long `act` takes, in milliseconds. */
async function timeOf(act: () => Promise<unknown>): Promise<number> {
  const since = performance.now()
  await act()
  return performance.now() - since
}

test('a cut link takes the follower out of the ISR, and when it heals it catches up', async () => {
  const cluster = await FaultCluster.start()
  const [leader, follower] = others(cluster)
  const topic = await cluster.createTopic('cut', [[leader, follower, cluster.controllerId]])
  const { id } = await cluster.apply({ kind: 'cut', from: leader, to: follower, oneWay: false })
  // A follower that has everything is in sync, however long it has not been heard of.
  await produceTo(await cluster.client(leader), topic, batchOf(['a']), { acks: 1 })
  await cluster.until(topic, 0, ({ isrNodes }) => !isrNodes.includes(follower), [1, 2, 3])
  await append(await cluster.client(leader), topic, batchOf(['while it is cut']))
  expect(cluster.fault(id).acted).toBeGreaterThan(0)

  await cluster.supervisor.faults.remove(id)
  await cluster.until(topic, 0, inSync, [1, 2, 3])
})

test('a link that is cut one way is cut: requests get there, and no answer comes back', async () => {
  const cluster = await FaultCluster.start()
  const [leader, follower] = others(cluster)
  const topic = await cluster.createTopic('one-way', [[leader, follower, cluster.controllerId]])
  await cluster.apply({ kind: 'cut', from: leader, to: follower, oneWay: true })
  await produceTo(await cluster.client(leader), topic, batchOf(['a', 'b']), { acks: 1 })
  await produceTo(await cluster.client(leader), topic, batchOf(['c']), { acks: 1 })
  await cluster.until(topic, 0, ({ isrNodes }) => !isrNodes.includes(follower), [1, 2, 3])
  await cluster.supervisor.faults.clear()
  await cluster.until(topic, 0, inSync, [1, 2, 3])
})

test('a controller that is cut off from all others loses the role, whatever the store says', async () => {
  const cluster = await FaultCluster.start()
  const old = cluster.controllerId
  const rest = others(cluster)
  for (const id of rest) await cluster.apply({ kind: 'cut', from: old, to: id, oneWay: false })
  await until('another controller', () => cluster.controllerId !== old && cluster.controllerId !== -1)
  const topic = await cluster.createTopic('without-it', [rest])
  await cluster.supervisor.faults.clear()
  await cluster.until(topic, 0, ({ leaderId }) => leaderId === rest[0], [old])
})

test('a leader that is cut off acknowledges nothing, and what it alone has is gone when it is back', async () => {
  const cluster = await FaultCluster.start()
  const topic = await cluster.createTopic('minority', [[2, 1, 3]], { 'min.insync.replicas': '2' })
  const old = await cluster.client(2)
  await append(old, topic, batchOf(['a']))
  for (const id of [1, 3]) await cluster.apply({ kind: 'cut', from: 2, to: id, oneWay: false })
  await cluster.until(topic, 0, ({ leaderId }) => leaderId !== 2 && leaderId !== -1, [1, 3])
  const refused = await produceTo(old, topic, batchOf(['only here']), { timeoutMs: 500 })
  expect(refused.errorCode).not.toBe(ErrorCode.NONE)
  const now = await cluster.client((await cluster.partition(topic, 0, 1)).leaderId)
  await append(now, topic, batchOf(['b']))

  await cluster.supervisor.faults.clear()
  await cluster.until(topic, 0, inSync, [1, 2, 3])
  expect(await valuesOf(now, topic)).toEqual(['a', 'b'])
})

test('clients cut off from a broker hear nothing of it, on connections they have and on new ones', async () => {
  const cluster = await FaultCluster.start()
  const topic = await cluster.createTopic('clients', [[2, 1, 3]])
  const open = await cluster.client(2)
  await open.call(apiVersions, 4, {})
  const { id } = await cluster.apply({ kind: 'cut', from: 'clients', to: 2, oneWay: false })
  const fresh = await cluster.client(2)
  for (const client of [open, fresh]) client.send(apiVersions, 4, {})
  await until('both to be held up', () => cluster.fault(id).acted >= 2)
  // Brokers are no clients: its replicas go on.
  const other = await cluster.client(1)
  await other.call(apiVersions, 4, {})
  expect((await cluster.partition(topic, 0, 1)).isrNodes).toHaveLength(3)
  expect([open.untaken, fresh.untaken, open.isClosed, fresh.isClosed]).toEqual([0, 0, false, false])

  await cluster.supervisor.faults.remove(id)
  expect(await open.take()).toBeInstanceOf(Buffer)
  expect(await fresh.take()).toBeInstanceOf(Buffer)
})

test('answers cut off from clients: what they ask is done all the same', async () => {
  const cluster = await FaultCluster.start()
  const topic = await cluster.createTopic('unheard', [[2, 1, 3]])
  const client = await cluster.client(2)
  const { id } = await cluster.apply({ kind: 'cut', from: 2, to: 'clients', oneWay: true })
  const answered = append(client, topic, batchOf(['done']))
  await until('the answer to be held up', () => cluster.fault(id).acted >= 1)
  await cluster.supervisor.faults.remove(id)
  expect(await answered).toBe(0)
})

test('a slow link between clients and a broker takes its time in both directions', async () => {
  const cluster = await FaultCluster.start({ brokers: 1 })
  const client = await cluster.client(1)
  await client.call(apiVersions, 4, {})
  await cluster.apply({ kind: 'delay', from: 'clients', to: 1, oneWay: false, delayMs: 150, jitterMs: 0 })
  expect(await timeOf(() => client.call(apiVersions, 4, {}))).toBeGreaterThanOrEqual(295)
  await cluster.supervisor.faults.clear()
  await cluster.apply({ kind: 'delay', from: 'clients', to: 1, oneWay: true, delayMs: 0, jitterMs: 100 })
  const times: number[] = []
  for (let index = 0; index < 10; index += 1) times.push(await timeOf(() => client.call(apiVersions, 4, {})))
  expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(20)
  expect(Math.max(...times)).toBeLessThan(295)
})

test('a slow link is slow for everything in flight, and keeps the order', async () => {
  const cluster = await FaultCluster.start({ brokers: 1 })
  const client = await cluster.client(1)
  await cluster.apply({ kind: 'delay', from: 'clients', to: 1, oneWay: true, delayMs: 100, jitterMs: 100 })
  const asked = Array.from({ length: 5 }, () => client.send(apiVersions, 4, {}))
  const answered: number[] = []
  // One after the other they would take five times as long.
  const took = await timeOf(async () => {
    for (let index = 0; index < 5; index += 1) answered.push((await client.take()).readInt32BE(0))
  })
  expect(answered).toEqual(asked)
  expect(took).toBeLessThan(450)
})

test('replication over a slow link takes as long, and an acknowledgement waits for it', async () => {
  const cluster = await FaultCluster.start()
  const topic = await cluster.createTopic('slow', [[1, 2]])
  const client = await cluster.client(1)
  await append(client, topic, batchOf(['warm']))
  await cluster.apply({ kind: 'delay', from: 1, to: 2, oneWay: false, delayMs: 150, jitterMs: 0 })
  const took = await timeOf(() => append(client, topic, batchOf(['a'])))
  expect(took).toBeGreaterThanOrEqual(295)
  expect((await cluster.partition(topic, 0, 1)).isrNodes).toHaveLength(2)
})
