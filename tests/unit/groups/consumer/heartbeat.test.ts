import { describe, expect, it } from 'vitest'

import { ErrorCode } from '../../../../src/broker/protocol/errors.ts'
import { Harness } from '../harness.ts'
import { Consumer, describeGroup, heartbeat, inRequest, settleGroup, stateOf } from './consumer.ts'

const JOIN = { memberId: 'm', rebalanceTimeoutMs: 1000, subscribedTopicNames: ['t'], topicPartitions: [] }

describe('a request that is not well formed is INVALID_REQUEST', () => {
  const cases: Readonly<Record<string, Parameters<typeof heartbeat>[1]>> = {
    'no group id': { ...JOIN, groupId: '' },
    'an empty instance id': { ...JOIN, instanceId: '' },
    'an empty rack id': { ...JOIN, rackId: '' },
    'no member id to stay': { memberEpoch: 1, version: 0 },
    'no member id to leave': { memberEpoch: -1, version: 0 },
    'no member id to join in v1, where clients make it (KIP-1082)': { ...JOIN, memberId: '' },
    'no rebalance time-out to join': { ...JOIN, rebalanceTimeoutMs: -1 },
    'partitions to join': { ...JOIN, topicPartitions: inRequest(['t:0']) },
    'null partitions to join': { ...JOIN, topicPartitions: null },
    'no subscription to join': { ...JOIN, subscribedTopicNames: null },
    'a static leave without instance id': { memberId: 'm', memberEpoch: -2 },
    'an epoch below -2': { memberId: 'm', memberEpoch: -3 },
  }
  for (const [name, request] of Object.entries(cases)) {
    it(name, async () => {
      const harness = await Harness.start()
      const { errorCode, errorMessage } = await heartbeat(harness, request)
      expect(errorCode).toBe(ErrorCode.INVALID_REQUEST)
      expect(errorMessage).toMatch(/\w/)
      expect(harness.log.records()).toEqual([])
    })
  }
})

describe('joining', () => {
  it('gives the first member every partition at epoch 1', async () => {
    const harness = await Harness.start()
    const consumer = await Consumer.join(harness, 'm1')
    expect(consumer.answer).toMatchObject({
      errorCode: 0,
      memberId: 'm1',
      memberEpoch: 1,
      heartbeatIntervalMs: 5000,
    })
    expect(consumer.owned).toEqual(['t:0', 't:1', 't:2', 't:3'])
    expect(await stateOf(harness)).toBe('Stable')
  })

  it('makes a member id where v0 asks for one', async () => {
    const harness = await Harness.start()
    const consumer = await Consumer.join(harness, '', { version: 0 })
    expect(consumer.memberId).toMatch(/^uuid-/)
    expect(await consumer.beat()).toBe(0)
  })

  it('goes unharmed when the answer is lost and the client joins again', async () => {
    const harness = await Harness.start()
    await Consumer.join(harness, 'm1')
    const again = await Consumer.join(harness, 'm1')
    expect(again.answer.errorCode).toBe(ErrorCode.NONE)
    expect(again.epoch).toBe(1)
    expect(again.owned).toHaveLength(4)
  })

  it('is UNSUPPORTED_ASSIGNOR for an assignor that is not offered, and names those that are', async () => {
    const harness = await Harness.start()
    const { errorCode, errorMessage } = await heartbeat(harness, { ...JOIN, serverAssignor: 'sticky' })
    expect(errorCode).toBe(ErrorCode.UNSUPPORTED_ASSIGNOR)
    expect(errorMessage).toContain('uniform, range')
  })

  it('is GROUP_MAX_SIZE_REACHED beyond group.consumer.max.size, for newcomers only', async () => {
    const harness = await Harness.start({ config: { groupConsumerMaxSize: 1 } })
    const first = await Consumer.join(harness, 'm1')
    const second = await Consumer.join(harness, 'm2')
    expect(second.answer.errorCode).toBe(ErrorCode.GROUP_MAX_SIZE_REACHED)
    expect(await first.beat()).toBe(ErrorCode.NONE)
  })

  it('waits in a group whose topic does not exist yet', async () => {
    const harness = await Harness.start()
    const consumer = await Consumer.join(harness, 'm1', { topics: ['x'] })
    expect([consumer.epoch, consumer.owned]).toEqual([1, []])
  })
})

