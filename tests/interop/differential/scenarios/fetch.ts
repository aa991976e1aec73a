import { fetch } from '../../../../src/broker/protocol/messages/01-fetch.ts'
import { listOffsets } from '../../../../src/broker/protocol/messages/02-list-offsets.ts'
import { offsetForLeaderEpoch } from '../../../../src/broker/protocol/messages/23-offset-for-leader-epoch.ts'
import { append, fetchRequest, type FetchOptions } from '../../../wire/data.ts'
import { batchOf } from '../../../wire/records.ts'
import type { Topic } from '../../../wire/topics.ts'
import { until } from '../session.ts'
import type { Scenario } from './scenario.ts'

const UNKNOWN: Topic = { name: 'fetch-unknown', id: '0123456789abcdef01234w' }

export const fetchScenarios: Scenario[] = [
  {
    name: 'fetch',
    async run(session) {
      const topic = await session.createTopic('fetch', {
        assignment: [
          [1, 2],
          [2, 3],
        ],
      })
      const client = await session.client()
      for (const values of [['a', 'b', 'c'], ['d'], ['e', 'f']])
        await append(client, topic, batchOf(values, { timestamp: 1_000 }))
      const ask = (step: string, options: FetchOptions = {}, version = 18, of = topic, from = client) =>
        session.ask(step, from, fetch, version, fetchRequest(of, options))
      for (let version = 4; version <= 18; version++) await ask(`version ${version}`, {}, version)
      await ask('from the middle of a batch', { offset: 1 })
      await ask('from the last batch', { offset: 5 })
      await ask('at the end', { offset: 6 })
      await ask('beyond the end', { offset: 7 })
      await ask('before the start', { offset: -1 })
      await ask('one byte', { partitionMaxBytes: 1 })
      await ask('one byte for all', { maxBytes: 1 })
      await ask('no bytes', { partitionMaxBytes: 0 })
      await ask('negative bytes', { partitionMaxBytes: -1 })
      await ask('the right leader epoch', { currentLeaderEpoch: 0 })
      await ask('a leader epoch ahead', { currentLeaderEpoch: 5 })
      await ask('another partition', { index: 1 })
      await ask('an unknown partition', { index: 9 })
      await ask('an unknown topic', {}, 12, UNKNOWN)
      await ask('an unknown id', {}, 13, UNKNOWN)
      const follower = await session.client(2)
      await until('the follower to know how far it may be read', async () => {
        const { responses } = await follower.call(fetch, 18, fetchRequest(topic, {}))
        return responses[0]!.partitions[0]!.highWatermark === 6
      })
      await ask('a follower', {}, 18, topic, follower)
      await ask('a follower, version 11', {}, 11, topic, await session.client(2))
      await ask('a broker without replica', {}, 18, topic, await session.client(3))
      await session.ask('read committed', client, fetch, 18, { ...fetchRequest(topic), isolationLevel: 1 })
      await session.ask('an unknown isolation level', client, fetch, 18, {
        ...fetchRequest(topic),
        isolationLevel: 2,
      })
      await session.ask('nothing', client, fetch, 18, { maxWaitMs: 0, minBytes: 0, topics: [] })
      const diverging = fetchRequest(topic, { offset: 6 })
      const withEpoch = (lastFetchedEpoch: number) => ({
        ...diverging,
        topics: diverging.topics!.map((each) => ({
          ...each,
          partitions: each.partitions!.map((partition) => ({ ...partition, lastFetchedEpoch })),
        })),
      })
      await session.ask('the last epoch is right', client, fetch, 18, withEpoch(0))
      await session.ask('the last epoch is unknown', client, fetch, 18, withEpoch(3))
    },
  },
  {
    name: 'fetch sessions',
    async run(session) {
      const topic = await session.createTopic('sessions', { assignment: [[1], [1]] })
      const client = await session.client()
      await append(client, topic, batchOf(['a']))
      const both = {
        maxWaitMs: 0,
        minBytes: 1,
        topics: [
          {
            topic: topic.name,
            topicId: topic.id,
            partitions: [0, 1].map((partition) => ({ partition, fetchOffset: 0, partitionMaxBytes: 1_000 })),
          },
        ],
      }
      const { sessionId } = await session.ask('a new session', client, fetch, 18, {
        ...both,
        sessionId: 0,
        sessionEpoch: 0,
      })
      const more = { maxWaitMs: 0, minBytes: 1, topics: [] }
      await session.ask('nothing new', client, fetch, 18, { ...more, sessionId, sessionEpoch: 1 })
      await append(client, topic, batchOf(['b']), 1)
      await session.ask('something new', client, fetch, 18, { ...more, sessionId, sessionEpoch: 2 })
      await session.ask('the same epoch again', client, fetch, 18, { ...more, sessionId, sessionEpoch: 2 })
      await session.ask('an epoch skipped', client, fetch, 18, { ...more, sessionId, sessionEpoch: 9 })
      await session.ask('one forgotten', client, fetch, 18, {
        ...more,
        sessionId,
        sessionEpoch: 3,
        forgottenTopicsData: [{ topic: topic.name, topicId: topic.id, partitions: [0] }],
      })
      await session.ask('an unknown session', client, fetch, 18, {
        ...more,
        sessionId: 123_456,
        sessionEpoch: 1,
      })
      await session.ask('an unknown session to be closed', client, fetch, 18, {
        ...both,
        sessionId: 123_456,
        sessionEpoch: -1,
      })
      await session.ask('a wish for a session with an id', client, fetch, 18, {
        ...both,
        sessionId,
        sessionEpoch: 0,
      })
      await session.ask('the session that wish closed', client, fetch, 18, {
        ...more,
        sessionId,
        sessionEpoch: 4,
      })
      await session.ask('no session, next epoch', client, fetch, 18, {
        ...both,
        sessionId: 0,
        sessionEpoch: 1,
      })
      const old = await session.ask('a session by name', client, fetch, 12, {
        ...both,
        sessionId: 0,
        sessionEpoch: 0,
      })
      await session.ask('a session by name goes on by id', client, fetch, 13, {
        ...more,
        sessionId: old.sessionId,
        sessionEpoch: 1,
      })
      const unknown = { ...both, topics: [{ ...both.topics[0]!, topicId: UNKNOWN.id, topic: UNKNOWN.name }] }
      const bad = await session.ask('a session on an unknown id', client, fetch, 18, {
        ...unknown,
        sessionId: 0,
        sessionEpoch: 0,
      })
      await session.ask('which goes on', client, fetch, 18, {
        ...more,
        sessionId: bad.sessionId,
        sessionEpoch: 1,
      })
      await session.ask('an empty session', client, fetch, 18, { ...more, sessionId: 0, sessionEpoch: 0 })
    },
  },
  {
    name: 'list offsets',
    async run(session) {
      const topic = await session.createTopic('list', {
        assignment: [
          [1, 2],
          [2, 1],
        ],
      })
      const client = await session.client()
      const ask = (
        step: string,
        timestamp: number,
        version = 11,
        different: object = {},
        from = client,
        name = topic.name,
      ) =>
        session.ask(step, from, listOffsets, version, {
          replicaId: -1,
          topics: [{ name, partitions: [{ partitionIndex: 0, timestamp, ...different }] }],
          timeoutMs: 5_000,
        })
      for (const timestamp of [-1, -2, -3, 0]) await ask(`${timestamp} of an empty log`, timestamp)
      for (const at of [1_000, 3_000, 2_000])
        await append(client, topic, batchOf([`at ${at}`, 'and'], { timestamp: at }))
      for (let version = 1; version <= 11; version++) {
        await ask(`latest, version ${version}`, -1, version)
        await ask(`earliest, version ${version}`, -2, version)
        await ask(`1500, version ${version}`, 1_500, version)
      }
      for (const timestamp of [-3, -4, -5, -6, -7, -100, 0, 1_000, 2_000, 2_500, 3_000, 3_001]) {
        await ask(`timestamp ${timestamp}`, timestamp)
      }
      await ask('-3 in version 6', -3, 6)
      await ask('-4 in version 7', -4, 7)
      await ask('-5 in version 8', -5, 8)
      await ask('-6 in version 10', -6, 10)
      await ask('the right epoch', -1, 11, { currentLeaderEpoch: 0 })
      await ask('an epoch ahead', -1, 11, { currentLeaderEpoch: 4 })
      await ask('an unknown partition', -1, 11, { partitionIndex: 7 })
      await ask('an unknown topic', -1, 11, {}, client, 'list-unknown')
      await ask('a follower', -1, 11, {}, await session.client(2))
      await ask('a broker without replica', -1, 11, {}, await session.client(3))
      await session.ask('a partition twice', client, listOffsets, 11, {
        replicaId: -1,
        topics: [
          {
            name: topic.name,
            partitions: [
              { partitionIndex: 0, timestamp: -1 },
              { partitionIndex: 0, timestamp: -2 },
            ],
          },
        ],
        timeoutMs: 5_000,
      })
      await session.ask('read committed', client, listOffsets, 11, {
        replicaId: -1,
        isolationLevel: 1,
        topics: [{ name: topic.name, partitions: [{ partitionIndex: 0, timestamp: -1 }] }],
        timeoutMs: 5_000,
      })
      await session.ask('as a debugging consumer', client, listOffsets, 11, {
        replicaId: -2,
        topics: [{ name: topic.name, partitions: [{ partitionIndex: 0, timestamp: -1 }] }],
        timeoutMs: 5_000,
      })
    },
  },
  {
    name: 'offset for leader epoch',
    async run(session) {
      const topic = await session.createTopic('epochs', { assignment: [[1, 2]] })
      const client = await session.client()
      const ask = (
        step: string,
        leaderEpoch: number,
        currentLeaderEpoch = -1,
        version = 4,
        partition = 0,
        name = topic.name,
      ) =>
        session.ask(step, client, offsetForLeaderEpoch, version, {
          replicaId: -1,
          topics: [{ topic: name, partitions: [{ partition, leaderEpoch, currentLeaderEpoch }] }],
        })
      await ask('epoch 0 of an empty log', 0)
      await append(client, topic, batchOf(['a', 'b']))
      for (const version of [2, 3, 4]) await ask(`version ${version}`, 0, -1, version)
      await ask('an epoch ahead', 3)
      await ask('no epoch', -1)
      await ask('the current epoch ahead', 0, 3)
      await ask('an unknown partition', 0, -1, 4, 8)
      await ask('an unknown topic', 0, -1, 4, 0, 'epochs-unknown')
      await session.ask('a follower', await session.client(2), offsetForLeaderEpoch, 4, {
        topics: [{ topic: topic.name, partitions: [{ partition: 0, leaderEpoch: 0 }] }],
      })
    },
  },
]
