import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import { TestCluster, TOPIC } from './harness.ts'
import { batch, contentOf, produceTo } from './requests.ts'
import { settle, until } from './until.ts'

let cluster: TestCluster

beforeEach(() => {
  cluster = new TestCluster()
})

afterEach(() => cluster.close())

/** The answer, once there is one. */
function watch<T>(answer: Promise<T>): { value: T | undefined } {
  const seen: { value: T | undefined } = { value: undefined }
  // A cluster that is closed answers no more.
  answer.then((value) => (seen.value = value)).catch(() => undefined)
  return seen
}

describe('§3.2 acks / min ISR', () => {
  test('acks=1 is answered after the leader’s commit, whoever else lags', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    cluster.cut.add('2>1')
    const { errorCode, baseOffset } = await produceTo(cluster, 1, ['a'], { acks: 1 })
    expect({ errorCode, baseOffset }).toEqual({ errorCode: ErrorCode.NONE, baseOffset: 0 })
    expect(cluster.partition(1).log.logEndOffset).toBe(1)
  })

  test('acks=-1 is answered when the whole ISR has the records', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2, 3]])
    cluster.cut.add('3>1')
    const seen = watch(produceTo(cluster, 1, ['a'], { timeoutMs: 60_000 }))
    await until(() => cluster.partition(1).follower(2)!.logEndOffset === 1)
    await settle()
    expect(seen.value).toBeUndefined()
    cluster.cut.clear()
    cluster.clock.advance(1_000)
    await until(() => seen.value !== undefined)
    expect(seen.value!.errorCode).toBe(ErrorCode.NONE)
    expect(contentOf(cluster, 3)).toEqual(['0:0:a'])
  })

  test('acks=-1 while the ISR is too small is refused before anything is appended: NOT_ENOUGH_REPLICAS', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2]], { 'min.insync.replicas': '2' })
    cluster.kill(2)
    cluster.controller.fence(2)
    const { errorCode, baseOffset } = await produceTo(cluster, 1, ['a'])
    expect({ errorCode, baseOffset }).toEqual({ errorCode: ErrorCode.NOT_ENOUGH_REPLICAS, baseOffset: -1 })
    expect(cluster.partition(1).log.nextOffset).toBe(0)
  })

  test('acks=1 does not care about min.insync.replicas', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2]], { 'min.insync.replicas': '2' })
    cluster.kill(2)
    cluster.controller.fence(2)
    expect((await produceTo(cluster, 1, ['a'], { acks: 1 })).errorCode).toBe(ErrorCode.NONE)
  })

  test('replicated, but the ISR shrank below the minimum meanwhile: NOT_ENOUGH_REPLICAS_AFTER_APPEND', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2, 3]], { 'min.insync.replicas': '2' })
    cluster.cut.add('2>1')
    cluster.cut.add('3>1')
    const seen = watch(produceTo(cluster, 1, ['a'], { timeoutMs: 600_000 }))
    await until(() => cluster.partition(1).log.logEndOffset === 1)
    // The ISR is down to the leader, whose high watermark stands still; then the minimum is met again for a moment.
    cluster.controller.fence(2)
    cluster.controller.fence(3)
    await settle()
    expect(seen.value).toBeUndefined()
    cluster.partition(1).log.updateHighWatermark(1)
    cluster.controller.elect(cluster.controller.image.partition(TOPIC, 0)!, [1])
    await until(() => seen.value !== undefined)
    expect(seen.value!.errorCode).toBe(ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND)
  })

  test('not replicated in time: REQUEST_TIMED_OUT, and the data stays', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    cluster.cut.add('2>1')
    const seen = watch(produceTo(cluster, 1, ['a'], { timeoutMs: 500 }))
    await until(() => cluster.partition(1).log.logEndOffset === 1)
    cluster.clock.advance(499)
    await settle()
    expect(seen.value).toBeUndefined()
    cluster.clock.advance(1)
    await until(() => seen.value !== undefined)
    expect(seen.value!.errorCode).toBe(ErrorCode.REQUEST_TIMED_OUT)
    expect(contentOf(cluster, 1)).toEqual(['0:0:a'])
    expect(cluster.broker(1).replicas.waiting.produce).toBe(0)
  })

  test('the leadership is lost while waiting: NOT_LEADER_OR_FOLLOWER at once', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    cluster.cut.add('2>1')
    const seen = watch(produceTo(cluster, 1, ['a'], { timeoutMs: 600_000 }))
    await until(() => cluster.partition(1).log.logEndOffset === 1)
    cluster.controller.elect(cluster.controller.image.partition(TOPIC, 0)!, [2])
    await until(() => seen.value !== undefined)
    expect(seen.value!.errorCode).toBe(ErrorCode.NOT_LEADER_OR_FOLLOWER)
  })

  test('the topic is deleted while waiting: answered at once', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    cluster.cut.add('2>1')
    const seen = watch(produceTo(cluster, 1, ['a'], { timeoutMs: 600_000 }))
    await until(() => cluster.partition(1).log.logEndOffset === 1)
    cluster.controller.deleteTopic(TOPIC)
    await until(() => seen.value !== undefined)
    expect(seen.value!.errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
  })
})

describe('group commit', () => {
  test('requests of one turn are appended in the order they came, and answered after one commit', async () => {
    cluster.controller.createTopic(TOPIC, [[1]])
    const { replicas } = cluster.broker(1)
    const append = (value: string) =>
      replicas.appendRecords({
        requiredAcks: 1,
        timeoutMs: 1_000,
        entries: [{ topic: TOPIC, partition: 0, records: batch([value]) }],
        origin: 'client',
      })
    const answers = Promise.all(['a', 'b', 'c'].map(append))
    expect(cluster.partition(1).log.nextOffset).toBe(3)
    expect(cluster.partition(1).log.logEndOffset).toBe(0)
    expect((await answers).map(([result]) => result!.baseOffset)).toEqual([0, 1, 2])
    expect(cluster.partition(1).log.logEndOffset).toBe(3)
    expect(contentOf(cluster, 1)).toEqual(['0:0:a', '1:0:b', '2:0:c'])
  })

  test('entries of one request keep their order in the answer', async () => {
    cluster.controller.createTopic(TOPIC, [[1], [1]])
    const results = await cluster.broker(1).replicas.appendRecords({
      requiredAcks: -1,
      timeoutMs: 1_000,
      entries: [
        { topic: TOPIC, partition: 1, records: batch(['x', 'y']) },
        { topic: TOPIC, partition: 7, records: batch(['z']) },
        { topic: TOPIC, partition: 0, records: batch(['w']) },
        { topic: TOPIC, partition: 1, records: batch(['v']) },
      ],
      origin: 'client',
    })
    expect(results.map(({ errorCode, baseOffset }) => [errorCode, baseOffset])).toEqual([
      [ErrorCode.NONE, 0],
      [ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, -1],
      [ErrorCode.NONE, 0],
      [ErrorCode.NONE, 2],
    ])
  })

  test('a coordinator may write to internal topics, a client may not', async () => {
    cluster.controller.createTopic('__consumer_offsets', [[1]])
    const append = (origin: 'client' | 'coordinator') =>
      cluster.broker(1).replicas.appendRecords({
        requiredAcks: 1,
        timeoutMs: 1_000,
        entries: [{ topic: '__consumer_offsets', partition: 0, records: batch(['a']) }],
        origin,
      })
    expect((await append('client'))[0]!.errorCode).toBe(ErrorCode.INVALID_TOPIC_EXCEPTION)
  })
})
