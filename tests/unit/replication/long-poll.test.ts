import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import { TestCluster, TOPIC } from './harness.ts'
import { batch, fetchFrom, produceTo, valuesOf } from './requests.ts'
import type { FetchOptions, FetchResult } from './requests.ts'
import { settle, until } from './until.ts'

const WAIT_MS = 500

let cluster: TestCluster

beforeEach(() => {
  cluster = new TestCluster()
})

afterEach(() => cluster.close())

interface Poll {
  result: FetchResult | undefined
}

/** A fetch that waits, on the broker by the time this resolves. */
async function poll(brokerId: number, options: FetchOptions): Promise<Poll> {
  const before = cluster.broker(brokerId).replicas.waiting.fetch
  const seen: Poll = { result: undefined }
  fetchFrom(cluster, brokerId, { maxWaitMs: WAIT_MS, ...options })
    .then((result) => (seen.result = result))
    .catch(() => undefined)
  await until(() => cluster.broker(brokerId).replicas.waiting.fetch > before)
  return seen
}

async function answered(seen: Poll): Promise<FetchResult> {
  await until(() => seen.result !== undefined)
  return seen.result!
}

describe('§3.4 long poll: answered at once', () => {
  beforeEach(async () => {
    cluster.controller.createTopic(TOPIC, [[1]])
    await produceTo(cluster, 1, ['a', 'b'])
  })

  test('with maxWait 0', async () => {
    const { errorCode, highWatermark, records } = await fetchFrom(cluster, 1, { fetchOffset: 2 })
    expect({ errorCode, highWatermark, size: records!.length }).toEqual({
      errorCode: 0,
      highWatermark: 2,
      size: 0,
    })
  })

  test('with minBytes there', async () => {
    expect(valuesOf(await fetchFrom(cluster, 1, { maxWaitMs: WAIT_MS }))).toEqual(['a', 'b'])
  })

  test('with minBytes 0', async () => {
    const { errorCode } = await fetchFrom(cluster, 1, { fetchOffset: 2, maxWaitMs: WAIT_MS, minBytes: 0 })
    expect(errorCode).toBe(ErrorCode.NONE)
  })

  test('with an error', async () => {
    const { errorCode } = await fetchFrom(cluster, 1, { fetchOffset: 3, maxWaitMs: WAIT_MS })
    expect(errorCode).toBe(ErrorCode.OFFSET_OUT_OF_RANGE)
  })

  test('with a divergence', async () => {
    cluster.controller.elect(cluster.controller.image.partition(TOPIC, 0)!, [1])
    await produceTo(cluster, 1, ['c'])
    const { divergingEpoch } = await fetchFrom(cluster, 1, {
      fetchOffset: 3,
      lastFetchedEpoch: 0,
      maxWaitMs: WAIT_MS,
    })
    expect(divergingEpoch).toEqual({ epoch: 0, endOffset: 2 })
  })
})

