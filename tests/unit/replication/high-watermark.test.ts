import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import { TestCluster, TOPIC } from './harness.ts'
import { fetchFrom, produceTo, valuesOf } from './requests.ts'
import { settle, until } from './until.ts'

const LAG_MS = 30_000

let cluster: TestCluster

beforeEach(() => {
  cluster = new TestCluster()
})

afterEach(() => cluster.close())

describe('§3.2 high watermark', () => {
  test('of a single replica follows its commits', async () => {
    cluster.controller.createTopic(TOPIC, [[1]])
    const { errorCode, baseOffset } = await produceTo(cluster, 1, ['a', 'b'])
    expect({ errorCode, baseOffset }).toEqual({ errorCode: ErrorCode.NONE, baseOffset: 0 })
    expect(cluster.partition(1).log.highWatermark).toBe(2)
  })

  test('is the smallest log end among the ISR', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2, 3]])
    await produceTo(cluster, 1, ['a'])
    cluster.cut.add('3>1')
    await produceTo(cluster, 1, ['b', 'c'], { acks: 1 })
    await until(() => cluster.partition(1).follower(2)!.logEndOffset === 3)
    await settle()
    expect(cluster.partition(1).log.highWatermark).toBe(1)
  })

  test('moves in the turn in which the last follower of the ISR fetches past it', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2, 3]])
    expect((await produceTo(cluster, 1, ['a'])).errorCode).toBe(ErrorCode.NONE)
    expect(cluster.partition(1).log.highWatermark).toBe(1)
  })

  test('limits what consumers see, and never limits followers', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    await produceTo(cluster, 1, ['a'])
    cluster.cut.add('2>1')
    await produceTo(cluster, 1, ['b'], { acks: 1 })
    const seen = await fetchFrom(cluster, 1)
    expect(seen.highWatermark).toBe(1)
    expect(valuesOf(seen)).toEqual(['a'])
    cluster.cut.clear()
    cluster.clock.advance(1_000)
    await cluster.replicated(1)
    expect(valuesOf(await fetchFrom(cluster, 1))).toEqual(['a', 'b'])
  })

  test('stands still while the ISR is smaller than the effective min ISR', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2, 3]], { 'min.insync.replicas': '2' })
    await produceTo(cluster, 1, ['a'])
    cluster.kill(2)
    cluster.kill(3)
    cluster.controller.fence(2)
    cluster.controller.fence(3)
    expect(cluster.partition(1).isUnderMinIsr).toBe(true)
    await produceTo(cluster, 1, ['b'], { acks: 1 })
    expect(cluster.partition(1).log.logEndOffset).toBe(2)
    expect(cluster.partition(1).log.highWatermark).toBe(1)
  })

  test('min.insync.replicas beyond the replication factor counts as the replication factor', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2]], { 'min.insync.replicas': '3' })
    expect(cluster.partition(1).effectiveMinIsr).toBe(2)
    expect((await produceTo(cluster, 1, ['a'])).errorCode).toBe(ErrorCode.NONE)
  })

  test('moves on when min.insync.replicas is lowered', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2]], { 'min.insync.replicas': '2' })
    cluster.kill(2)
    cluster.controller.fence(2)
    await produceTo(cluster, 1, ['a'], { acks: 1 })
    expect(cluster.partition(1).log.highWatermark).toBe(0)
    cluster.controller.setTopicConfig(TOPIC, 'min.insync.replicas', '1')
    expect(cluster.partition(1).log.highWatermark).toBe(1)
  })

  test('counts the proposed ISR as soon as it is proposed: the maximal ISR', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    cluster.kill(2)
    cluster.controller.fence(2)
    await produceTo(cluster, 1, ['a', 'b'])
    cluster.controller.isFrozen = true
    cluster.start(2)
    await until(() => cluster.partition(1).isIsrChanging)
    expect([...cluster.partition(1).isr]).toEqual([1])
    expect([...cluster.partition(1).maximalIsr].sort()).toEqual([1, 2])
    cluster.cut.add('2>1')
    await produceTo(cluster, 1, ['c'], { acks: 1 })
    cluster.clock.advance(LAG_MS * 2)
    await settle()
    expect(cluster.partition(1).log.highWatermark).toBe(2)
    cluster.controller.isFrozen = false
  })

  test('waits for a caught-up follower that may join the ISR', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    await produceTo(cluster, 1, ['a'])
    cluster.controller.scriptedErrors.push(...Array<number>(50).fill(ErrorCode.INELIGIBLE_REPLICA))
    cluster.controller.fence(2)
    cluster.controller.unfence(2)
    cluster.clock.advance(500)
    await until(() => cluster.controller.requests.length > 0)
    await until(() => !cluster.partition(1).isIsrChanging)
    expect([...cluster.partition(1).isr]).toEqual([1])
    cluster.cut.add('2>1')
    await produceTo(cluster, 1, ['b'], { acks: 1 })
    expect(cluster.partition(1).log.highWatermark).toBe(1)
  })

  test('does not wait for a caught-up follower once it is fenced', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    await produceTo(cluster, 1, ['a'])
    cluster.controller.scriptedErrors.push(...Array<number>(50).fill(ErrorCode.INELIGIBLE_REPLICA))
    cluster.controller.fence(2)
    cluster.controller.unfence(2)
    cluster.clock.advance(500)
    await until(() => cluster.controller.requests.length > 0)
    await until(() => !cluster.partition(1).isIsrChanging)
    cluster.cut.add('2>1')
    await produceTo(cluster, 1, ['b'], { acks: 1 })
    cluster.controller.fence(2)
    expect(cluster.partition(1).log.highWatermark).toBe(2)
  })

  test('of a follower is the smaller of the leader’s and its own log end', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    await produceTo(cluster, 1, ['a', 'b'])
    cluster.clock.advance(500)
    await until(() => cluster.partition(2).log.highWatermark === 2)
    await produceTo(cluster, 1, ['c'])
    expect(cluster.partition(2).log.logEndOffset).toBe(3)
    expect(cluster.partition(2).log.highWatermark).toBeLessThanOrEqual(3)
  })

  test('survives a restart, as far as it was checkpointed', async () => {
    cluster.controller.createTopic(TOPIC, [[1]])
    await produceTo(cluster, 1, ['a', 'b'])
    cluster.kill(1)
    cluster.start(1)
    expect(cluster.partition(1).log.highWatermark).toBe(2)
  })
})
