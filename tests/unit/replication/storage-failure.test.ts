import { closeSync, openSync, statSync, writeSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import { TestCluster, TOPIC } from './harness.ts'
import { batch, contentOf, fetchFrom, listFrom, produceTo } from './requests.ts'
import { settle, until } from './until.ts'

const BIG = 'x'.repeat(100_000)
const VALUE = 'x'.repeat(10_000)
const PAGE_BYTES = 16_384
const LEADER = { leaderEpoch: 0, origin: 'client', nowMs: 1_700_000_000_000 } as const

let cluster: TestCluster

beforeEach(() => {
  cluster = new TestCluster()
})

afterEach(() => cluster.close())

describe('a full disk', () => {
  beforeEach(async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    await produceTo(cluster, 1, ['a'])
  })

  test.each([1, -1])('acks=%i is answered KAFKA_STORAGE_ERROR, and nothing of it is left', async (acks) => {
    cluster.broker(1).logs.limitSize(0)
    const { errorCode } = await produceTo(cluster, 1, [BIG], { acks, timeoutMs: 60_000 })
    expect(errorCode).toBe(ErrorCode.KAFKA_STORAGE_ERROR)
    expect(cluster.partition(1).log.nextOffset).toBe(1)
    expect(cluster.broker(1).replicas.waiting.produce).toBe(0)
  })

  test('the offsets of a failed append go to the next one, whose replication acknowledges only itself', async () => {
    cluster.broker(1).logs.limitSize(0)
    const failed = produceTo(cluster, 1, [BIG], { timeoutMs: 60_000 })
    await until(() => cluster.partition(1).log.nextOffset > cluster.partition(1).log.logEndOffset)
    expect((await failed).errorCode).toBe(ErrorCode.KAFKA_STORAGE_ERROR)
    cluster.broker(1).logs.limitSize(null)
    expect(await produceTo(cluster, 1, ['b'])).toMatchObject({ errorCode: ErrorCode.NONE, baseOffset: 1 })
    expect(contentOf(cluster, 2)).toEqual(['0:0:a', '1:0:b'])
  })

  test('a follower without space falls behind, and catches up when there is some', async () => {
    cluster.broker(2).logs.limitSize(0)
    await produceTo(cluster, 1, [BIG], { acks: 1 })
    await settle()
    expect(cluster.partition(2).log.logEndOffset).toBe(1)
    expect(cluster.partition(1).log.highWatermark).toBe(1)
    cluster.broker(2).logs.limitSize(null)
    cluster.clock.advance(1_000)
    await until(() => cluster.partition(1).log.highWatermark === 2)
  })
})

describe('a broken log directory', () => {
  /** Broker 1 comes back with a log that is damaged in its middle. */
  beforeEach(async () => {
    cluster.controller.createTopic(TOPIC, [[1]])
    cluster.controller.createTopic('followed', [[2, 1]])
    for (let i = 0; i < 600; i++) cluster.partition(1).log.appendAsLeader(batch([VALUE]), LEADER)
    await cluster.broker(1).logs.committed()
    cluster.kill(1)
    const file = cluster.logFile(1)
    overwrite(file, Math.floor(statSync(file).size / PAGE_BYTES / 4) * PAGE_BYTES, 5 * PAGE_BYTES)
    cluster.start(1)
    await fetchFrom(cluster, 1, { fetchOffset: 0, partitionMaxBytes: 1 << 24, maxBytes: 1 << 24 })
  })

  test('is KAFKA_STORAGE_ERROR to everybody, to old versions NOT_LEADER_OR_FOLLOWER', async () => {
    expect(cluster.broker(1).logs.isOffline).toBe(true)
    expect((await produceTo(cluster, 1, ['a'])).errorCode).toBe(ErrorCode.KAFKA_STORAGE_ERROR)
    expect((await produceTo(cluster, 1, ['a'], { version: 3 })).errorCode).toBe(
      ErrorCode.NOT_LEADER_OR_FOLLOWER,
    )
    expect((await fetchFrom(cluster, 1)).errorCode).toBe(ErrorCode.KAFKA_STORAGE_ERROR)
    expect((await fetchFrom(cluster, 1, { version: 5 })).errorCode).toBe(ErrorCode.NOT_LEADER_OR_FOLLOWER)
    expect((await listFrom(cluster, 1, -1)).errorCode).toBe(ErrorCode.KAFKA_STORAGE_ERROR)
  })

  test('is told by DescribeLogDirs as offline, with nothing in it', () => {
    expect(cluster.broker(2).replicas.logDirectory()).toMatchObject({
      isOffline: false,
      replicas: [{ topic: 'followed', partition: 0, sizeInBytes: 0, offsetLag: 0 }],
    })
    expect(cluster.broker(1).replicas.logDirectory()).toMatchObject({ isOffline: true, replicas: [] })
  })

  test('ends leadership and following', async () => {
    expect(cluster.partition(1).isLeader).toBe(false)
    const errors = () => cluster.broker(1).lines.filter(({ level }) => level === 'error').length
    const before = errors()
    cluster.clock.advance(5_000)
    await settle()
    expect(errors()).toBe(before)
  })
})

function overwrite(file: string, position: number, bytes: number): void {
  const descriptor = openSync(file, 'r+')
  writeSync(descriptor, Buffer.alloc(bytes, 0xee), 0, bytes, position)
  closeSync(descriptor)
}
