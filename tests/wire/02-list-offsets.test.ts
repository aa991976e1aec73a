import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { listOffsets } from '../../src/broker/protocol/messages/02-list-offsets.ts'
import type { Client } from './client.ts'
import { append, produceTo } from './data.ts'
import { Cluster, useCluster } from './harness.ts'
import { batchOf } from './records.ts'
import { createTopic, partitionOf, type Topic } from './topics.ts'
import { until } from './until.ts'
import { since, versionsBefore, versionsFrom, versionsOf } from './versions.ts'

const LATEST = -1
const EARLIEST = -2
const MAX_TIMESTAMP = -3
const EARLIEST_LOCAL = -4
const LATEST_TIERED = -5
const EARLIEST_PENDING_UPLOAD = -6

interface Question {
  timestamp: number
  index?: number
  currentLeaderEpoch?: number
  replicaId?: number
  isolationLevel?: number
}

async function ask(client: Client, version: number, topic: Topic, question: Question) {
  const { timestamp, index = 0, currentLeaderEpoch = -1, replicaId = -1, isolationLevel = 0 } = question
  const { topics } = await client.call(listOffsets, version, {
    replicaId,
    ...since(2, version, { isolationLevel }, {}),
    topics: [{ name: topic.name, partitions: [{ partitionIndex: index, currentLeaderEpoch, timestamp }] }],
    timeoutMs: 5_000,
  })
  return topics[0]!.partitions[0]!
}

