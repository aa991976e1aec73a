import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import { fetch } from '../../../src/broker/protocol/messages/01-fetch.ts'
import { TestCluster, TOPIC } from './harness.ts'
import { batch, fetchFrom, produceTo, valuesOf } from './requests.ts'
import { settle, until } from './until.ts'

let cluster: TestCluster
let topicId: string

beforeEach(async () => {
  cluster = new TestCluster({
    racks: { 1: 'a', 2: 'b', 3: 'c' },
    staticConfig: {
      'fetch.max.bytes': '4096',
      'replica.selector.class': 'org.apache.kafka.common.replica.RackAwareReplicaSelector',
    },
  })
  topicId = cluster.controller.createTopic(TOPIC, [[1], [1], [2]])
  await produceTo(cluster, 1, ['a', 'b'])
  await produceTo(cluster, 1, ['c'])
  await produceTo(cluster, 1, ['x'], { partition: 1 })
})

afterEach(() => cluster.close())

const [minVersion, maxVersion] = fetch.versions
const versions = Array.from({ length: maxVersion - minVersion + 1 }, (_, i) => minVersion + i)

function partitions(...offsets: [partition: number, fetchOffset: number][]) {
  return offsets.map(([partition, fetchOffset]) => ({ partition, fetchOffset, partitionMaxBytes: 1 << 20 }))
}

/** A fetch of several partitions: `partition: values`. */
async function fetchAll(given: { maxBytes?: number; partitionMaxBytes?: number; order?: number[] }) {
  const { maxBytes = 1 << 20, partitionMaxBytes = 1 << 20, order = [0, 1] } = given
  const response = await cluster.send(1, fetch, 12, {
    maxWaitMs: 0,
    minBytes: 1,
    maxBytes,
    topics: [
      {
        topic: TOPIC,
        partitions: order.map((partition) => ({ partition, fetchOffset: 0, partitionMaxBytes })),
      },
    ],
  })
  return response.responses.flatMap((topic) =>
    topic.partitions.map((partition) => `${partition.partitionIndex}: ${valuesOf(partition).join('')}`),
  )
}

describe('Fetch', () => {
  test.each(versions.filter((version) => version < 13))('v%i by name', async (version) => {
    const result = await fetchFrom(cluster, 1, { version, fetchOffset: 2 })
    expect(result).toMatchObject({
      partitionIndex: 0,
      errorCode: 0,
      highWatermark: 3,
      abortedTransactions: null,
    })
    expect(valuesOf(result)).toEqual(['c'])
  })

  test.each(versions.filter((version) => version >= 13))('v%i by topic id', async (version) => {
    const response = await cluster.send(1, fetch, version, {
      maxWaitMs: 0,
      minBytes: 1,
      topics: [{ topicId, partitions: partitions([0, 0]) }],
    })
    expect(response.responses[0]!.topicId).toBe(topicId)
    expect(valuesOf(response.responses[0]!.partitions[0]!)).toEqual(['a', 'b', 'c'])
  })

  test('an offset within a batch gives the whole batch', async () => {
    expect(valuesOf(await fetchFrom(cluster, 1, { fetchOffset: 1 }))).toEqual(['a', 'b', 'c'])
  })

  test('at the end: nothing, and no error', async () => {
    expect(await fetchFrom(cluster, 1, { fetchOffset: 3 })).toMatchObject({
      errorCode: ErrorCode.NONE,
      highWatermark: 3,
    })
  })

  test.each([4, -1])('offset %i is OFFSET_OUT_OF_RANGE', async (fetchOffset) => {
    expect(await fetchFrom(cluster, 1, { fetchOffset })).toMatchObject({
      errorCode: ErrorCode.OFFSET_OUT_OF_RANGE,
      highWatermark: -1,
      lastStableOffset: -1,
      logStartOffset: -1,
    })
  })

  test('before the log’s start is OFFSET_OUT_OF_RANGE', async () => {
    cluster.partition(1).log.advanceLogStart(2)
    expect((await fetchFrom(cluster, 1, { fetchOffset: 1 })).errorCode).toBe(ErrorCode.OFFSET_OUT_OF_RANGE)
    expect((await fetchFrom(cluster, 1, { fetchOffset: 2 })).logStartOffset).toBe(2)
  })

  test('between the high watermark and the log’s end: nothing yet, and no error', async () => {
    cluster.controller.createTopic('slow', [[1, 3]])
    cluster.cut.add('3>1')
    await produceTo(cluster, 1, ['1', '2'], { topic: 'slow', acks: 1 })
    const result = await fetchFrom(cluster, 1, { topic: 'slow', fetchOffset: 1 })
    expect(result).toMatchObject({ errorCode: ErrorCode.NONE, highWatermark: 0 })
    expect(valuesOf(result)).toEqual([])
  })

  test('an unknown topic, an unknown partition, a partition elsewhere', async () => {
    expect((await fetchFrom(cluster, 1, { topic: 'nope' })).errorCode).toBe(
      ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
    )
    expect((await fetchFrom(cluster, 1, { partition: 9 })).errorCode).toBe(
      ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
    )
    expect((await fetchFrom(cluster, 1, { partition: 2 })).errorCode).toBe(ErrorCode.NOT_LEADER_OR_FOLLOWER)
  })

  test('read_committed lists no aborted transactions where there are none, read_uncommitted null', async () => {
    expect((await fetchFrom(cluster, 1, { isolationLevel: 1 })).abortedTransactions).toEqual([])
    expect((await fetchFrom(cluster, 1)).abortedTransactions).toBeNull()
  })

  test('v13 with an id nobody knows: UNKNOWN_TOPIC_ID', async () => {
    const unknown = 'AAAAAAAAAAAAAAAAAAAAAQ'
    const response = await cluster.send(1, fetch, 13, {
      maxWaitMs: 0,
      topics: [{ topicId: unknown, partitions: partitions([0, 0]) }],
    })
    expect(response.responses[0]).toMatchObject({
      topicId: unknown,
      partitions: [{ errorCode: ErrorCode.UNKNOWN_TOPIC_ID }],
    })
  })

  test('KIP-951: who leads instead; from v16 on also where', async () => {
    const body = { maxWaitMs: 0, topics: [{ topicId, partitions: partitions([2, 0]) }] }
    const [v15, v16] = [await cluster.send(1, fetch, 15, body), await cluster.send(1, fetch, 16, body)]
    expect(v15.responses[0]!.partitions[0]!.currentLeader).toEqual({ leaderId: 2, leaderEpoch: 0 })
    expect(v15.nodeEndpoints).toEqual([])
    expect(v16.nodeEndpoints).toEqual([{ nodeId: 2, host: '127.0.0.1', port: 9093, rack: 'b' }])
  })

  test('a topic that stores zstd is refused below v10', async () => {
    cluster.controller.setTopicConfig(TOPIC, 'compression.type', 'zstd')
    const code = async (version: number) => (await fetchFrom(cluster, 1, { version })).errorCode
    expect(await code(9)).toBe(ErrorCode.UNSUPPORTED_COMPRESSION_TYPE)
    expect(await code(10)).toBe(ErrorCode.NONE)
  })
})

