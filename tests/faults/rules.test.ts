/** Rules for requests, as clients see them. */
import { expect, test, vi } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { produce } from '../../src/broker/protocol/messages/00-produce.ts'
import { metadata } from '../../src/broker/protocol/messages/03-metadata.ts'
import { apiVersions } from '../../src/broker/protocol/messages/18-api-versions.ts'
import type { RuleAction, RuleWhen } from '../../src/broker/index.ts'
import { connectedAdmin, connectedProducer } from '../clients/kafkajs/client.ts'
import { append, fetchFrom, fetchRequest, produceRequest, produceTo, valuesOf } from '../wire/data.ts'
import { batchOf } from '../wire/records.ts'
import { fetch } from '../../src/broker/protocol/messages/01-fetch.ts'
import { until } from '../wire/until.ts'
import { FaultCluster } from './cluster.ts'

interface RuleOptions {
  topic?: string
  clientId?: string
  brokerId?: number
  when?: RuleWhen
}

function rule(api: string, action: RuleAction, options: RuleOptions = {}) {
  const { topic = null, clientId = null, brokerId = null, when = { type: 'always' } } = options
  return { kind: 'rule', match: { api, clientId, topic, brokerId }, when, action } as const
}

const notLeader = { type: 'error', error: 'NOT_LEADER_OR_FOLLOWER' } as const

test('the next two produces are refused, the third is taken, and nothing of the refused ones is stored', async () => {
  const cluster = await FaultCluster.start({ brokers: 1 })
  const topic = await cluster.createTopic('refused', [[1]])
  const client = await cluster.client(1)
  const { id } = await cluster.apply(
    rule('Produce', notLeader, { topic: 'refused', when: { type: 'next', n: 2 } }),
  )
  const codes: number[] = []
  for (const value of ['a', 'b', 'c'])
    codes.push((await produceTo(client, topic, batchOf([value]))).errorCode)
  expect(codes).toEqual([ErrorCode.NOT_LEADER_OR_FOLLOWER, ErrorCode.NOT_LEADER_OR_FOLLOWER, ErrorCode.NONE])
  expect(await valuesOf(client, topic)).toEqual(['c'])
  expect(cluster.fault(id)).toMatchObject({ matched: 3, acted: 2 })
  await until('the history', () => cluster.history.some(({ kind }) => kind === 'fault-hit'))
  expect(cluster.history.filter(({ kind }) => kind.startsWith('fault-')).map(({ kind }) => kind)).toEqual([
    'fault-applied',
    'fault-hit',
  ])
})

test('other topics, other clients and other brokers are left alone', async () => {
  const cluster = await FaultCluster.start()
  const [one, other] = [
    await cluster.createTopic('one', [[1]]),
    await cluster.createTopic('other', [[1], [2]]),
  ]
  await cluster.apply(rule('Produce', notLeader, { topic: 'one', clientId: 'app-*' }))
  await cluster.apply(rule('Produce', { type: 'close' }, { topic: 'other', brokerId: 2 }))
  const app = await cluster.client(1, 'app-7')
  expect((await produceTo(app, one, batchOf(['a']))).errorCode).toBe(ErrorCode.NOT_LEADER_OR_FOLLOWER)
  expect(await append(app, other, batchOf(['b']))).toBe(0)
  expect(await append(await cluster.client(1, 'tool'), one, batchOf(['c']))).toBe(0)
  const second = await cluster.client(2)
  await expect(append(second, other, batchOf(['d']), 1)).rejects.toThrow('closed the connection')
})

