/** Error rules for one topic, in requests that name others, too: those get their true answers. */
import { expect, test } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import type { ErrorName } from '../../src/broker/protocol/errors.ts'
import { produce } from '../../src/broker/protocol/messages/00-produce.ts'
import { fetch } from '../../src/broker/protocol/messages/01-fetch.ts'
import { listOffsets } from '../../src/broker/protocol/messages/02-list-offsets.ts'
import { offsetCommit } from '../../src/broker/protocol/messages/08-offset-commit.ts'
import { offsetFetch } from '../../src/broker/protocol/messages/09-offset-fetch.ts'
import { findCoordinator } from '../../src/broker/protocol/messages/10-find-coordinator.ts'
import { createTopics } from '../../src/broker/protocol/messages/19-create-topics.ts'
import type { Client } from '../wire/client.ts'
import { append, valuesOf } from '../wire/data.ts'
import { batchOf, valuesIn } from '../wire/records.ts'
import type { Topic } from '../wire/topics.ts'
import { until } from '../wire/until.ts'
import { FaultCluster } from './cluster.ts'

const { NONE, NOT_LEADER_OR_FOLLOWER, UNKNOWN_TOPIC_OR_PARTITION, POLICY_VIOLATION } = ErrorCode

interface Scene {
  cluster: FaultCluster
  client: Client
  bad: Topic
  good: Topic
}

async function twoTopics(): Promise<Scene> {
  const cluster = await FaultCluster.start({ brokers: 1 })
  const [bad, good] = [await cluster.createTopic('bad', [[1]]), await cluster.createTopic('good', [[1]])]
  return { cluster, client: await cluster.client(1), bad, good }
}

function refuse(cluster: FaultCluster, api: string, error: ErrorName, times?: number) {
  return cluster.apply({
    kind: 'rule',
    match: { api, clientId: null, topic: 'bad', brokerId: null },
    when: times === undefined ? { type: 'always' } : { type: 'next', n: times },
    action: { type: 'error', error },
  })
}

function produceBoth({ bad, good }: Scene, acks: number) {
  const topicData = [bad, good].map(({ name, id }) => ({
    name,
    topicId: id,
    partitionData: [{ index: 0, records: batchOf([name]) }],
  }))
  return { acks, timeoutMs: 5_000, topicData }
}

test.each([
  ['names', 12],
  ['ids', 13],
])('Produce by topic %s: one topic is refused, the other stored', async (_how, version) => {
  const scene = await twoTopics()
  const { cluster, client, bad, good } = scene
  await refuse(cluster, 'Produce', 'NOT_LEADER_OR_FOLLOWER')
  const { responses } = await client.call(produce, version, produceBoth(scene, -1))
  const codes = responses.map(({ name, topicId, partitionResponses }) => [
    name === 'bad' || topicId === bad.id,
    partitionResponses.map(({ errorCode, baseOffset }) => [errorCode, baseOffset]),
  ])
  expect(codes.toSorted()).toEqual([
    [false, [[NONE, 0]]],
    [true, [[NOT_LEADER_OR_FOLLOWER, -1]]],
  ])
  expect(await valuesOf(client, good)).toEqual(['good'])
  expect(await valuesOf(client, bad)).toEqual([])
})

test('Produce without an answer stores the other topic, and the connection is closed', async () => {
  const scene = await twoTopics()
  const { cluster, client, bad, good } = scene
  await refuse(cluster, 'Produce', 'NOT_LEADER_OR_FOLLOWER')
  client.send(produce, 12, produceBoth(scene, 0))
  await until('the connection to close', () => client.isClosed)
  const other = await cluster.client(1)
  expect(await valuesOf(other, good)).toEqual(['good'])
  expect(await valuesOf(other, bad)).toEqual([])
})

function fetchBoth({ bad, good }: Scene, maxWaitMs: number) {
  const topics = [bad, good].map(({ name, id }) => ({
    topic: name,
    topicId: id,
    partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1 << 20 }],
  }))
  return { maxWaitMs, minBytes: 1, maxBytes: 1 << 20, topics }
}

test('Fetch: the error is told at once, with the records of the other topic, and the session keeps both', async () => {
  const scene = await twoTopics()
  const { cluster, client, bad, good } = scene
  await append(client, bad, batchOf(['b']))
  await append(client, good, batchOf(['g']))
  const { id } = await refuse(cluster, 'Fetch', 'NOT_LEADER_OR_FOLLOWER')
  const first = await client.call(fetch, 18, { ...fetchBoth(scene, 0), sessionId: 0, sessionEpoch: 0 })
  const seen = first.responses.map(({ topicId, partitions: [partition] }) => [
    topicId === bad.id,
    partition?.errorCode,
    valuesIn(partition?.records ?? null),
  ])
  expect(seen.toSorted()).toEqual([
    [false, NONE, ['g']],
    [true, NOT_LEADER_OR_FOLLOWER, []],
  ])
  const since = performance.now()
  const goodRead = { partition: 0, fetchOffset: 1, partitionMaxBytes: 1 << 20 }
  const second = await client.call(fetch, 18, {
    ...fetchBoth(scene, 5_000),
    sessionId: first.sessionId,
    sessionEpoch: 1,
    topics: [{ topicId: good.id, partitions: [goodRead] }],
  })
  expect(second.errorCode).toBe(NONE)
  expect(performance.now() - since).toBeLessThan(2_000)
  await cluster.supervisor.faults.remove(id)
  const third = await client.call(fetch, 18, {
    ...fetchBoth(scene, 0),
    sessionId: first.sessionId,
    sessionEpoch: 2,
    topics: [],
  })
  expect(third.errorCode).toBe(NONE)
  expect(third.responses.map(({ topicId, partitions: [read] }) => [topicId, read?.errorCode])).toEqual([
    [bad.id, NONE],
  ])
  expect(valuesIn(third.responses[0]?.partitions[0]?.records ?? null)).toEqual(['b'])
})

