/** A frozen broker: its sockets stay open, nothing comes from it, and what it missed it has to make up for. */
import { expect, test } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { apiVersions } from '../../src/broker/protocol/messages/18-api-versions.ts'
import { append, produceTo, valuesOf } from '../wire/data.ts'
import { batchOf } from '../wire/records.ts'
import { until } from '../wire/until.ts'
import { FaultCluster } from './cluster.ts'

const all = ({ isrNodes }: { isrNodes: number[] }) => isrNodes.length === 3

test('a frozen broker accepts connections and answers nothing; when it is thawed the answers come', async () => {
  const cluster = await FaultCluster.start()
  const { id } = await cluster.apply({ kind: 'freeze', brokerId: 2 })
  const client = await cluster.client(2)
  client.send(apiVersions, 4, {})
  const alive = await cluster.client(1)
  await alive.call(apiVersions, 4, {})
  await until('the session to end', () =>
    cluster.history.some(({ kind, brokerId }) => kind === 'broker-fenced' && brokerId === 2),
  )
  expect(client.untaken).toBe(0)
  expect(client.isClosed).toBe(false)

  await cluster.supervisor.faults.remove(id)
  expect(await client.take()).toBeInstanceOf(Buffer)
  await until('it to be let in again', () =>
    cluster.history.some(({ kind, brokerId }) => kind === 'broker-unfenced' && brokerId === 2),
  )
})

test.each(['instant', 'session'])(
  'a frozen broker is fenced when its session ends (%s)',
  async (detection) => {
    const cluster = await FaultCluster.start({ config: { 'ottla.failure.detection': detection } })
    const topic = await cluster.createTopic('frozen', [[2, 1, 3]])
    const frozenAtMs = Date.now()
    await cluster.apply({ kind: 'freeze', brokerId: 2 })
    await cluster.until(topic, 0, ({ leaderId, isrNodes }) => leaderId !== 2 && !isrNodes.includes(2), [1, 3])
    // Not before the 1.2 s of its session, but for what had passed since its last heartbeat.
    expect(Date.now() - frozenAtMs).toBeGreaterThan(900)
    expect(cluster.broker(2).state).toBe('running')
  },
)

test('a thawed leader learns that it is none, and gives up what it alone had written', async () => {
  const cluster = await FaultCluster.start()
  const topic = await cluster.createTopic('truncated', [[2, 1, 3]])
  const old = await cluster.client(2)
  await append(old, topic, batchOf(['a']))
  // The followers stand still, so that only the leader has it.
  const [one, three] = [
    await cluster.apply({ kind: 'cut', from: 1, to: 2, oneWay: false }),
    await cluster.apply({ kind: 'cut', from: 3, to: 2, oneWay: false }),
  ]
  await produceTo(old, topic, batchOf(['lost']), { acks: 1 })
  const freeze = await cluster.apply({ kind: 'freeze', brokerId: 2 })
  await cluster.until(topic, 0, ({ leaderId }) => leaderId !== 2 && leaderId !== -1, [1, 3])
  await cluster.supervisor.faults.remove(one.id)
  await cluster.supervisor.faults.remove(three.id)
  const { leaderId } = await cluster.partition(topic, 0, 1)
  const now = await cluster.client(leaderId)
  await append(now, topic, batchOf(['b']))

  await cluster.supervisor.faults.remove(freeze.id)
  await cluster.until(topic, 0, all, [1, 2, 3])
  const { errorCode } = await produceTo(old, topic, batchOf(['c']))
  expect(errorCode).toBe(ErrorCode.NOT_LEADER_OR_FOLLOWER)
  expect(await valuesOf(now, topic)).toEqual(['a', 'b'])
  await cluster.supervisor.killBroker(leaderId)
  await cluster.supervisor.killBroker([1, 3].find((id) => id !== leaderId) ?? 1)
  await cluster.until(topic, 0, (state) => state.leaderId === 2, [2])
  expect(await valuesOf(old, topic)).toEqual(['a', 'b'])
})

test('a frozen controller loses the role, and does not take it for its own when it wakes', async () => {
  const cluster = await FaultCluster.start()
  const old = cluster.controllerId
  const [other = 1] = [1, 2, 3].filter((id) => id !== old)
  const { id } = await cluster.apply({ kind: 'freeze', brokerId: old })
  await until('another controller', () => cluster.controllerId !== old && cluster.controllerId !== -1)
  const electedAtMs = Date.now()
  const topic = await cluster.createTopic('meanwhile', [[other]])
  // Nobody waits for the frozen one: not who follows its metadata, nor who passes requests on to it.
  expect(Date.now() - electedAtMs).toBeLessThan(4_000)
  await cluster.supervisor.faults.remove(id)
  await cluster.until(topic, 0, ({ leaderId }) => leaderId === other, [old])
  expect(cluster.controllerId).not.toBe(old)
})

test.each(['killBroker', 'stopBroker'] as const)('%s ends a broker that is frozen', async (end) => {
  const cluster = await FaultCluster.start()
  await cluster.apply({ kind: 'freeze', brokerId: 2 })
  await cluster.supervisor[end](2)
  expect(cluster.broker(2).state).toBe('stopped')
  expect(cluster.supervisor.faults.list()).toEqual([])
  await cluster.supervisor.startBroker(2)
  expect(cluster.broker(2).state).toBe('running')
})

test('a cluster with a frozen broker stops', async () => {
  const cluster = await FaultCluster.start()
  await cluster.apply({ kind: 'freeze', brokerId: 3 })
  await cluster.supervisor.stop()
  expect(cluster.supervisor.status().state).toBe('stopped')
})

test('only a broker that runs can be frozen', async () => {
  const cluster = await FaultCluster.start()
  await cluster.supervisor.killBroker(2)
  await expect(cluster.apply({ kind: 'freeze', brokerId: 2 })).rejects.toMatchObject({
    failure: { code: 'BROKER_NOT_RUNNING' },
  })
  await expect(cluster.apply({ kind: 'freeze', brokerId: 9 })).rejects.toMatchObject({
    failure: { code: 'UNKNOWN_BROKER' },
  })
})