test('a kafkajs producer gets over errors and a closed connection', async () => {
  const cluster = await FaultCluster.start()
  const topic = await cluster.createTopic('gets-over-it', [[2, 1, 3]])
  const faults = [
    await cluster.apply(rule('Produce', notLeader, { when: { type: 'nth', n: 1 } })),
    await cluster.apply(rule('Produce', { type: 'close' }, { when: { type: 'nth', n: 2 } })),
  ]
  const producer = await connectedProducer(cluster, {
    idempotent: true,
    retry: { initialRetryTime: 20, retries: 20 },
  })
  await producer.send({ topic: topic.name, acks: -1, timeout: 500, messages: [{ value: 'a' }] })
  expect(faults.map(({ id }) => cluster.fault(id).acted)).toEqual([1, 1])
  expect(await valuesOf(await cluster.client(2), topic)).toEqual(['a'])
})

test('a dropped request is never answered and never done, and its connection stays open', async () => {
  const cluster = await FaultCluster.start({ brokers: 1 })
  const topic = await cluster.createTopic('dropped', [[1]])
  const client = await cluster.client(1)
  const { id } = await cluster.apply(rule('Produce', { type: 'drop' }, { when: { type: 'next', n: 1 } }))
  client.send(produce, 12, produceRequest(topic, batchOf(['a'])))
  await until('it to be dropped', () => cluster.fault(id).acted === 1)
  // What comes after it on the same connection is answered.
  expect(await append(client, topic, batchOf(['b']))).toBe(0)
  expect(client.untaken).toBe(0)
})

test('a delayed request takes its time, and is answered then', async () => {
  const cluster = await FaultCluster.start({ brokers: 1 })
  const client = await cluster.client(1)
  await cluster.apply(rule('ApiVersions', { type: 'delay', delayMs: 200 }, { when: { type: 'every', n: 2 } }))
  const times: number[] = []
  for (let index = 0; index < 2; index += 1) {
    const since = performance.now()
    await client.call(apiVersions, 4, {})
    times.push(performance.now() - since)
  }
  expect(times[0]).toBeLessThan(150)
  expect(times[1]).toBeGreaterThanOrEqual(198)
})

test('a delayed produce holds back those behind it on its connection', async () => {
  const cluster = await FaultCluster.start({ brokers: 1 })
  const topic = await cluster.createTopic('in-order', [[1]])
  const client = await cluster.client(1)
  await cluster.apply(rule('Produce', { type: 'delay', delayMs: 100 }, { when: { type: 'next', n: 1 } }))
  const values = ['a', 'b', 'c']
  for (const value of values) client.send(produce, 12, produceRequest(topic, batchOf([value])))
  for (const _ of values) await client.take()
  expect(await valuesOf(client, topic)).toEqual(values)
})

test('a fetch by session is about the topics of its session', async () => {
  const cluster = await FaultCluster.start({ brokers: 1 })
  const topic = await cluster.createTopic('in-session', [[1]])
  const client = await cluster.client(1)
  await append(client, topic, batchOf(['a']))
  const first = await client.call(fetch, 12, { ...fetchRequest(topic), sessionId: 0, sessionEpoch: 0 })
  expect(first.sessionId).toBeGreaterThan(0)
  await cluster.apply(rule('Fetch', { type: 'error', error: 'OFFSET_OUT_OF_RANGE' }, { topic: 'in-session' }))
  const next = await client.call(fetch, 12, {
    sessionId: first.sessionId,
    sessionEpoch: 1,
    maxWaitMs: 0,
    topics: [],
  })
  expect(next.responses[0]).toMatchObject({
    topic: 'in-session',
    partitions: [{ partitionIndex: 0, errorCode: ErrorCode.OFFSET_OUT_OF_RANGE }],
  })
  await cluster.supervisor.faults.clear()
  expect((await fetchFrom(client, topic)).errorCode).toBe(ErrorCode.NONE)
})

