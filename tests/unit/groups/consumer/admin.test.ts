import { describe, expect, it } from 'vitest'

import { ErrorCode } from '../../../../src/broker/protocol/errors.ts'
import { GROUP, Harness, topicId } from '../harness.ts'
import { Consumer, describeGroup } from './consumer.ts'

async function listed(harness: Harness, statesFilter: string[] = [], typesFilter: string[] = []) {
  return (await harness.coordinator.listGroups({ statesFilter, typesFilter })).groups ?? []
}

describe('ConsumerGroupDescribe', () => {
  it('is INVALID_GROUP_ID without a name', async () => {
    const harness = await Harness.start()
    expect((await describeGroup(harness, '')).errorCode).toBe(ErrorCode.INVALID_GROUP_ID)
  })

  it('shows epochs, assignor and what each member has and shall have', async () => {
    const harness = await Harness.start()
    await Consumer.join(harness, 'm1', { rackId: 'r1', instanceId: 'i1' })
    await Consumer.join(harness, 'm2', { regex: 'u', topics: ['t'] })
    const group = await describeGroup(harness)
    expect(group).toMatchObject({
      errorCode: 0,
      groupState: 'Reconciling',
      groupEpoch: 2,
      assignmentEpoch: 2,
      assignorName: 'uniform',
    })
    expect(group.members?.[0]).toMatchObject({
      memberId: 'm1',
      instanceId: 'i1',
      rackId: 'r1',
      memberEpoch: 1,
      clientId: 'c',
      clientHost: '/127.0.0.1',
      subscribedTopicNames: ['t'],
      memberType: 1,
      assignment: { topicPartitions: [{ topicId: topicId('t'), topicName: 't', partitions: [0, 1, 2, 3] }] },
    })
    expect(group.members?.[1]).toMatchObject({ subscribedTopicRegex: 'u', subscribedTopicNames: ['t'] })
  })

  it('is GROUP_ID_NOT_FOUND for no group and for a classic one', async () => {
    const harness = await Harness.start()
    await harness.commit(1)
    const classic = await describeGroup(harness)
    const none = await describeGroup(harness, 'x')
    expect([classic.errorCode, none.errorCode]).toEqual([69, 69])
    expect(classic.errorMessage).toContain('is not a consumer group')
  })
})

describe('the admin APIs and a consumer group', () => {
  it('ListGroups shows its type and state, and filters by them', async () => {
    const harness = await Harness.start()
    await Consumer.join(harness, 'm1')
    await harness.commit(1, { groupId: 'simple' })
    expect(await listed(harness, [], ['consumer'])).toEqual([
      { groupId: GROUP, protocolType: 'consumer', groupState: 'Stable', groupType: 'consumer' },
    ])
    expect((await listed(harness, ['stable'])).map(({ groupId }) => groupId)).toEqual([GROUP])
    expect((await listed(harness, [], ['Classic'])).map(({ groupId }) => groupId)).toEqual(['simple'])
    expect(await listed(harness)).toHaveLength(2)
  })

  it('DescribeGroups does not know it: Dead up to v5, GROUP_ID_NOT_FOUND from v6', async () => {
    const harness = await Harness.start()
    await Consumer.join(harness, 'm1')
    expect(await harness.describe(GROUP, 5)).toMatchObject({ groupState: 'Dead', errorCode: 0 })
    expect(await harness.describe(GROUP, 6)).toMatchObject({
      errorCode: ErrorCode.GROUP_ID_NOT_FOUND,
      errorMessage: 'Group g is not a classic group.',
    })
  })

  it('DeleteGroups is NON_EMPTY_GROUP with members, and takes every record away without', async () => {
    const harness = await Harness.start()
    const consumer = await Consumer.join(harness, 'm1', { regex: 't' })
    await harness.commit(1, { memberId: 'm1', generationId: 1 })
    expect((await harness.coordinator.deleteGroups([GROUP]))[0]?.errorCode).toBe(ErrorCode.NON_EMPTY_GROUP)
    await consumer.leave()
    expect((await harness.coordinator.deleteGroups([GROUP]))[0]?.errorCode).toBe(ErrorCode.NONE)
    const last = new Map(harness.log.records().map(({ key, value }) => [key.toString('hex'), value]))
    expect([...last.values()].filter((value) => value !== null)).toEqual([])
  })

  it('OffsetDelete is GROUP_SUBSCRIBED_TO_TOPIC for what a member reads, by regular expression too', async () => {
    const harness = await Harness.start()
    await Consumer.join(harness, 'm1', { regex: 't' })
    const { topics = [] } = await harness.coordinator.deleteOffsets({
      groupId: GROUP,
      topics: ['t', 'u'].map((name) => ({ name, partitions: [{ partitionIndex: 0 }] })),
    })
    expect(topics.flatMap(({ partitions = [] }) => partitions.map(({ errorCode }) => errorCode))).toEqual([
      ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC,
      ErrorCode.NONE,
    ])
  })
})