describe('staying', () => {
  it('is GROUP_ID_NOT_FOUND where there is no such group', async () => {
    const harness = await Harness.start()
    expect(await heartbeat(harness, { memberId: 'm1', memberEpoch: 1 })).toMatchObject({
      errorCode: ErrorCode.GROUP_ID_NOT_FOUND,
    })
  })

  it('is UNKNOWN_MEMBER_ID for nobody in the group', async () => {
    const harness = await Harness.start()
    await Consumer.join(harness, 'm1')
    expect(await heartbeat(harness, { memberId: 'm2', memberEpoch: 1 })).toMatchObject({
      errorCode: ErrorCode.UNKNOWN_MEMBER_ID,
    })
  })

  it('is FENCED_MEMBER_EPOCH for an epoch ahead', async () => {
    const harness = await Harness.start()
    const consumer = await Consumer.join(harness, 'm1')
    consumer.epoch = 2
    expect(await consumer.beat()).toBe(ErrorCode.FENCED_MEMBER_EPOCH)
  })

  it('takes the previous epoch from a member that has nothing but its own: the answer was lost', async () => {
    const harness = await Harness.start()
    const consumer = await Consumer.join(harness, 'm1', { topics: ['t', 'u'] })
    await consumer.send({ subscribedTopicNames: ['t'], topicPartitions: inRequest(consumer.owned) })
    await consumer.beat()
    expect(consumer.epoch).toBe(2)
    expect(await consumer.send({ memberEpoch: 1, topicPartitions: inRequest(['t:0', 't:1']) })).toBe(0)
    expect(consumer.epoch).toBe(2)
  })

  it('takes a member that begins anew at any time, for it says that it has nothing', async () => {
    const harness = await Harness.start()
    const first = await Consumer.join(harness, 'm1')
    const second = await Consumer.join(harness, 'm2')
    for (const member of [first, second, first, second]) await member.beat()
    await Consumer.join(harness, 'm3')
    for (const member of [first, second, first, second]) await member.beat()
    const { epoch } = first
    expect(epoch).toBe(3)
    expect(await first.join()).toBe(ErrorCode.NONE)
    expect([first.epoch, first.owned.length > 0]).toEqual([epoch, true])
  })

  it('is FENCED_MEMBER_EPOCH at the previous epoch with what is not its own, or without saying', async () => {
    const harness = await Harness.start()
    const consumer = await Consumer.join(harness, 'm1', { topics: ['t', 'u'] })
    await consumer.send({ subscribedTopicNames: ['t'], topicPartitions: inRequest(consumer.owned) })
    await consumer.beat()
    expect(await consumer.send({ memberEpoch: 1, topicPartitions: inRequest(['u:0']) })).toBe(110)
    expect(await consumer.send({ memberEpoch: 1 })).toBe(ErrorCode.FENCED_MEMBER_EPOCH)
  })

  it('tells the assignment only when it changed, or when the request says everything', async () => {
    const harness = await Harness.start()
    const consumer = await Consumer.join(harness, 'm1')
    await consumer.beat()
    expect(consumer.answer.assignment).toBeNull()
    await consumer.send({
      rebalanceTimeoutMs: 60_000,
      subscribedTopicNames: ['t'],
      topicPartitions: inRequest(consumer.owned),
    })
    expect(consumer.answer.assignment?.topicPartitions).toHaveLength(1)
  })

  it('writes nothing when there is nothing new', async () => {
    const harness = await Harness.start()
    const consumer = await Consumer.join(harness, 'm1')
    const before = harness.log.records().length
    await consumer.beat()
    await consumer.beatSilently()
    expect(harness.log.records()).toHaveLength(before)
  })
})

describe('the group epoch', () => {
  it('is bumped when a member joins and when one leaves', async () => {
    const harness = await Harness.start()
    const first = await Consumer.join(harness, 'm1')
    const second = await Consumer.join(harness, 'm2')
    expect(await describeGroup(harness)).toMatchObject({ groupEpoch: 2 })
    await settleGroup(first, second)
    await second.leave()
    expect(await describeGroup(harness)).toMatchObject({
      groupEpoch: 3,
      assignmentEpoch: 2,
      groupState: 'Assigning',
    })
  })

  it('is bumped when a member subscribes to other topics, not when it repeats itself', async () => {
    const harness = await Harness.start()
    const consumer = await Consumer.join(harness, 'm1')
    await consumer.send({ subscribedTopicNames: ['t'] })
    expect((await describeGroup(harness)).groupEpoch).toBe(1)
    await consumer.send({ subscribedTopicNames: ['t', 'u'] })
    expect((await describeGroup(harness)).groupEpoch).toBe(2)
  })

  it('is bumped when a subscribed topic gets more partitions, at the next heartbeat', async () => {
    const harness = await Harness.start()
    const consumer = await Consumer.join(harness, 'm1')
    harness.growTopic('t', 6)
    await consumer.catchUp()
    expect(consumer.owned).toEqual(['t:0', 't:1', 't:2', 't:3', 't:4', 't:5'])
    expect(consumer.epoch).toBe(2)
  })

  it('is bumped when a subscribed topic appears', async () => {
    const harness = await Harness.start()
    const consumer = await Consumer.join(harness, 'm1', { topics: ['t', 'x'] })
    harness.addTopics({ x: 1 })
    await consumer.catchUp()
    expect(consumer.owned).toContain('x:0')
  })

  it('is bumped when a subscribed topic is deleted', async () => {
    const harness = await Harness.start()
    const consumer = await Consumer.join(harness, 'm1', { topics: ['t', 'u'] })
    harness.deleteTopic('u')
    await consumer.catchUp()
    expect([consumer.epoch, consumer.owned]).toEqual([2, ['t:0', 't:1', 't:2', 't:3']])
  })

  it('is not bumped by a topic nobody subscribes to', async () => {
    const harness = await Harness.start()
    const consumer = await Consumer.join(harness, 'm1')
    harness.growTopic('u', 9)
    harness.addTopics({ x: 1 })
    await consumer.catchUp()
    expect(consumer.epoch).toBe(1)
  })

  it('is bumped when the members’ votes change the assignor', async () => {
    const harness = await Harness.start()
    const consumer = await Consumer.join(harness, 'm1')
    await consumer.send({ serverAssignor: 'range', topicPartitions: inRequest(consumer.owned) })
    expect(await describeGroup(harness)).toMatchObject({ assignorName: 'range', groupEpoch: 2 })
  })
})

describe('the assignor', () => {
  it('is the first of group.consumer.assignors where nobody asks', async () => {
    const harness = await Harness.start({ config: { groupConsumerAssignors: ['range', 'uniform'] } })
    await Consumer.join(harness, 'm1')
    expect((await describeGroup(harness)).assignorName).toBe('range')
  })

  it('is the one most members ask for', async () => {
    const harness = await Harness.start()
    for (const id of ['m1', 'm2']) await Consumer.join(harness, id, { assignor: 'range' })
    await Consumer.join(harness, 'm3', { assignor: 'uniform' })
    expect((await describeGroup(harness)).assignorName).toBe('range')
  })
})
