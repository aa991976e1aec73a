import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import { fetch } from '../../../src/broker/protocol/messages/01-fetch.ts'
import { TestCluster, TOPIC } from './harness.ts'
import { produceTo } from './requests.ts'
import { settle, until } from './until.ts'

const LAG_MS = 30_000
const CHECK_MS = LAG_MS / 2

let cluster: TestCluster

beforeEach(() => {
  cluster = new TestCluster()
})

afterEach(() => cluster.close())

function isrOf(brokerId: number): number[] {
  return [...cluster.partition(brokerId).isr].sort()
}

/** Broker 2 lags by a record since now. */
async function leaveBehind(): Promise<void> {
  await produceTo(cluster, 1, ['a'])
  cluster.cut.add('2>1')
  await produceTo(cluster, 1, ['b'], { acks: 1 })
}

/** A fetch as broker 2 sends it to broker 3, which tells how far it has got. */
async function followerFetch(replicaId: number, fetchOffset: number): Promise<void> {
  const { topicId, leaderEpoch: currentLeaderEpoch } = cluster.controller.image.partition(TOPIC, 0)!
  const position = {
    partition: 0,
    fetchOffset,
    lastFetchedEpoch: 0,
    currentLeaderEpoch,
    partitionMaxBytes: 1,
  }
  await cluster.send(3, fetch, 17, {
    replicaState: { replicaId, replicaEpoch: cluster.broker(replicaId).epoch },
    maxWaitMs: 0,
    topics: [{ topicId, partitions: [position] }],
  })
}

describe('§3.2 ISR shrink', () => {
  test('drops a follower that lags for longer than replica.lag.time.max.ms', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    await leaveBehind()
    cluster.clock.advance(LAG_MS)
    await settle()
    expect(isrOf(1)).toEqual([1, 2])
    cluster.clock.advance(CHECK_MS)
    await until(() => isrOf(1).length === 1)
    expect(cluster.controller.image.partition(TOPIC, 0)!.isr).toEqual([1])
    expect(cluster.partition(1).log.highWatermark).toBe(2)
  })

  test('keeps a follower that has everything, however long it has not fetched', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    await produceTo(cluster, 1, ['a'])
    cluster.cut.add('2>1')
    cluster.clock.advance(LAG_MS * 3)
    await settle()
    expect(isrOf(1)).toEqual([1, 2])
  })

  test('counts the leaver for the high watermark until the controller has confirmed', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    await leaveBehind()
    cluster.controller.isFrozen = true
    cluster.clock.advance(LAG_MS + CHECK_MS)
    await until(() => cluster.partition(1).isIsrChanging)
    expect(cluster.partition(1).log.highWatermark).toBe(1)
    cluster.controller.isFrozen = false
    await until(() => cluster.partition(1).log.highWatermark === 2)
    expect(isrOf(1)).toEqual([1])
  })

  test('drops several laggards in one AlterPartition, with one in flight at a time', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2, 3]])
    await produceTo(cluster, 1, ['a'])
    cluster.cut.add('2>1').add('3>1')
    await produceTo(cluster, 1, ['b'], { acks: 1 })
    cluster.controller.isFrozen = true
    cluster.clock.advance(LAG_MS + CHECK_MS * 4)
    await settle()
    expect(
      cluster.controller.requests.map(({ change }) => change.newIsr.map(({ brokerId }) => brokerId)),
    ).toEqual([[1]])
    cluster.controller.isFrozen = false
    await until(() => isrOf(1).length === 1)
  })
})