test('Metadata with an error still tells of the brokers', async () => {
  const cluster = await FaultCluster.start()
  await cluster.createTopic('unknown', [[1]])
  await cluster.createTopic('known', [[1]])
  const client = await cluster.client(1, 'meta')
  await cluster.apply(
    rule(
      'Metadata',
      { type: 'error', error: 'LEADER_NOT_AVAILABLE' },
      { topic: 'unknown', clientId: 'meta' },
    ),
  )
  const { brokers, topics } = await client.call(metadata, 12, {
    topics: [{ name: 'unknown' }, { name: 'known' }],
    allowAutoTopicCreation: false,
  })
  expect(brokers).toHaveLength(3)
  expect(topics.map(({ name, errorCode }) => [name, errorCode])).toEqual([
    ['unknown', ErrorCode.LEADER_NOT_AVAILABLE],
    ['known', ErrorCode.NONE],
  ])
})

test('followers are no clients: a rule for Fetch does not end replication, unless it means them', async () => {
  const cluster = await FaultCluster.start()
  const topic = await cluster.createTopic('followed', [[1, 2, 3]])
  const client = await cluster.client(1)
  const { id } = await cluster.apply(rule('Fetch', { type: 'close' }))
  expect(await append(client, topic, batchOf(['a']))).toBe(0)
  await cluster.supervisor.faults.remove(id)
  const meant = await cluster.apply(rule('Fetch', notLeader, { clientId: 'broker-2-*', brokerId: 1 }))
  await produceTo(client, topic, batchOf(['b']), { acks: 1 })
  await cluster.until(topic, 0, ({ isrNodes }) => !isrNodes.includes(2), [1, 3])
  expect(cluster.fault(meant.id).acted).toBeGreaterThan(0)
})

test('rules, cuts and disks are kept with the cluster and its counts; a freeze is not', async () => {
  const cluster = await FaultCluster.start()
  const topic = await cluster.createTopic('kept', [[1, 2, 3]])
  await cluster.apply(rule('Produce', notLeader, { when: { type: 'next', n: 2 } }))
  await produceTo(await cluster.client(1), topic, batchOf(['a']))
  await cluster.apply({ kind: 'delay', from: 'clients', to: 2, oneWay: false, delayMs: 40, jitterMs: 0 })
  await cluster.apply({ kind: 'freeze', brokerId: 3 })
  await cluster.close()

  const again = await FaultCluster.open(cluster.directory)
  expect(again.supervisor.faults.list().map(({ id, spec, acted }) => [id, spec.kind, acted])).toEqual([
    [1, 'rule', 1],
    [2, 'delay', 0],
  ])
  const leader = await again.client((await again.partition(topic, 0, 1)).leaderId)
  const codes: number[] = []
  for (const value of ['b', 'c']) codes.push((await produceTo(leader, topic, batchOf([value]))).errorCode)
  expect(codes).toEqual([ErrorCode.NOT_LEADER_OR_FOLLOWER, ErrorCode.NONE])
})

test('a broker that starts while faults are in force has them', async () => {
  const cluster = await FaultCluster.start()
  const topic = await cluster.createTopic('started', [[2]])
  await cluster.apply(rule('Produce', notLeader))
  await cluster.supervisor.killBroker(2)
  await cluster.supervisor.startBroker(2)
  await cluster.until(topic, 0, ({ leaderId }) => leaderId === 2, [2])
  const { errorCode } = await produceTo(await cluster.client(2), topic, batchOf(['a']))
  expect(errorCode).toBe(ErrorCode.NOT_LEADER_OR_FOLLOWER)
})

test('an admin client hears the error of a rule for the controller', async () => {
  const cluster = await FaultCluster.start()
  await cluster.apply(
    rule('CreateTopics', { type: 'error', error: 'POLICY_VIOLATION' }, { topic: 'forbidden*' }),
  )
  const admin = await connectedAdmin(cluster)
  await expect(admin.createTopics({ topics: [{ topic: 'forbidden-1' }] })).rejects.toMatchObject({
    errors: [{ type: 'POLICY_VIOLATION' }],
  })
  await admin.createTopics({ topics: [{ topic: 'allowed' }] })
  await vi.waitFor(async () => expect(await admin.listTopics()).toEqual(['allowed']))
})
