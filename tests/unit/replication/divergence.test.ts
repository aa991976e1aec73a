import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RequestOf } from '../../../src/broker/protocol/api.ts'
import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import { fetch } from '../../../src/broker/protocol/messages/01-fetch.ts'
import { appendFetched } from '../../../src/broker/replication/follower-log.ts'
import { TestCluster, TOPIC } from './harness.ts'
import { batch, contentOf, fetchFrom, produceTo } from './requests.ts'
import { settle, until } from './until.ts'

let cluster: TestCluster

beforeEach(() => {
  cluster = new TestCluster()
})

afterEach(() => cluster.close())

function elect(...candidates: number[]): void {
  cluster.controller.elect(cluster.controller.image.partition(TOPIC, 0)!, candidates)
}

function identical(...ids: number[]): boolean {
  const [first, ...others] = ids.map((id) => JSON.stringify(contentOf(cluster, id)))
  return others.every((content) => content === first)
}

describe('§3.2 divergence, the leader’s side', () => {
  beforeEach(async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    await produceTo(cluster, 1, ['a', 'b', 'c'])
    elect(2)
    await produceTo(cluster, 2, ['d'])
  })

  test('a position beyond the end of its epoch: no records, and where that epoch ends', async () => {
    const { errorCode, divergingEpoch, records } = await fetchFrom(cluster, 2, {
      fetchOffset: 4,
      lastFetchedEpoch: 0,
    })
    expect(errorCode).toBe(ErrorCode.NONE)
    expect(divergingEpoch).toEqual({ epoch: 0, endOffset: 3 })
    expect(records).toHaveLength(0)
  })

  test('a position within its epoch is no divergence', async () => {
    const { divergingEpoch } = await fetchFrom(cluster, 2, { fetchOffset: 3, lastFetchedEpoch: 0 })
    expect(divergingEpoch).toEqual({ epoch: -1, endOffset: -1 })
  })

  test('an epoch newer than the leader’s own is OFFSET_OUT_OF_RANGE', async () => {
    const { errorCode } = await fetchFrom(cluster, 2, { fetchOffset: 3, lastFetchedEpoch: 9 })
    expect(errorCode).toBe(ErrorCode.OFFSET_OUT_OF_RANGE)
  })

  test('divergence is not looked for below v12', async () => {
    expect((await fetchFrom(cluster, 2, { fetchOffset: 3, version: 11 })).errorCode).toBe(ErrorCode.NONE)
  })
})

describe('§3.2 divergence, the follower’s side', () => {
  test('cuts what the new leader does not have, and goes on from there', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    await produceTo(cluster, 1, ['a'])
    cluster.cut.add('2>1')
    await produceTo(cluster, 1, ['lost'], { acks: 1 })
    cluster.kill(1)
    elect(2)
    await produceTo(cluster, 2, ['b', 'c'], { acks: 1 })
    cluster.cut.clear()
    cluster.start(1)
    await until(() => cluster.partition(1).log.logEndOffset === 3 && identical(1, 2))
    expect(contentOf(cluster, 1)).toEqual(['0:0:a', '1:1:b', '2:1:c'])
  })

  test('several elections in a row, each with records only its leader has (KIP-279)', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2, 3]])
    await produceTo(cluster, 1, ['a'])
    const isolate = () => cluster.cut.add('1>2').add('1>3').add('2>1').add('2>3').add('3>1').add('3>2')
    isolate()
    await produceTo(cluster, 1, ['x1', 'x2'], { acks: 1 })
    elect(2)
    await produceTo(cluster, 2, ['y1', 'y2', 'y3'], { acks: 1 })
    elect(1)
    await produceTo(cluster, 1, ['z1'], { acks: 1 })
    elect(3)
    await produceTo(cluster, 3, ['b'], { acks: 1 })
    cluster.cut.clear()
    cluster.clock.advance(1_000)
    await until(() => identical(1, 2, 3))
    expect(contentOf(cluster, 1)).toEqual(['0:0:a', '1:3:b'])
  })

  test('a leader elected uncleanly ends before us: OFFSET_OUT_OF_RANGE cuts us to its end', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    await produceTo(cluster, 1, ['a', 'b'])
    cluster.clock.advance(500)
    await until(() => cluster.partition(2).log.highWatermark === 2)
    cluster.kill(2)
    await produceTo(cluster, 1, ['c', 'd'], { acks: 1 })
    cluster.kill(1)
    elect(2)
    cluster.start(2)
    await until(() => cluster.partition(2).isLeader)
    cluster.start(1)
    await until(() => identical(1, 2))
    expect(contentOf(cluster, 1)).toEqual(['0:0:a', '1:0:b'])
  })

  test('a leader whose log starts beyond our end: drop all, begin at its start', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    await produceTo(cluster, 1, ['a'])
    cluster.kill(2)
    cluster.controller.fence(2)
    await produceTo(cluster, 1, ['b', 'c'])
    await produceTo(cluster, 1, ['d'])
    cluster.partition(1).log.advanceLogStart(3)
    cluster.start(2)
    await until(() => cluster.partition(2).log.logEndOffset === 4)
    expect(cluster.partition(2).log.logStartOffset).toBe(3)
    expect(contentOf(cluster, 2)).toEqual(['3:0:d'])
  })

  test('a leader whose log starts within a batch: the batch is taken whole, the start follows', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    cluster.kill(2)
    cluster.controller.fence(2)
    await produceTo(cluster, 1, ['a', 'b', 'c'])
    cluster.partition(1).log.advanceLogStart(2)
    cluster.start(2)
    await until(() => cluster.partition(2).log.logEndOffset === 3)
    await until(() => cluster.partition(2).log.logStartOffset === 2)
    expect(contentOf(cluster, 2)).toEqual(contentOf(cluster, 1))
  })

  test('KAFKA-18723: records of an epoch the follower has not heard of are not appended', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    await produceTo(cluster, 1, ['a'])
    await settle()
    const { log } = cluster.partition(2)
    const known = batch(['b'], { baseOffset: 1, partitionLeaderEpoch: 0 })
    const unheardOf = batch(['c'], { baseOffset: 2, partitionLeaderEpoch: 1 })
    appendFetched(log, Buffer.concat([known, unheardOf]), 0)
    expect(log.nextOffset).toBe(2)
  })

  test('a follower behind its leader’s election is told so, and goes on when it has heard of it', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    await produceTo(cluster, 1, ['a'])
    cluster.controller.deaf.add(2)
    elect(1)
    await produceTo(cluster, 1, ['b'], { acks: 1 })
    await settle()
    expect(contentOf(cluster, 2)).toEqual(['0:0:a'])
    cluster.controller.tell(cluster.broker(2))
    await until(() => cluster.partition(2).log.logEndOffset === 2)
  })

  test('a follower tells its last epoch and its position with every fetch', async () => {
    const seen: RequestOf<typeof fetch>[] = []
    cluster.onRequest = (from, _to, api, body) => {
      seen.push(
        ...[body]
          .filter(() => api === fetch.name && from === 2)
          .map((each) => each as RequestOf<typeof fetch>),
      )
    }
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    await produceTo(cluster, 1, ['a', 'b'])
    await settle()
    const positions = seen.flatMap(({ topics }) => topics.flatMap(({ partitions }) => partitions))
    expect(positions.at(-1)).toMatchObject({ fetchOffset: 2, lastFetchedEpoch: 0, currentLeaderEpoch: 0 })
  })
})