describe('§3.4 long poll: answered later', () => {
  test('when the time is over, with nothing', async () => {
    cluster.controller.createTopic(TOPIC, [[1]])
    const seen = await poll(1, {})
    cluster.clock.advance(WAIT_MS - 1)
    await settle()
    expect(seen.result).toBeUndefined()
    cluster.clock.advance(1)
    expect(valuesOf(await answered(seen))).toEqual([])
    expect(cluster.broker(1).replicas.waiting.fetch).toBe(0)
  })

  test('when a record is committed', async () => {
    cluster.controller.createTopic(TOPIC, [[1]])
    const seen = await poll(1, {})
    await produceTo(cluster, 1, ['a'])
    expect(valuesOf(await answered(seen))).toEqual(['a'])
  })

  test('when minBytes have come together, and not before', async () => {
    cluster.controller.createTopic(TOPIC, [[1]])
    const size = batch(['a']).length
    const seen = await poll(1, { minBytes: size * 3 })
    await produceTo(cluster, 1, ['a'])
    await produceTo(cluster, 1, ['b'])
    await settle()
    expect(seen.result).toBeUndefined()
    await produceTo(cluster, 1, ['c'])
    expect(valuesOf(await answered(seen))).toEqual(['a', 'b', 'c'])
  })

  test('a partition counts for at most its own limit', async () => {
    cluster.controller.createTopic(TOPIC, [[1]])
    const size = batch(['a']).length
    const seen = await poll(1, { minBytes: size * 2, partitionMaxBytes: size })
    await produceTo(cluster, 1, ['a'])
    await produceTo(cluster, 1, ['b'])
    await produceTo(cluster, 1, ['c'])
    await settle()
    expect(seen.result).toBeUndefined()
    cluster.clock.advance(WAIT_MS)
    expect(valuesOf(await answered(seen))).toEqual(['a'])
  })

  test('when the high watermark moves, for a consumer; the log’s end is not enough', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    cluster.cut.add('2>1')
    const seen = await poll(1, { maxWaitMs: 60_000 })
    await produceTo(cluster, 1, ['a'], { acks: 1 })
    await settle()
    expect(seen.result).toBeUndefined()
    cluster.cut.clear()
    cluster.clock.advance(1_000)
    expect(valuesOf(await answered(seen))).toEqual(['a'])
  })

  test('when the leadership moves', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    const seen = await poll(1, { version: 10 })
    cluster.controller.elect(cluster.controller.image.partition(TOPIC, 0)!, [2])
    expect((await answered(seen)).errorCode).toBe(ErrorCode.NOT_LEADER_OR_FOLLOWER)
  })

  test('when the epoch changes, for a fetch that names one', async () => {
    cluster.controller.createTopic(TOPIC, [[1]])
    const seen = await poll(1, { currentLeaderEpoch: 0 })
    cluster.controller.elect(cluster.controller.image.partition(TOPIC, 0)!, [1])
    expect((await answered(seen)).errorCode).toBe(ErrorCode.FENCED_LEADER_EPOCH)
  })

  test('when the topic is deleted', async () => {
    cluster.controller.createTopic(TOPIC, [[1]])
    const seen = await poll(1, {})
    cluster.controller.deleteTopic(TOPIC)
    expect((await answered(seen)).errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
  })

  test('on a follower, when its high watermark moves', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    const seen = await poll(2, { maxWaitMs: 60_000 })
    await produceTo(cluster, 1, ['a'])
    await settle()
    cluster.clock.advance(500)
    expect(valuesOf(await answered(seen))).toEqual(['a'])
  })
})

describe('a follower’s fetch', () => {
  test('is answered in the turn of the commit', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    await until(() => cluster.broker(1).replicas.waiting.fetch === 1)
    const { logs, replicas } = cluster.broker(1)
    const atCommit: number[] = []
    logs.onCommitted(() => atCommit.push(replicas.waiting.fetch))
    await produceTo(cluster, 1, ['a'], { acks: 1 })
    expect(atCommit[0]).toBe(0)
  })

  test('is answered without records when the same follower sends another', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    cluster.cut.add('2>1')
    cluster.clock.advance(500)
    await settle()
    const { replicas } = cluster.broker(1)
    const fetchAsFollower = (maxWaitMs: number) =>
      replicas.fetch({
        replicaId: 2,
        replicaEpoch: -1,
        maxWaitMs,
        minBytes: 1,
        maxBytes: 1 << 20,
        isolation: 'logEnd',
        leaderOnly: true,
        rackId: '',
        partitions: [
          {
            topic: TOPIC,
            partition: 0,
            fetchOffset: 0,
            currentLeaderEpoch: 0,
            lastFetchedEpoch: -1,
            logStartOffset: 0,
            maxBytes: 1 << 20,
          },
        ],
      })
    const older = fetchAsFollower(60_000)
    expect(replicas.waiting.fetch).toBe(1)
    await fetchAsFollower(0)
    expect(replicas.waiting.fetch).toBe(0)
    expect(await older).toMatchObject([{ errorCode: ErrorCode.NONE, records: [] }])
  })
})