describe('ListOffsets from one broker', () => {
  const cluster = useCluster()
  const NOON = 1_700_000_000_000
  let client: Client
  /** Offsets 0 1 at noon, 2 at noon + 500, 3 4 at noon + 200, 5 at noon + 1000. */
  let topic: Topic
  let empty: Topic

  beforeAll(async () => {
    client = await cluster().client()
    topic = await createTopic(cluster())
    empty = await createTopic(cluster())
    await append(client, topic, batchOf(['a', 'b'], { timestamp: NOON }))
    await append(client, topic, batchOf(['c'], { timestamp: NOON + 500 }))
    await append(client, topic, batchOf(['d', 'e'], { timestamp: NOON + 200 }))
    await append(client, topic, batchOf(['f'], { timestamp: NOON + 1_000 }))
  })

  describe.each(versionsOf(listOffsets))('v%i', (version) => {
    const epoch = since(4, version, 0, -1)
    const none = { timestamp: -1, offset: -1, leaderEpoch: -1 }

    it.each([
      ['the end', LATEST, { timestamp: -1, offset: 6, leaderEpoch: epoch }],
      ['the start', EARLIEST, { timestamp: -1, offset: 0, leaderEpoch: epoch }],
      ['a timestamp before all', NOON - 1, { timestamp: NOON, offset: 0, leaderEpoch: epoch }],
      ['timestamp 0', 0, { timestamp: NOON, offset: 0, leaderEpoch: epoch }],
      ['a record’s timestamp', NOON, { timestamp: NOON, offset: 0, leaderEpoch: epoch }],
      ['one between two records', NOON + 1, { timestamp: NOON + 500, offset: 2, leaderEpoch: epoch }],
      ['one that comes out of order', NOON + 150, { timestamp: NOON + 500, offset: 2, leaderEpoch: epoch }],
      [
        'the last record’s timestamp',
        NOON + 1_000,
        { timestamp: NOON + 1_000, offset: 5, leaderEpoch: epoch },
      ],
      ['one after all', NOON + 1_001, none],
    ])('%s', async (_what, timestamp, expected) => {
      const answer = await ask(client, version, topic, { timestamp })
      expect(answer).toEqual({ partitionIndex: 0, errorCode: ErrorCode.NONE, ...expected })
    })

    it('of an empty log: start and end are 0, a timestamp is nowhere', async () => {
      const offsets = []
      for (const timestamp of [EARLIEST, LATEST, 0, NOON]) {
        offsets.push((await ask(client, version, empty, { timestamp })).offset)
      }
      expect(offsets).toEqual([0, 0, -1, -1])
    })

    it('a partition that does not exist is UNKNOWN_TOPIC_OR_PARTITION', async () => {
      const answer = await ask(client, version, topic, { timestamp: LATEST, index: 3 })
      expect(answer).toEqual({ partitionIndex: 3, errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, ...none })
    })

    it('a topic that does not exist is UNKNOWN_TOPIC_OR_PARTITION', async () => {
      const answer = await ask(client, version, { name: 'nowhere', id: '' }, { timestamp: LATEST })
      expect(answer.errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    })

    it('a negative timestamp nobody knows is UNSUPPORTED_VERSION', async () => {
      expect((await ask(client, version, topic, { timestamp: -7 })).errorCode).toBe(
        ErrorCode.UNSUPPORTED_VERSION,
      )
    })

    it('a partition named twice is INVALID_REQUEST once, others are answered', async () => {
      const partitions = [0, 0].map((partitionIndex) => ({ partitionIndex, timestamp: LATEST }))
      const topics = [
        { name: topic.name, partitions },
        { name: empty.name, partitions: [{ partitionIndex: 0, timestamp: LATEST }] },
      ]
      const answer = await client.call(listOffsets, version, { replicaId: -1, topics })
      const codes = answer.topics.map((each) => each.partitions.map(({ errorCode }) => errorCode))
      expect(codes).toEqual([[ErrorCode.INVALID_REQUEST], [ErrorCode.NONE]])
    })
  })

  it.each([
    ['the newest record', MAX_TIMESTAMP, 7, { timestamp: NOON + 1_000, offset: 5, leaderEpoch: 0 }],
    ['the local start', EARLIEST_LOCAL, 8, { timestamp: -1, offset: 0, leaderEpoch: 0 }],
    ['the end of tiered storage', LATEST_TIERED, 9, { timestamp: -1, offset: -1, leaderEpoch: -1 }],
    ['the next upload', EARLIEST_PENDING_UPLOAD, 11, { timestamp: -1, offset: -1, leaderEpoch: -1 }],
  ])(
    '%s (%i) is known from v%i on, UNSUPPORTED_VERSION before',
    async (_what, timestamp, first, expected) => {
      for (const version of versionsFrom(listOffsets, first)) {
        expect(await ask(client, version, topic, { timestamp })).toMatchObject({
          errorCode: ErrorCode.NONE,
          ...expected,
        })
      }
      for (const version of versionsBefore(listOffsets, first)) {
        const { errorCode } = await ask(client, version, topic, { timestamp })
        expect(errorCode).toBe(ErrorCode.UNSUPPORTED_VERSION)
      }
    },
  )

  it('the newest record is the first of several with its timestamp', async () => {
    const own = await createTopic(cluster())
    await append(client, own, batchOf(['a'], { timestamp: NOON + 9 }))
    await append(client, own, batchOf(['b', 'c'], { timestamp: NOON + 9 }))
    expect(await ask(client, 11, own, { timestamp: MAX_TIMESTAMP })).toMatchObject({
      offset: 0,
      timestamp: NOON + 9,
    })
    expect(await ask(client, 11, empty, { timestamp: MAX_TIMESTAMP })).toMatchObject({
      offset: -1,
      timestamp: -1,
    })
  })

  it.each(versionsFrom(listOffsets, 4))(
    'v%i: an epoch from the future is UNKNOWN_LEADER_EPOCH',
    async (version) => {
      const current = await ask(client, version, topic, { timestamp: LATEST, currentLeaderEpoch: 0 })
      const future = await ask(client, version, topic, { timestamp: LATEST, currentLeaderEpoch: 3 })
      expect([current.errorCode, future.errorCode]).toEqual([ErrorCode.NONE, ErrorCode.UNKNOWN_LEADER_EPOCH])
    },
  )

  it.each(versionsFrom(listOffsets, 2))(
    'v%i: read_committed ends at the last stable offset',
    async (version) => {
      const { offset } = await ask(client, version, topic, { timestamp: LATEST, isolationLevel: 1 })
      expect(offset).toBe(6)
    },
  )
})

describe('ListOffsets from several brokers', () => {
  let cluster: Cluster

  beforeEach(async () => {
    cluster = await Cluster.start({ brokers: 2 })
  })
  afterEach(() => cluster.stop())

  it('a follower is NOT_LEADER_OR_FOLLOWER, but to a debugging client (-2)', async () => {
    const topic = await createTopic(cluster, { assignment: [[2, 1]] })
    const follower = await cluster.client(1)
    for (const version of versionsOf(listOffsets)) {
      const consumer = await ask(follower, version, topic, { timestamp: LATEST })
      const debugging = await ask(follower, version, topic, { timestamp: LATEST, replicaId: -2 })
      expect([consumer.errorCode, debugging.errorCode]).toEqual([
        ErrorCode.NOT_LEADER_OR_FOLLOWER,
        ErrorCode.NONE,
      ])
    }
  })

  it('consumers are told the high watermark, followers and debugging clients the log’s end', async () => {
    const configs = { 'min.insync.replicas': '2' }
    const topic = await createTopic(cluster, { assignment: [[1, 2]], configs })
    const leader = await cluster.client(1)
    await append(leader, topic, batchOf(['both']))
    await cluster.stopBroker(2)
    await until('the ISR to shrink', async () => (await partitionOf(topic, leader)).isrNodes.length === 1)
    await produceTo(leader, topic, batchOf(['leader only']), { acks: 1 })
    const offsets = []
    for (const replicaId of [-1, 2, -2]) {
      offsets.push((await ask(leader, 11, topic, { timestamp: LATEST, replicaId })).offset)
    }
    expect(offsets).toEqual([1, 2, 2])
  })

  it('the former epoch is FENCED_LEADER_EPOCH, the new one is told with the end', async () => {
    const topic = await createTopic(cluster, { assignment: [[2, 1]] })
    await append(await cluster.client(2), topic, batchOf(['x']))
    await cluster.stopBroker(2)
    const leader = await cluster.client(1)
    await until('the next leader', async () => (await partitionOf(topic, leader)).leaderId === 1)
    const { leaderEpoch } = await partitionOf(topic, leader)
    for (const version of versionsFrom(listOffsets, 4)) {
      const fenced = await ask(leader, version, topic, { timestamp: LATEST, currentLeaderEpoch: 0 })
      expect(fenced.errorCode).toBe(ErrorCode.FENCED_LEADER_EPOCH)
      expect(await ask(leader, version, topic, { timestamp: LATEST })).toMatchObject({
        offset: 1,
        leaderEpoch,
      })
      expect(await ask(leader, version, topic, { timestamp: EARLIEST })).toMatchObject({
        offset: 0,
        leaderEpoch: 0,
      })
    }
  })
})
