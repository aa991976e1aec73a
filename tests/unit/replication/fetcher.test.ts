import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RequestOf } from '../../../src/broker/protocol/api.ts'
import { fetch } from '../../../src/broker/protocol/messages/01-fetch.ts'
import { TestCluster, TOPIC } from './harness.ts'
import { contentOf, produceTo } from './requests.ts'
import { settle, until } from './until.ts'

const BACKOFF_MS = 1_000

let cluster: TestCluster
/** Fetches of broker 2, in order. */
let fetches: RequestOf<typeof fetch>[]

beforeEach(() => {
  cluster = new TestCluster()
  fetches = []
  cluster.onRequest = (from, _to, api, body) => {
    fetches.push(
      ...[body].filter(() => api === fetch.name && from === 2).map((each) => each as RequestOf<typeof fetch>),
    )
  }
})

afterEach(() => cluster.close())

function named(request: RequestOf<typeof fetch>): number {
  return request.topics.reduce((sum, { partitions }) => sum + partitions.length, 0)
}

describe('§3.2 follower fetch', () => {
  test('asks as Kafka’s fetcher does', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    await until(() => fetches.length > 0)
    expect(fetches[0]).toMatchObject({
      replicaState: { replicaId: 2, replicaEpoch: cluster.broker(2).epoch },
      maxWaitMs: 500,
      minBytes: 1,
      maxBytes: 10 * 1024 * 1024,
    })
    expect(fetches[0]!.topics[0]!.partitions[0]).toMatchObject({
      partitionMaxBytes: 1024 * 1024,
      fetchOffset: 0,
    })
  })

  test('replicates every batch as it is, offsets and epochs included', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2, 3]])
    await produceTo(cluster, 1, ['a', 'b'])
    await produceTo(cluster, 1, ['c'])
    expect(contentOf(cluster, 2)).toEqual(['0:0:a', '1:0:b', '2:0:c'])
    expect(contentOf(cluster, 3)).toEqual(contentOf(cluster, 2))
  })

  test('the next fetch is sent when what came is committed, not before', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    const committedAtFetch: boolean[] = []
    const { onRequest } = cluster
    cluster.onRequest = (...args) => {
      onRequest(...args)
      const { log } = cluster.partition(2)
      committedAtFetch.push(log.nextOffset === log.logEndOffset)
    }
    for (const value of ['a', 'b', 'c']) await produceTo(cluster, 1, [value])
    expect(committedAtFetch).not.toContain(false)
  })

  test('uses one incremental session: quiet partitions are named once', async () => {
    cluster.controller.createTopic(TOPIC, [
      [1, 2],
      [1, 2],
      [1, 2],
    ])
    await until(() => fetches.length > 0)
    await produceTo(cluster, 1, ['a'], { partition: 1 })
    await produceTo(cluster, 1, ['b'], { partition: 1 })
    await settle()
    expect(fetches.map(named)).toEqual([3, 1, 1])
    expect(fetches.map(({ sessionEpoch }) => sessionEpoch)).toEqual([0, 1, 2])
  })

  test('opens a new session when the leader has lost it', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    await produceTo(cluster, 1, ['a'])
    await until(() => fetches.length === 2)
    const { sessionId } = fetches[1]!
    await cluster.send(1, fetch, 17, { sessionId, sessionEpoch: -1 })
    await produceTo(cluster, 1, ['b'])
    expect(contentOf(cluster, 2)).toEqual(['0:0:a', '1:0:b'])
    expect(fetches.at(-1)!.sessionId).not.toBe(sessionId)
  })

  test('a partition added during a long poll is fetched at once', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    await until(() => cluster.broker(1).replicas.waiting.fetch === 1)
    cluster.controller.createTopic('second', [[1, 2]])
    const { errorCode } = await produceTo(cluster, 1, ['a'], { topic: 'second' })
    expect(errorCode).toBe(0)
    expect(contentOf(cluster, 2, 'second')).toEqual(['0:0:a'])
  })

  test('many partitions added one after the other are all fetched, without time passing', async () => {
    for (let i = 0; i < 20; i++) cluster.controller.createTopic(`topic-${i}`, [[1, 2]])
    for (let i = 0; i < 20; i++) await produceTo(cluster, 1, ['a'], { topic: `topic-${i}` })
    expect(contentOf(cluster, 2, 'topic-19')).toEqual(['0:0:a'])
  })

  test('a leader that cannot be reached is left alone for replica.fetch.backoff.ms', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    await produceTo(cluster, 1, ['a'])
    cluster.cut.add('2>1')
    cluster.clock.advance(500)
    await settle()
    const before = fetches.length
    cluster.clock.advance(BACKOFF_MS - 1)
    await settle()
    expect(fetches.length).toBe(before)
    cluster.clock.advance(1)
    await until(() => fetches.length > before)
  })

  test('a change in the cluster ends the wait at once', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    await produceTo(cluster, 1, ['a'])
    cluster.cut.add('2>1')
    cluster.clock.advance(500)
    await settle()
    const before = fetches.length
    cluster.cut.clear()
    cluster.controller.fence(3)
    await until(() => fetches.length > before)
  })

  test('a leader that has not yet heard of a partition is asked again within milliseconds', async () => {
    cluster.controller.deaf.add(1)
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    await until(() => fetches.length === 1)
    await settle()
    cluster.controller.tell(cluster.broker(1))
    cluster.clock.advance(10)
    await until(() => cluster.partition(1).follower(2)!.logEndOffset === 0)
  })

  test('one partition in trouble does not hold up the others', async () => {
    cluster.controller.deaf.add(1)
    cluster.controller.createTopic('unheard', [[1, 2]])
    await settle()
    cluster.controller.tell(cluster.broker(1))
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    expect((await produceTo(cluster, 1, ['a'])).errorCode).toBe(0)
  })

  test('follows the leader’s log start', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    await produceTo(cluster, 1, ['a', 'b'])
    await produceTo(cluster, 1, ['c'])
    cluster.clock.advance(500)
    await until(() => cluster.partition(2).log.highWatermark === 3)
    cluster.partition(1).log.advanceLogStart(2)
    await settle()
    cluster.clock.advance(500)
    await until(() => cluster.partition(2).log.logStartOffset === 2)
    await settle()
    cluster.clock.advance(500)
    await until(() => cluster.partition(1).lowWatermark() === 2)
  })

  test('stops when the broker leads the partition itself', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    await produceTo(cluster, 1, ['a'])
    cluster.controller.elect(cluster.controller.image.partition(TOPIC, 0)!, [2])
    await settle()
    fetches.length = 0
    await produceTo(cluster, 2, ['b'])
    await settle()
    expect(fetches).toEqual([])
  })
})