describe('§3.2 ISR expand', () => {
  test('takes in a follower that has reached the high watermark', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    cluster.kill(2)
    cluster.controller.fence(2)
    await produceTo(cluster, 1, ['a', 'b'])
    const { epoch } = cluster.start(2)
    await until(() => isrOf(1).length === 2)
    expect(cluster.partition(2).log.logEndOffset).toBe(2)
    const { newIsr } = cluster.controller.requests.at(-1)!.change
    expect(newIsr).toContainEqual({ brokerId: 2, brokerEpoch: epoch })
  })

  test('not before it has reached the start of the leader’s epoch', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2, 3]])
    await leaveBehind()
    await until(() => cluster.partition(1).follower(3)!.logEndOffset === 2)
    cluster.clock.advance(LAG_MS + CHECK_MS)
    await until(() => isrOf(1).join() === '1,3')
    // Broker 3 takes over. Its high watermark cannot move while broker 1 is silent, and is behind what was committed.
    cluster.cut.add('1>3').add('2>3')
    cluster.controller.elect(
      { ...cluster.controller.image.partition(TOPIC, 0)!, replicas: [3, 1, 2] },
      [1, 3],
    )
    await settle()
    expect(cluster.partition(3).leaderEpochStartOffset).toBe(2)
    expect(cluster.partition(3).log.highWatermark).toBe(1)
    const proposals = cluster.controller.requests.length
    await followerFetch(2, 1)
    expect(cluster.controller.requests.length).toBe(proposals)
    await followerFetch(2, 2)
    expect(cluster.controller.requests.length).toBe(proposals + 1)
  })

  test('not while the broker is fenced', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    await produceTo(cluster, 1, ['a'])
    cluster.controller.fence(2)
    await produceTo(cluster, 1, ['b'])
    await cluster.replicated(1)
    await settle()
    expect(isrOf(1)).toEqual([1])
    cluster.controller.unfence(2)
    cluster.clock.advance(500)
    await until(() => isrOf(1).length === 2)
  })

  test('not while its broker epoch is another than the metadata has: a new incarnation nobody has heard of', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    await leaveBehind()
    cluster.clock.advance(LAG_MS + CHECK_MS)
    await until(() => isrOf(1).join() === '1')
    // Broker 1 takes the former incarnation for alive: it hears neither of the end nor of the return.
    cluster.controller.deaf.add(1)
    cluster.kill(2)
    cluster.cut.clear()
    cluster.start(2)
    // The former incarnation's long poll ends.
    cluster.clock.advance(500)
    await until(() => cluster.partition(1).follower(2)?.brokerEpoch === cluster.broker(2).epoch)
    await settle()
    expect(isrOf(1)).toEqual([1])
    cluster.controller.tell(cluster.broker(1))
    cluster.clock.advance(500)
    await until(() => isrOf(1).length === 2)
  })

  test('not while the broker is in controlled shutdown', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    const { epoch } = cluster.broker(2)
    cluster.controller.fence(2)
    cluster.controller.append({ type: 'ControlledShutdown', brokerId: 2, brokerEpoch: epoch })
    cluster.controller.append({ type: 'UnfenceBroker', brokerId: 2, brokerEpoch: epoch })
    await produceTo(cluster, 1, ['a'])
    await cluster.replicated(1)
    await settle()
    expect(isrOf(1)).toEqual([1])
  })
})

describe('§3.2 AlterPartition', () => {
  async function proposeExpansion(): Promise<void> {
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    cluster.kill(2)
    cluster.controller.fence(2)
    await produceTo(cluster, 1, ['a'])
    cluster.start(2)
    await until(() => cluster.controller.requests.length > 0)
    await settle()
  }

  test.each([ErrorCode.INELIGIBLE_REPLICA, ErrorCode.OPERATION_NOT_ATTEMPTED])(
    'error %i: back to the ISR as it was, and another try with the next fetch',
    async (errorCode) => {
      cluster.controller.scriptedErrors.push(errorCode)
      await proposeExpansion()
      expect([...cluster.partition(1).maximalIsr]).toEqual([1])
      cluster.clock.advance(500)
      await until(() => isrOf(1).length === 2)
    },
  )

  test.each([
    ErrorCode.FENCED_LEADER_EPOCH,
    ErrorCode.INVALID_UPDATE_VERSION,
    ErrorCode.INVALID_REQUEST,
    ErrorCode.UNKNOWN_TOPIC_ID,
    ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
    ErrorCode.NEW_LEADER_ELECTED,
  ])(
    'error %i: the proposal stays, and with it the caution, until newer metadata comes',
    async (errorCode) => {
      cluster.controller.scriptedErrors.push(errorCode)
      await proposeExpansion()
      expect(cluster.partition(1).isIsrChanging).toBe(true)
      expect([...cluster.partition(1).maximalIsr].sort()).toEqual([1, 2])
      cluster.clock.advance(LAG_MS)
      await settle()
      expect(cluster.controller.requests).toHaveLength(1)
      cluster.controller.elect(cluster.controller.image.partition(TOPIC, 0)!, [1])
      expect(cluster.partition(1).isIsrChanging).toBe(false)
    },
  )

  test('any other error: tried again after 50 ms', async () => {
    cluster.controller.scriptedErrors.push(ErrorCode.NOT_CONTROLLER, ErrorCode.UNKNOWN_SERVER_ERROR)
    await proposeExpansion()
    expect(cluster.controller.requests).toHaveLength(1)
    cluster.clock.advance(50)
    await settle()
    cluster.clock.advance(50)
    await until(() => isrOf(1).length === 2)
    expect(cluster.controller.requests).toHaveLength(3)
  })

  test('metadata that repeats the answer to one proposal does not drop the next', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2, 3]])
    for (const id of [2, 3]) {
      cluster.kill(id)
      cluster.controller.fence(id)
    }
    await produceTo(cluster, 1, ['a'])
    cluster.controller.deaf.add(1)
    cluster.start(2)
    cluster.start(3)
    cluster.controller.tell(cluster.broker(1))
    cluster.controller.deaf.add(1)
    await until(() => isrOf(1).length === 2)
    cluster.controller.isFrozen = true
    cluster.clock.advance(500)
    await until(() => cluster.partition(1).isIsrChanging)
    cluster.controller.tell(cluster.broker(1))
    expect(cluster.partition(1).isIsrChanging).toBe(true)
    cluster.controller.isFrozen = false
    await until(() => isrOf(1).length === 3)
  })
})
