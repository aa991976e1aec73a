import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import { listOffsets } from '../../../src/broker/protocol/messages/02-list-offsets.ts'
import { TestCluster, TOPIC } from './harness.ts'
import { batch, listFrom, produceTo } from './requests.ts'
import { until } from './until.ts'

const LATEST = -1
const EARLIEST = -2
const MAX_TIMESTAMP = -3
const EARLIEST_LOCAL = -4
const LATEST_TIERED = -5
const EARLIEST_PENDING_UPLOAD = -6

let cluster: TestCluster

beforeEach(async () => {
  cluster = new TestCluster()
  cluster.controller.createTopic(TOPIC, [[1, 2]])
  for (const timestamp of [1_000, 3_000, 2_000]) {
    await produceTo(cluster, 1, [], { records: batch(['a', 'b'], { timestamp }) })
  }
})

afterEach(() => cluster.close())

const [minVersion, maxVersion] = listOffsets.versions
const versions = Array.from({ length: maxVersion - minVersion + 1 }, (_, i) => minVersion + i)

describe('§3.3 ListOffsets', () => {
  test.each(versions)('v%i: the end, the start, by time', async (version) => {
    expect(await listFrom(cluster, 1, LATEST, { version })).toMatchObject({
      errorCode: 0,
      offset: 6,
      timestamp: -1,
    })
    expect(await listFrom(cluster, 1, EARLIEST, { version })).toMatchObject({
      errorCode: 0,
      offset: 0,
      timestamp: -1,
    })
    expect(await listFrom(cluster, 1, 2_500, { version })).toMatchObject({ offset: 2, timestamp: 3_000 })
  })

  test('a time between records gives the next record, one beyond all gives -1', async () => {
    expect(await listFrom(cluster, 1, 0)).toMatchObject({ offset: 0, timestamp: 1_000 })
    expect(await listFrom(cluster, 1, 3_000)).toMatchObject({ offset: 2, timestamp: 3_000 })
    expect(await listFrom(cluster, 1, 3_001)).toMatchObject({ errorCode: 0, offset: -1, timestamp: -1 })
  })

  test('the leader epoch of the answer, from v4 on', async () => {
    expect((await listFrom(cluster, 1, LATEST, { version: 4 })).leaderEpoch).toBe(0)
    expect((await listFrom(cluster, 1, LATEST, { version: 3 })).leaderEpoch).toBe(-1)
    expect((await listFrom(cluster, 1, 2_500)).leaderEpoch).toBe(0)
  })

  test('-3: the record with the largest timestamp', async () => {
    expect(await listFrom(cluster, 1, MAX_TIMESTAMP)).toMatchObject({ offset: 2, timestamp: 3_000 })
  })

  test('-4: the local start; -5 and -6: nothing, without tiered storage', async () => {
    cluster.partition(1).log.advanceLogStart(2)
    expect(await listFrom(cluster, 1, EARLIEST)).toMatchObject({ offset: 2 })
    expect(await listFrom(cluster, 1, EARLIEST_LOCAL)).toMatchObject({ offset: 2, leaderEpoch: 0 })
    expect(await listFrom(cluster, 1, LATEST_TIERED)).toMatchObject({
      errorCode: 0,
      offset: -1,
      leaderEpoch: -1,
    })
    expect(await listFrom(cluster, 1, EARLIEST_PENDING_UPLOAD)).toMatchObject({ errorCode: 0, offset: -1 })
  })

  test.each([
    [MAX_TIMESTAMP, 6],
    [EARLIEST_LOCAL, 7],
    [LATEST_TIERED, 8],
    [EARLIEST_PENDING_UPLOAD, 10],
    [-7, 11],
  ])('timestamp %i is UNSUPPORTED_VERSION in v%i', async (timestamp, version) => {
    expect(await listFrom(cluster, 1, timestamp, { version })).toMatchObject({
      errorCode: ErrorCode.UNSUPPORTED_VERSION,
      offset: -1,
      timestamp: -1,
    })
  })

  test('consumers see to the high watermark, followers and debuggers to the log’s end', async () => {
    cluster.cut.add('2>1')
    await produceTo(cluster, 1, [], { acks: 1, records: batch(['late'], { timestamp: 9_000 }) })
    expect((await listFrom(cluster, 1, LATEST)).offset).toBe(6)
    expect((await listFrom(cluster, 1, LATEST, { isolationLevel: 1 })).offset).toBe(6)
    expect((await listFrom(cluster, 1, LATEST, { replicaId: 2 })).offset).toBe(7)
    expect((await listFrom(cluster, 1, LATEST, { replicaId: -2 })).offset).toBe(7)
    expect((await listFrom(cluster, 1, 9_000)).offset).toBe(-1)
    expect((await listFrom(cluster, 1, MAX_TIMESTAMP)).offset).toBe(-1)
  })

  test('only a debugger may ask a follower', async () => {
    expect((await listFrom(cluster, 2, LATEST)).errorCode).toBe(ErrorCode.NOT_LEADER_OR_FOLLOWER)
    expect((await listFrom(cluster, 2, EARLIEST, { replicaId: -2 })).errorCode).toBe(ErrorCode.NONE)
  })

  test('a partition named twice is INVALID_REQUEST once', async () => {
    const partition = { partitionIndex: 0, timestamp: LATEST }
    const response = await cluster.send(1, listOffsets, 11, {
      replicaId: -1,
      topics: [{ name: TOPIC, partitions: [partition, partition] }],
    })
    expect(response.topics[0]!.partitions.map(({ errorCode }) => errorCode)).toEqual([
      ErrorCode.INVALID_REQUEST,
    ])
  })

  test('an unknown topic is UNKNOWN_TOPIC_OR_PARTITION', async () => {
    const response = await cluster.send(1, listOffsets, 11, {
      replicaId: -1,
      topics: [{ name: 'nope', partitions: [{ partitionIndex: 0, timestamp: LATEST }] }],
    })
    expect(response.topics[0]!.partitions[0]!.errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
  })
})

describe('§3.2, §3.3 a leader just elected', () => {
  /** Broker 2 leads, but its high watermark is behind what broker 1 committed, and nobody fetches from it. */
  beforeEach(async () => {
    cluster.cut.add('1>2')
    cluster.controller.elect({ ...cluster.controller.image.partition(TOPIC, 0)!, replicas: [2, 1] }, [2, 1])
    await until(() => cluster.partition(2).isLeader)
    expect(cluster.partition(2).log.highWatermark).toBeLessThan(cluster.partition(2).leaderEpochStartOffset!)
  })

  test('cannot tell the end: OFFSET_NOT_AVAILABLE, below v5 LEADER_NOT_AVAILABLE', async () => {
    expect((await listFrom(cluster, 2, LATEST, { version: 5 })).errorCode).toBe(
      ErrorCode.OFFSET_NOT_AVAILABLE,
    )
    expect((await listFrom(cluster, 2, LATEST, { version: 4 })).errorCode).toBe(
      ErrorCode.LEADER_NOT_AVAILABLE,
    )
  })

  test('nor what may lie beyond its high watermark', async () => {
    expect((await listFrom(cluster, 2, 2_000_000)).errorCode).toBe(ErrorCode.OFFSET_NOT_AVAILABLE)
  })

  test('but the start, and its log’s end to a follower', async () => {
    expect((await listFrom(cluster, 2, EARLIEST)).offset).toBe(0)
    expect((await listFrom(cluster, 2, LATEST, { replicaId: 1 })).offset).toBe(6)
  })

  test('can tell as soon as the followers have fetched from it', async () => {
    cluster.cut.clear()
    cluster.clock.advance(1_000)
    await until(() => cluster.partition(2).log.highWatermark === 6)
    expect((await listFrom(cluster, 2, LATEST)).offset).toBe(6)
  })
})
