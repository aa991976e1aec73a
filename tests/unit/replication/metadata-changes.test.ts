import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { partitionChange } from '../../../src/broker/metadata/records.ts'
import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import { TestCluster, TOPIC } from './harness.ts'
import { contentOf, fetchFrom, produceTo, valuesOf } from './requests.ts'
import { settle, until } from './until.ts'

let cluster: TestCluster

beforeEach(() => {
  cluster = new TestCluster()
})

afterEach(() => cluster.close())

function listen(brokerId: number): string[] {
  const events: string[] = []
  cluster.broker(brokerId).replicas.onLeadership({
    elected: (topic, partition, leaderEpoch) => {
      const role = cluster.partition(brokerId, topic, partition).isLeader
      events.push(`elected ${topic}-${partition} epoch ${leaderEpoch} ${role}`)
    },
    resigned: (topic, partition) => events.push(`resigned ${topic}-${partition}`),
  })
  return events
}

function image(topic = TOPIC, index = 0) {
  return cluster.controller.image.partition(topic, index)!
}

describe('leadership', () => {
  test('is told after the change, once an epoch', async () => {
    const events = listen(1)
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    cluster.controller.elect(image(), [1])
    cluster.controller.elect(image(), [2])
    await settle()
    expect(events).toEqual([
      'elected orders-0 epoch 0 true',
      'elected orders-0 epoch 1 true',
      'resigned orders-0',
    ])
  })

  test('ends with the topic', () => {
    const events = listen(1)
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    cluster.controller.deleteTopic(TOPIC)
    expect(events).toEqual(['elected orders-0 epoch 0 true', 'resigned orders-0'])
  })

  test('a follower is told nothing', async () => {
    const events = listen(2)
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    await produceTo(cluster, 1, ['a'])
    expect(events).toEqual([])
  })

  test('an ISR change is no election', async () => {
    const events = listen(1)
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    cluster.controller.fence(2)
    cluster.controller.unfence(2)
    cluster.clock.advance(500)
    await until(() => image().isr.length === 2)
    expect(events).toEqual(['elected orders-0 epoch 0 true'])
  })

  test('ends with the broker', () => {
    const events = listen(1)
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    cluster.kill(1)
    expect(events).toEqual(['elected orders-0 epoch 0 true', 'resigned orders-0'])
  })
})

describe('replicas come and go', () => {
  test('a deleted topic is gone from every replica, and made anew it is empty', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    await produceTo(cluster, 1, ['a'])
    cluster.controller.deleteTopic(TOPIC)
    expect(cluster.broker(2).replicas.partition(TOPIC, 0)).toBeUndefined()
    expect(cluster.broker(2).logs.stored()).toEqual([])
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    expect((await produceTo(cluster, 1, ['b'])).baseOffset).toBe(0)
    expect(contentOf(cluster, 2)).toEqual(['0:0:b'])
  })

  test('deleted and made anew in one run of metadata', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    await produceTo(cluster, 1, ['a'])
    cluster.controller.deaf.add(1)
    cluster.controller.deleteTopic(TOPIC)
    const topicId = cluster.controller.createTopic(TOPIC, [[1, 2]])
    cluster.controller.tell(cluster.broker(1))
    expect(cluster.partition(1).topicId).toBe(topicId)
    expect((await produceTo(cluster, 1, ['b'])).baseOffset).toBe(0)
  })

  test('a reassignment adds a replica, which catches up and joins the ISR, and removes another', async () => {
    const topicId = cluster.controller.createTopic(TOPIC, [[1, 2]])
    await produceTo(cluster, 1, ['a'])
    cluster.controller.append(
      partitionChange(topicId, 0, { replicas: [1, 2, 3], addingReplicas: [3], removingReplicas: [2] }),
    )
    await until(() => image().isr.includes(3))
    expect(contentOf(cluster, 3)).toEqual(['0:0:a'])
    cluster.controller.append(
      partitionChange(topicId, 0, {
        replicas: [1, 3],
        isr: [1, 3],
        addingReplicas: [],
        removingReplicas: [],
      }),
    )
    expect(cluster.broker(2).replicas.partition(TOPIC, 0)).toBeUndefined()
    expect(cluster.broker(2).logs.stored()).toEqual([])
    expect((await fetchFrom(cluster, 2)).errorCode).toBe(ErrorCode.NOT_LEADER_OR_FOLLOWER)
    expect((await produceTo(cluster, 1, ['b'])).errorCode).toBe(ErrorCode.NONE)
    expect(contentOf(cluster, 3)).toEqual(['0:0:a', '1:0:b'])
  })

  test('a topic configuration takes effect on its logs', async () => {
    cluster.controller.createTopic(TOPIC, [[1]])
    cluster.controller.setTopicConfig(TOPIC, 'max.message.bytes', '10')
    expect((await produceTo(cluster, 1, ['a'])).errorCode).toBe(ErrorCode.MESSAGE_TOO_LARGE)
  })
})