describe('§3.4 limits', () => {
  test('whole batches up to the limit', async () => {
    const first = batch(['a', 'b']).length
    expect(await fetchAll({ maxBytes: first })).toEqual(['0: ab', '1: '])
    expect(await fetchAll({ maxBytes: first + batch(['c']).length })).toEqual(['0: abc', '1: '])
  })

  test('the first batch of an answer may exceed every limit, but only the first', async () => {
    expect(await fetchAll({ maxBytes: 1 })).toEqual(['0: ab', '1: '])
    expect(await fetchAll({ partitionMaxBytes: 1 })).toEqual(['0: ab', '1: '])
  })

  test('the first non-empty partition has that right, not the first named', async () => {
    cluster.partition(1).log.advanceLogStart(0)
    const response = await cluster.send(1, fetch, 12, {
      maxWaitMs: 0,
      minBytes: 1,
      maxBytes: 1,
      topics: [{ topic: TOPIC, partitions: partitions([0, 3], [1, 0]) }],
    })
    expect(response.responses[0]!.partitions.map(valuesOf)).toEqual([[], ['x']])
  })

  test('fetch.max.bytes caps what a client asks for', async () => {
    await produceTo(cluster, 1, ['y'.repeat(3_000)], { partition: 1 })
    await produceTo(cluster, 1, ['z'.repeat(3_000)], { partition: 1 })
    const result = await fetchFrom(cluster, 1, { partition: 1, maxBytes: 1 << 30 })
    expect(valuesOf(result).map((value) => value[0])).toEqual(['x', 'y'])
  })
})

describe('§3.4 KIP-392: reading from followers', () => {
  beforeEach(async () => {
    cluster.controller.createTopic('wide', [[1, 2]])
    await produceTo(cluster, 1, ['a'], { topic: 'wide' })
    cluster.clock.advance(500)
    await until(() => cluster.partition(2, 'wide').log.highWatermark === 1)
  })

  async function fetchWide(brokerId: number, rackId: string, version = 12) {
    const response = await cluster.send(brokerId, fetch, version, {
      maxWaitMs: 0,
      minBytes: 1,
      rackId,
      topics: [{ topic: 'wide', partitions: partitions([0, 0]) }],
    })
    return response.responses[0]!.partitions[0]!
  }

  test('the leader sends a consumer to a replica in its rack', async () => {
    const { preferredReadReplica, errorCode, records } = await fetchWide(1, 'b')
    expect({ preferredReadReplica, errorCode, size: records!.length }).toEqual({
      preferredReadReplica: 2,
      errorCode: 0,
      size: 0,
    })
  })

  test.each(['a', 'elsewhere', ''])('and serves one in rack "%s" itself', async (rackId) => {
    const result = await fetchWide(1, rackId)
    expect(result.preferredReadReplica).toBe(-1)
    expect(valuesOf(result)).toEqual(['a'])
  })

  test('a follower serves consumers up to its high watermark', async () => {
    expect(valuesOf(await fetchWide(2, 'b'))).toEqual(['a'])
  })

  test('a replica outside of the ISR is no place to send anyone', async () => {
    cluster.controller.fence(2)
    expect((await fetchWide(1, 'b')).preferredReadReplica).toBe(-1)
  })
})

