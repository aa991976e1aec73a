import { afterEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../../src/broker/clock.ts'
import { SocketCluster } from './socket-cluster.ts'

let cluster: SocketCluster

afterEach(() => cluster.close())

describe('over real sockets, by the real clock', () => {
  test('three brokers replicate, and an acks=all produce is answered without waiting for any poll to end', async () => {
    cluster = await SocketCluster.start(3)
    const first = await cluster.produce('a')
    expect(first.errorCode).toBe(0)
    const startMs = systemClock.now()
    for (let i = 0; i < 100; i++) expect((await cluster.produce(`value-${i}`)).errorCode).toBe(0)
    expect(systemClock.now() - startMs).toBeLessThan(5_000)
    expect(cluster.contents(2)).toEqual(cluster.contents(1))
    expect(cluster.contents(3)).toEqual(cluster.contents(1))
  })

  test('a topic made while the followers wait is writable at once', async () => {
    cluster = await SocketCluster.start(3)
    await cluster.produce('a')
    const startMs = systemClock.now()
    cluster.createTopic('second')
    expect((await cluster.produce('b', 'second')).errorCode).toBe(0)
    expect(systemClock.now() - startMs).toBeLessThan(400)
  })
})
