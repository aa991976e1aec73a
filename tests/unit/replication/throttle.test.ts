import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { partitionChange } from '../../../src/broker/metadata/records.ts'
import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import { ReplicationQuota } from '../../../src/broker/replication/replication-quota.ts'
import type { Partition } from '../../../src/broker/replication/partition.ts'
import { FakeClock } from '../fake-clock.ts'
import { TestCluster, TOPIC } from './harness.ts'
import { produceTo } from './requests.ts'
import { settle, until } from './until.ts'

const LIMIT = 10_000
const LEADER = 'leader.replication.throttled'
const FOLLOWER = 'follower.replication.throttled'

let cluster: TestCluster

afterEach(() => cluster.close())

/** Led by broker 1 alone; broker 3 is being added, and has everything to fetch. */
async function moving(batches: number, replicas: Record<string, string>): Promise<void> {
  const topicId = cluster.controller.createTopic(TOPIC, [[1]], replicas)
  for (let i = 0; i < batches; i++) await produceTo(cluster, 1, ['x'.repeat(5_000)])
  cluster.controller.append(partitionChange(topicId, 0, { replicas: [1, 3], addingReplicas: [3] }))
}

function stored(): number {
  return cluster.partition(3).log.sizeInBytes
}

/** As time passes, a fetch at a time. */
async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 100) {
    cluster.clock.advance(100)
    await settle(10)
  }
}

describe.each([
  ['leader', { [`${LEADER}.replicas`]: '0:1' }, `${LEADER}.rate`],
  ['follower', { [`${FOLLOWER}.replicas`]: '0:3' }, `${FOLLOWER}.rate`],
])('§3.2 reassignment throttle on the %s', (_, replicas, rate) => {
  beforeEach(() => {
    // A batch at a time, so that the rate can be seen.
    const staticConfig = { [rate]: String(LIMIT), 'replica.fetch.max.bytes': '1' }
    cluster = new TestCluster({ staticConfig })
  })

  test('a replica that is being added gets no more than the limit', async () => {
    await moving(40, replicas)
    await pass(10_000)
    // 10 s at 10 kB/s; one batch, and one window, may be ahead.
    expect(stored()).toBeGreaterThan(60_000)
    expect(stored()).toBeLessThan(10 * LIMIT + 2 * LIMIT)
    await pass(20_000)
    await until(() => cluster.controller.image.partition(TOPIC, 0)!.isr.includes(3))
    expect(stored()).toBe(cluster.partition(1).log.sizeInBytes)
  })

  test('one that is in sync gets everything at once', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 3]], replicas)
    for (let i = 0; i < 40; i++) {
      expect((await produceTo(cluster, 1, ['x'.repeat(5_000)])).errorCode).toBe(ErrorCode.NONE)
    }
    expect(stored()).toBeGreaterThan(200_000)
  })

  test('a partition that is not named is not held up by one that is', async () => {
    await moving(40, replicas)
    await pass(2_000)
    cluster.controller.createTopic('payments', [[1, 3]])
    const { errorCode } = await produceTo(cluster, 1, ['paid'], { topic: 'payments' })
    expect(errorCode).toBe(ErrorCode.NONE)
    expect(cluster.partition(3).log.logEndOffset).toBeLessThan(40)
  })

  test('without the replicas named the rate does nothing', async () => {
    await moving(40, {})
    await until(() => cluster.controller.image.partition(TOPIC, 0)!.isr.includes(3))
  })

  test('taking the names away lets it go on unhindered', async () => {
    await moving(40, replicas)
    await pass(2_000)
    expect(cluster.partition(3).log.logEndOffset).toBeLessThan(40)
    for (const name of Object.keys(replicas)) cluster.controller.setTopicConfig(TOPIC, name, '')
    await pass(2_000)
    expect(cluster.partition(3).log.logEndOffset).toBe(40)
  })
})

describe('what is throttled', () => {
  const clock = new FakeClock()
  let names: string[] = []
  const quota = new ReplicationQuota({
    brokerId: 2,
    clock,
    throttledReplicas: () => names,
    bytesPerSecond: () => 100,
    windowCount: () => 11,
    windowSizeMs: () => 1_000,
  })
  const partition = { partition: 7 } as Partition

  beforeEach(() => {
    cluster = new TestCluster({ brokers: 0 })
  })

  test.each([
    [[], false],
    [['*'], true],
    [['7:2'], true],
    [['6:2', '7:1'], false],
    [['0:1', '7:2'], true],
  ])('replicas %j', (given, expected) => {
    names = given
    expect(quota.isThrottled(partition)).toBe(expected)
  })

  test('the rate is that of the last eleven seconds, and of one second at least', () => {
    expect(quota.isExceeded).toBe(false)
    quota.record(100)
    expect(quota.isExceeded).toBe(false)
    quota.record(900)
    expect(quota.isExceeded).toBe(true)
    clock.advance(9_999)
    expect(quota.isExceeded).toBe(true)
    clock.advance(1)
    expect(quota.isExceeded).toBe(false)
    quota.record(500)
    expect(quota.isExceeded).toBe(true)
    clock.advance(11_000)
    expect(quota.isExceeded).toBe(false)
  })
})