describe('a broker that starts', () => {
  test('does nothing about its past until it has read its own registration', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    await produceTo(cluster, 1, ['a'])
    cluster.kill(1)
    cluster.controller.deaf.add(1)
    const { metadata, replicas } = cluster.start(1)
    const history = cluster.controller.records()
    const registration = history.findLastIndex((record) => record.type === 'RegisterBroker')
    metadata.applyBatch(0, history.slice(0, registration), { snapshot: false })
    expect(metadata.image.partition(TOPIC, 0)).toBeDefined()
    expect(replicas.partitionStates()).toEqual([])
    cluster.controller.tell(cluster.broker(1))
    expect(replicas.partitionStates()).toHaveLength(1)
    await until(() => cluster.partition(2).isLeader)
    expect(cluster.partition(1).isLeader).toBe(false)
  })

  test('deletes logs of topics that were deleted, and replicas that were moved, while it was away', async () => {
    const topicId = cluster.controller.createTopic(TOPIC, [[1, 2]])
    cluster.controller.createTopic('doomed', [[1, 2]])
    cluster.controller.createTopic('kept', [[1, 2]])
    for (const topic of [TOPIC, 'doomed', 'kept']) await produceTo(cluster, 1, ['a'], { topic })
    cluster.kill(2)
    cluster.controller.fence(2)
    cluster.controller.deleteTopic('doomed')
    cluster.controller.append(partitionChange(topicId, 0, { replicas: [1, 3], isr: [1] }))
    cluster.start(2)
    expect(
      cluster
        .broker(2)
        .logs.stored()
        .map(({ topic }) => topic),
    ).toEqual(['kept'])
  })

  test('serves what it had', async () => {
    cluster.controller.createTopic(TOPIC, [[1]])
    await produceTo(cluster, 1, ['a', 'b'])
    cluster.kill(1)
    cluster.start(1)
    expect(valuesOf(await fetchFrom(cluster, 1))).toEqual(['a', 'b'])
    expect((await produceTo(cluster, 1, ['c'])).baseOffset).toBe(2)
  })
})

describe('views', () => {
  test('partitionStates tells roles, offsets and lags', async () => {
    cluster.controller.createTopic(TOPIC, [[1, 2]])
    await produceTo(cluster, 1, ['a', 'b'])
    cluster.cut.add('2>1')
    await produceTo(cluster, 1, ['c'], { acks: 1 })
    const [leader] = cluster.broker(1).replicas.partitionStates()
    const [follower] = cluster.broker(2).replicas.partitionStates()
    expect(leader).toMatchObject({
      role: 'leader',
      leaderId: 1,
      leaderEpoch: 0,
      isr: [1, 2],
      logEndOffset: 3,
      highWatermark: 2,
      followers: [{ brokerId: 2, logEndOffset: 2, lag: 1 }],
    })
    expect(follower).toMatchObject({ role: 'follower', leaderId: 1, isr: [], logEndOffset: 2, followers: [] })
  })
})