describe('§3.2 follower fetch, on the leader', () => {
  async function fetchAs(replicaId: number, replicaEpoch: number, currentLeaderEpoch = 0) {
    const response = await cluster.send(1, fetch, 17, {
      replicaState: { replicaId, replicaEpoch },
      maxWaitMs: 0,
      topics: [
        {
          topicId,
          partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1 << 20, currentLeaderEpoch }],
        },
      ],
    })
    return response.responses[0]!.partitions[0]!.errorCode
  }

  test('from a broker that is no replica: UNKNOWN_LEADER_EPOCH, so that it asks again', async () => {
    expect(await fetchAs(3, -1)).toBe(ErrorCode.UNKNOWN_LEADER_EPOCH)
    expect(await fetchAs(3, -1, -1)).toBe(ErrorCode.NOT_LEADER_OR_FOLLOWER)
  })

  test('from before its restart: STALE_BROKER_EPOCH (KIP-903)', async () => {
    topicId = cluster.controller.createTopic('wide', [[1, 2]])
    const old = cluster.broker(2).epoch
    cluster.kill(2)
    cluster.start(2)
    await settle()
    expect(await fetchAs(2, old)).toBe(ErrorCode.STALE_BROKER_EPOCH)
    expect(await fetchAs(2, cluster.broker(2).epoch)).toBe(ErrorCode.NONE)
  })
})

describe('KIP-227 over the wire', () => {
  async function sessionFetch(sessionId: number, sessionEpoch: number, offsets: [number, number][] = []) {
    const response = await cluster.send(1, fetch, 17, {
      maxWaitMs: 0,
      minBytes: 1,
      sessionId,
      sessionEpoch,
      topics: offsets.map((each) => ({ topicId, partitions: partitions(each) })),
    })
    return {
      errorCode: response.errorCode,
      sessionId: response.sessionId,
      partitions: response.responses.flatMap((topic) => topic.partitions.map((each) => each.partitionIndex)),
    }
  }

  test('a full fetch, then only what is new', async () => {
    const first = await sessionFetch(0, 0, [
      [0, 3],
      [1, 1],
    ])
    expect(first.partitions).toEqual([0, 1])
    expect(await sessionFetch(first.sessionId, 1)).toMatchObject({ errorCode: 0, partitions: [] })
    await produceTo(cluster, 1, ['y'], { partition: 1 })
    expect(await sessionFetch(first.sessionId, 2)).toMatchObject({ partitions: [1] })
  })

  test('session errors are the whole answer', async () => {
    const { sessionId } = await sessionFetch(0, 0, [[0, 0]])
    expect(await sessionFetch(sessionId + 1, 1)).toEqual({
      errorCode: ErrorCode.FETCH_SESSION_ID_NOT_FOUND,
      sessionId: 0,
      partitions: [],
    })
    expect((await sessionFetch(sessionId, 5)).errorCode).toBe(ErrorCode.INVALID_FETCH_SESSION_EPOCH)
  })

  test('a session by topic id cannot be used by name', async () => {
    const { sessionId } = await sessionFetch(0, 0, [[0, 0]])
    const response = await cluster.send(1, fetch, 12, { maxWaitMs: 0, sessionId, sessionEpoch: 1 })
    expect(response.errorCode).toBe(ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR)
  })

  test('a topic deleted meanwhile: UNKNOWN_TOPIC_OR_PARTITION, as the session has known its name', async () => {
    const { sessionId } = await sessionFetch(0, 0, [[0, 3]])
    cluster.controller.deleteTopic(TOPIC)
    const response = await cluster.send(1, fetch, 17, { maxWaitMs: 0, sessionId, sessionEpoch: 1 })
    expect(response.responses[0]!.partitions[0]!.errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
  })

  test('a topic made anew under its name: INCONSISTENT_TOPIC_ID', async () => {
    const { sessionId } = await sessionFetch(0, 0, [[0, 3]])
    cluster.controller.deleteTopic(TOPIC)
    cluster.controller.createTopic(TOPIC, [[1]])
    const response = await cluster.send(1, fetch, 17, { maxWaitMs: 0, sessionId, sessionEpoch: 1 })
    expect(response.responses[0]!.partitions[0]!.errorCode).toBe(ErrorCode.INCONSISTENT_TOPIC_ID)
  })
})
