import { describe, expect, test } from 'vitest'
import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import { contentOf, CONTROLLER, ControlPlane, threeBrokers } from './harness.ts'

describe('a follower', () => {
  test('that begins at 0 is given the log, and has the controller’s image then', async () => {
    const plane = threeBrokers()
    plane.createAssigned('orders', [1, 2, 3])
    const cache = plane.newCache()
    await plane.follow(cache)
    expect(contentOf(cache.image)).toEqual(contentOf(plane.image))
  })

  test('is given what is new since it asked last', async () => {
    const plane = threeBrokers()
    const cache = plane.newCache()
    await plane.follow(cache)
    plane.createAssigned('orders', [1, 2, 3])
    const answer = await plane.fetch(cache.image.offset + 1)
    expect(answer).toMatchObject({ snapshot: false, fromOffset: cache.image.offset + 1 })
    expect(answer.records).toHaveLength(2)
  })

  test('that has everything waits for the next change', async () => {
    const plane = threeBrokers()
    const waiting = plane.fetch(plane.image.offset + 1, { maxWaitMs: 5000 })
    plane.createAssigned('orders', [1])
    expect((await waiting).records).toHaveLength(2)
  })

  test('gets an empty answer when nothing happens in its time', async () => {
    const plane = threeBrokers()
    const endOffset = plane.image.offset + 1
    const waiting = plane.fetch(endOffset, { maxWaitMs: 5000 })
    plane.clock.advance(5000)
    expect(await waiting).toMatchObject({ errorCode: ErrorCode.NONE, fromOffset: endOffset, records: [] })
  })

  test('that is behind what is kept is given a snapshot', async () => {
    const plane = threeBrokers({ 'ottla.metadata.log.max.records.between.snapshots': '10' })
    for (let count = 0; count < 20; count++) plane.createAssigned(`topic-${count}`, [1, 2])
    const cache = plane.newCache()
    const answer = await plane.fetch(0)
    expect(answer).toMatchObject({ snapshot: true, fromOffset: plane.image.offset + 1 })
    cache.applyFetched(answer)
    expect(contentOf(cache.image)).toEqual(contentOf(plane.image))
  })

  test('that is ahead of what there is is given a snapshot', async () => {
    const plane = threeBrokers()
    expect(await plane.fetch(plane.image.offset + 100)).toMatchObject({
      errorCode: ErrorCode.NONE,
      snapshot: true,
    })
  })

  test('goes on from a snapshot with single records', async () => {
    const plane = threeBrokers({ 'ottla.metadata.log.max.records.between.snapshots': '10' })
    for (let count = 0; count < 20; count++) plane.createAssigned(`topic-${count}`, [1, 2])
    const cache = plane.newCache()
    await plane.follow(cache)
    plane.createAssigned('orders', [3])
    const answer = await plane.fetch(cache.image.offset + 1)
    expect(answer.snapshot).toBe(false)
    cache.applyFetched(answer)
    expect(contentOf(cache.image)).toEqual(contentOf(plane.image))
  })
})

describe('a broker that is not the controller', () => {
  test('says who is', async () => {
    const plane = threeBrokers()
    const { controller } = plane.startNode(2)
    expect(await plane.fetch(0, { from: controller })).toMatchObject({
      errorCode: ErrorCode.NOT_CONTROLLER,
      controllerId: CONTROLLER,
      controllerEpoch: 1,
      records: [],
    })
  })

  test('lets those who wait know at once when it loses the role', async () => {
    const plane = threeBrokers()
    const waiting = plane.fetch(plane.image.offset + 1, { maxWaitMs: 5000 })
    plane.node(CONTROLLER).lease.release()
    expect((await waiting).errorCode).toBe(ErrorCode.NOT_CONTROLLER)
  })

  test('and was replaced while it slept does not send a follower back in time', async () => {
    const plane = threeBrokers()
    const old = plane.active
    plane.clock.sleep(600_000)
    const { controller } = plane.startNode(2)
    const ahead = controller.image.offset + 1
    expect(old.isActive).toBe(true)
    expect(await plane.fetch(ahead, { from: old })).toMatchObject({
      errorCode: ErrorCode.NOT_CONTROLLER,
      controllerId: 2,
    })
    expect(old.isActive).toBe(false)
  })
})

describe('propagation', () => {
  test('is over when every live broker has asked for what comes next', async () => {
    const plane = threeBrokers()
    plane.createAssigned('orders', [1])
    const next = plane.image.offset + 1
    const heard: string[] = []
    const done = plane.active.propagated(1000).then(() => heard.push('propagated'))
    await plane.fetch(next, { brokerId: 1 })
    await plane.fetch(next, { brokerId: 2 })
    expect(heard).toEqual([])
    await plane.fetch(next, { brokerId: 3 })
    await done
    expect(heard).toEqual(['propagated'])
  })

  test('waits for a broker that does not ask no longer than 200 ms', async () => {
    const plane = threeBrokers()
    plane.createAssigned('orders', [1])
    const done = plane.active.propagated(60_000)
    plane.clock.advance(200)
    await expect(done).resolves.toBeUndefined()
  })

  test('does not wait for the dead', async () => {
    const plane = threeBrokers()
    plane.active.brokerDied(2)
    plane.active.brokerDied(3)
    await plane.fetch(plane.image.offset + 1, { brokerId: 1 })
    await expect(plane.active.propagated(1000)).resolves.toBeUndefined()
  })
})

test('DescribeQuorum tells who leads, and how far everybody is', async () => {
  const plane = new ControlPlane()
  plane.startNode(1)
  plane.join(1, 2, 3)
  const endOffset = plane.image.offset + 1
  await plane.fetch(endOffset, { brokerId: 2 })
  await plane.fetch(endOffset - 2, { brokerId: 3 })
  const { topics, nodes, errorCode } = plane.active.describeQuorum({
    topics: [{ topicName: '__cluster_metadata', partitions: [{ partitionIndex: 0 }] }],
  })
  expect(errorCode).toBe(ErrorCode.NONE)
  const [partition] = topics![0]!.partitions!
  expect(partition).toMatchObject({
    errorCode: ErrorCode.NONE,
    leaderId: 1,
    leaderEpoch: 1,
    highWatermark: endOffset,
    observers: [],
  })
  expect(partition!.currentVoters!.map(({ replicaId, logEndOffset }) => [replicaId, logEndOffset])).toEqual([
    [1, endOffset],
    [2, endOffset],
    [3, endOffset - 2],
  ])
  expect(nodes!.map(({ nodeId, listeners }) => [nodeId, listeners![0]!.port])).toEqual([
    [1, 9001],
    [2, 9002],
    [3, 9003],
  ])
})

test('DescribeQuorum of another topic is UNKNOWN_TOPIC_OR_PARTITION', () => {
  const { topics } = threeBrokers().active.describeQuorum({
    topics: [{ topicName: 'orders', partitions: [{ partitionIndex: 0 }] }],
  })
  expect(topics![0]!.partitions![0]!.errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
})
