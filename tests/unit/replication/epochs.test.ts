import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import { offsetForLeaderEpoch } from '../../../src/broker/protocol/messages/23-offset-for-leader-epoch.ts'
import { TestCluster, TOPIC } from './harness.ts'
import { fetchFrom, listFrom, produceTo, valuesOf } from './requests.ts'
import { until } from './until.ts'

let cluster: TestCluster

beforeEach(() => {
  cluster = new TestCluster()
})

afterEach(() => cluster.close())

/** Leader 1 in epoch 0 with `first`, then leader 2 in epoch 1 with `second`. */
async function twoEpochs(): Promise<void> {
  cluster.controller.createTopic(TOPIC, [[1, 2]])
  await produceTo(cluster, 1, ['a', 'b', 'c'])
  cluster.controller.elect(cluster.controller.image.partition(TOPIC, 0)!, [2])
  await produceTo(cluster, 2, ['d', 'e'])
}

async function epochEnd(leaderEpoch: number, options: { currentLeaderEpoch?: number; broker?: number } = {}) {
  const { broker = 2, ...rest } = options
  const response = await cluster.send(broker, offsetForLeaderEpoch, 4, {
    replicaId: -1,
    topics: [{ topic: TOPIC, partitions: [{ partition: 0, leaderEpoch, ...rest }] }],
  })
  const { errorCode, leaderEpoch: epoch, endOffset } = response.topics[0]!.partitions[0]!
  return { errorCode, epoch, endOffset }
}

describe('§3.2 epoch fencing', () => {
  beforeEach(twoEpochs)

  test('a fetch for an older epoch is FENCED_LEADER_EPOCH, with the leader named', async () => {
    const { errorCode, currentLeader } = await fetchFrom(cluster, 2, { currentLeaderEpoch: 0 })
    expect(errorCode).toBe(ErrorCode.FENCED_LEADER_EPOCH)
    expect(currentLeader).toEqual({ leaderId: 2, leaderEpoch: 1 })
  })

  test('a fetch for a newer epoch is UNKNOWN_LEADER_EPOCH', async () => {
    expect((await fetchFrom(cluster, 2, { currentLeaderEpoch: 2 })).errorCode).toBe(
      ErrorCode.UNKNOWN_LEADER_EPOCH,
    )
  })

  test('a fetch for the present epoch is served', async () => {
    expect(valuesOf(await fetchFrom(cluster, 2, { currentLeaderEpoch: 1 }))).toEqual([
      'a',
      'b',
      'c',
      'd',
      'e',
    ])
  })

  test('a fetch that says no epoch is not fenced', async () => {
    expect((await fetchFrom(cluster, 2, { version: 8 })).errorCode).toBe(ErrorCode.NONE)
  })

  test('ListOffsets is fenced alike', async () => {
    expect((await listFrom(cluster, 2, -1, { currentLeaderEpoch: 0 })).errorCode).toBe(
      ErrorCode.FENCED_LEADER_EPOCH,
    )
    expect((await listFrom(cluster, 2, -1, { currentLeaderEpoch: 2 })).errorCode).toBe(
      ErrorCode.UNKNOWN_LEADER_EPOCH,
    )
  })

  test('the old leader answers NOT_LEADER_OR_FOLLOWER', async () => {
    expect((await produceTo(cluster, 1, ['f'])).errorCode).toBe(ErrorCode.NOT_LEADER_OR_FOLLOWER)
    expect((await listFrom(cluster, 1, -1)).errorCode).toBe(ErrorCode.NOT_LEADER_OR_FOLLOWER)
    expect((await fetchFrom(cluster, 1, { version: 10 })).errorCode).toBe(ErrorCode.NOT_LEADER_OR_FOLLOWER)
  })
})

describe('§3.2 epoch cache: OffsetForLeaderEpoch', () => {
  beforeEach(twoEpochs)

  test('an earlier epoch ends where the next begins', async () => {
    expect(await epochEnd(0)).toEqual({ errorCode: ErrorCode.NONE, epoch: 0, endOffset: 3 })
  })

  test('the present epoch ends at the log’s end', async () => {
    expect(await epochEnd(1)).toEqual({ errorCode: ErrorCode.NONE, epoch: 1, endOffset: 5 })
  })

  test('an epoch the leader does not know is undefined', async () => {
    expect(await epochEnd(7)).toEqual({ errorCode: ErrorCode.NONE, epoch: -1, endOffset: -1 })
  })

  test('an epoch without records answers with the largest before it', async () => {
    const image = () => cluster.controller.image.partition(TOPIC, 0)!
    cluster.controller.elect(image(), [2])
    cluster.controller.elect(image(), [2])
    await produceTo(cluster, 2, ['f'])
    expect(image().leaderEpoch).toBe(3)
    expect(await epochEnd(2)).toEqual({ errorCode: ErrorCode.NONE, epoch: 1, endOffset: 5 })
  })

  test('is fenced by the current leader epoch', async () => {
    expect((await epochEnd(0, { currentLeaderEpoch: 0 })).errorCode).toBe(ErrorCode.FENCED_LEADER_EPOCH)
    expect((await epochEnd(0, { currentLeaderEpoch: 5 })).errorCode).toBe(ErrorCode.UNKNOWN_LEADER_EPOCH)
    expect((await epochEnd(0, { currentLeaderEpoch: 1 })).errorCode).toBe(ErrorCode.NONE)
  })

  test('is the leader’s to answer', async () => {
    expect((await epochEnd(0, { broker: 1 })).errorCode).toBe(ErrorCode.NOT_LEADER_OR_FOLLOWER)
    expect((await epochEnd(0, { broker: 3 })).errorCode).toBe(ErrorCode.NOT_LEADER_OR_FOLLOWER)
  })

  test('a new leader records its epoch even before the first record', async () => {
    cluster.controller.elect(cluster.controller.image.partition(TOPIC, 0)!, [2])
    await until(() => cluster.partition(2).leaderEpoch === 2)
    expect(cluster.partition(2).log.latestEpoch).toBe(2)
    expect(await epochEnd(2)).toEqual({ errorCode: ErrorCode.NONE, epoch: 2, endOffset: 5 })
  })
})