test('ListOffsets answers the other topic', async () => {
  const { cluster, client, good } = await twoTopics()
  await append(client, good, batchOf(['g']))
  await refuse(cluster, 'ListOffsets', 'UNKNOWN_TOPIC_OR_PARTITION')
  const { topics } = await client.call(listOffsets, 9, {
    replicaId: -1,
    topics: ['bad', 'good'].map((name) => ({ name, partitions: [{ partitionIndex: 0, timestamp: -1 }] })),
  })
  const answers = topics.map(({ name, partitions: [answer] }) => [name, answer?.errorCode, answer?.offset])
  expect(answers.toSorted()).toEqual([
    ['bad', UNKNOWN_TOPIC_OR_PARTITION, -1],
    ['good', NONE, 1],
  ])
})

test('OffsetCommit and OffsetFetch: the offsets of the other topic are committed and told', async () => {
  const { cluster, client } = await twoTopics()
  await until('a coordinator', async () => {
    const { coordinators } = await client.call(findCoordinator, 4, { keyType: 0, coordinatorKeys: ['g'] })
    return coordinators[0]?.errorCode === NONE
  })
  const commit = () =>
    client.call(offsetCommit, 9, {
      groupId: 'g',
      generationIdOrMemberEpoch: -1,
      memberId: '',
      topics: ['bad', 'good'].map((name) => ({
        name,
        partitions: [{ partitionIndex: 0, committedOffset: 7, committedMetadata: null }],
      })),
    })
  await until('it to be loaded', async () => {
    const { topics } = await commit()
    return topics.every(({ partitions }) => partitions[0]?.errorCode === NONE)
  })
  await refuse(cluster, 'OffsetCommit', 'UNKNOWN_TOPIC_OR_PARTITION')
  const { topics } = await commit()
  expect(topics.map(({ name, partitions: [answer] }) => [name, answer?.errorCode]).toSorted()).toEqual([
    ['bad', UNKNOWN_TOPIC_OR_PARTITION],
    ['good', NONE],
  ])
  await refuse(cluster, 'OffsetFetch', 'UNSTABLE_OFFSET_COMMIT')
  const { groups } = await client.call(offsetFetch, 9, {
    groups: [
      { groupId: 'g', topics: ['bad', 'good'].map((name) => ({ name, partitionIndexes: [0] })) },
      { groupId: 'h', topics: [{ name: 'good', partitionIndexes: [0] }] },
    ],
  })
  const told = groups.map(({ groupId, topics: ofGroup }) => [
    groupId,
    ofGroup
      .map(({ name, partitions: [answer] }) => [name, answer?.errorCode, answer?.committedOffset])
      .toSorted(),
  ])
  expect(told.toSorted()).toEqual([
    [
      'g',
      [
        ['bad', ErrorCode.UNSTABLE_OFFSET_COMMIT, -1],
        ['good', NONE, 7],
      ],
    ],
    ['h', [['good', NONE, -1]]],
  ])
})

test('CreateTopics through a broker that passes it on: one topic is refused, the other created', async () => {
  const cluster = await FaultCluster.start()
  const passing = [1, 2, 3].find((id) => id !== cluster.controllerId) ?? 1
  const client = await cluster.client(passing)
  await refuse(cluster, 'CreateTopics', 'POLICY_VIOLATION')
  const { topics } = await client.call(createTopics, 7, {
    topics: ['bad', 'good'].map((name) => ({ name, numPartitions: 1, replicationFactor: 1 })),
    timeoutMs: 5_000,
  })
  expect(topics.map(({ name, errorCode }) => [name, errorCode]).toSorted()).toEqual([
    ['bad', POLICY_VIOLATION],
    ['good', NONE],
  ])
})

test('an error that a group has as a whole refuses all of its request', async () => {
  const { cluster, client } = await twoTopics()
  await refuse(cluster, 'OffsetFetch', 'NOT_COORDINATOR')
  const { groups } = await client.call(offsetFetch, 9, {
    groups: [{ groupId: 'g', topics: ['bad', 'good'].map((name) => ({ name, partitionIndexes: [0] })) }],
  })
  expect(groups).toMatchObject([{ groupId: 'g', errorCode: ErrorCode.NOT_COORDINATOR }])
})
