import { describe, expect, it } from 'vitest'

import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import { settle } from '../fake-clock.ts'
import { GROUP, Harness, subscription } from './harness.ts'

const context = { apiVersion: 6, clientId: 'c', clientAddress: '' }

async function listed(harness: Harness, statesFilter: string[] = [], typesFilter: string[] = []) {
  const { errorCode, groups = [] } = await harness.coordinator.listGroups({ statesFilter, typesFilter })
  return { errorCode, groups }
}

function offsetDelete(harness: Harness, topic: string, partitions: readonly number[]) {
  return harness.coordinator.deleteOffsets({
    groupId: GROUP,
    topics: [{ name: topic, partitions: partitions.map((partitionIndex) => ({ partitionIndex })) }],
  })
}

describe('DescribeGroups', () => {
  it('shows metadata and assignments of a stable group as the clients sent them', async () => {
    const harness = await Harness.start()
    const { leader } = await harness.stableGroup(1, { topics: ['t', 'u'] })
    expect(await harness.describe()).toMatchObject({
      errorCode: 0,
      groupState: 'Stable',
      protocolType: 'consumer',
      protocolData: 'range',
      members: [
        { memberId: leader, memberMetadata: subscription(['t', 'u']), memberAssignment: Buffer.from(leader) },
      ],
    })
  })

  it('shows members and their former assignments of a group that is rebalancing', async () => {
    const harness = await Harness.start()
    const { leader } = await harness.stableGroup(2)
    harness.join({ memberId: leader })
    const group = await harness.describe()
    expect(group).toMatchObject({ groupState: 'PreparingRebalance', protocolData: '' })
    expect(group.members?.map(({ memberMetadata }) => memberMetadata?.length)).toEqual([0, 0])
    expect(group.members?.map(({ memberAssignment }) => memberAssignment?.length)).toEqual([8, 8])
  })

  it('says Dead of an unknown group up to v5, GROUP_ID_NOT_FOUND from v6', async () => {
    const harness = await Harness.start()
    expect(await harness.describe('x', 5)).toMatchObject({ groupState: 'Dead', errorCode: 0, members: [] })
    expect(await harness.describe('x', 6)).toMatchObject({ errorCode: ErrorCode.GROUP_ID_NOT_FOUND })
  })

  it('answers in the order of the ids, each group for itself', async () => {
    const harness = await Harness.start()
    await harness.commit(1, { groupId: 'b' })
    const groups = await harness.coordinator.describeGroups(context, ['x', 'b', 'y'])
    expect(groups.map(({ groupId, errorCode }) => [groupId, errorCode])).toEqual([
      ['x', 69],
      ['b', 0],
      ['y', 69],
    ])
  })
})

describe('ListGroups', () => {
  it('lists groups with type, state and protocol type', async () => {
    const harness = await Harness.start()
    await harness.stableGroup(1)
    await harness.commit(1, { groupId: 'simple' })
    expect((await listed(harness)).groups).toEqual([
      { groupId: GROUP, protocolType: 'consumer', groupState: 'Stable', groupType: 'classic' },
      { groupId: 'simple', protocolType: '', groupState: 'Empty', groupType: 'classic' },
    ])
  })

  it('filters by state and by type, in upper or lower case', async () => {
    const harness = await Harness.start()
    await harness.stableGroup(1)
    await harness.commit(1, { groupId: 'simple' })
    const ids = async (states: string[], types: string[]) =>
      (await listed(harness, states, types)).groups.map(({ groupId }) => groupId)
    expect(await ids(['stable'], [])).toEqual([GROUP])
    expect(await ids(['EMPTY', 'Dead'], [])).toEqual(['simple'])
    expect(await ids([], ['CLASSIC'])).toEqual([GROUP, 'simple'])
    expect(await ids([], ['consumer'])).toEqual([])
    expect(await ids(['empty'], ['classic', 'share'])).toEqual(['simple'])
  })

  it('says so while a partition is loading', async () => {
    const harness = await Harness.start()
    harness.log.holdReads()
    harness.coordinator.elected(1, 0)
    expect(await listed(harness)).toEqual({ errorCode: ErrorCode.COORDINATOR_LOAD_IN_PROGRESS, groups: [] })
    harness.log.releaseReads()
    await settle()
    expect((await listed(harness)).errorCode).toBe(ErrorCode.NONE)
  })
})

describe('DeleteGroups', () => {
  it('deletes an empty group with its offsets, in the log, too', async () => {
    const harness = await Harness.start()
    await harness.commit(1)
    expect(await harness.coordinator.deleteGroups([GROUP])).toEqual([{ groupId: GROUP, errorCode: 0 }])
    await harness.failOver()
    expect(await harness.state()).toBe('Dead')
    expect(await harness.offsets()).toEqual({})
  })

  it('refuses a group with members (NON_EMPTY_GROUP) and one that is not there (GROUP_ID_NOT_FOUND)', async () => {
    const harness = await Harness.start()
    await harness.stableGroup(1)
    const results = await harness.coordinator.deleteGroups([GROUP, 'x', GROUP])
    expect(results.map(({ groupId, errorCode }) => [groupId, errorCode])).toEqual([
      [GROUP, ErrorCode.NON_EMPTY_GROUP],
      ['x', ErrorCode.GROUP_ID_NOT_FOUND],
    ])
    expect(await harness.state()).toBe('Stable')
  })

  it('makes an id that was given out and not used worthless', async () => {
    const harness = await Harness.start()
    const { memberId = '' } = await harness.join().response
    await harness.coordinator.deleteGroups([GROUP])
    expect((await harness.join({ memberId }).response).errorCode).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
  })
})

describe('OffsetDelete (KIP-496)', () => {
  it('deletes offsets of topics nobody subscribes to, in the log, too', async () => {
    const harness = await Harness.start()
    const { leader: memberId, generationId } = await harness.stableGroup(1, { topics: ['t'] })
    await harness.commit(1, { memberId, generationId })
    await harness.commit(2, { memberId, generationId, topic: 'u' })
    // What is subscribed is known from the log alone, too.
    await harness.failOver()
    const { errorCode, topics } = await offsetDelete(harness, 'u', [0, 1])
    expect(errorCode).toBe(0)
    expect(topics).toEqual([
      { name: 'u', partitions: [0, 1].map((partitionIndex) => ({ partitionIndex, errorCode: 0 })) },
    ])
    await harness.failOver()
    expect(await harness.offsets()).toEqual({ 't-0': 1 })
  })

  it('refuses topics a member subscribes to (GROUP_SUBSCRIBED_TO_TOPIC), after a reload, too', async () => {
    const harness = await Harness.start()
    const { leader: memberId, generationId } = await harness.stableGroup(1, { topics: ['t'] })
    await harness.commit(1, { memberId, generationId })
    const refused = [
      { name: 't', partitions: [{ partitionIndex: 0, errorCode: ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC }] },
    ]
    expect((await offsetDelete(harness, 't', [0])).topics).toEqual(refused)
    await harness.failOver()
    expect((await offsetDelete(harness, 't', [0])).topics).toEqual(refused)
    expect(await harness.offsets()).toEqual({ 't-0': 1 })
  })

  it('takes consumers whose metadata it cannot read for subscribers of everything', async () => {
    const harness = await Harness.start()
    const protocols = [{ name: 'own', metadata: Buffer.from('!') }]
    const { leader: memberId, generationId } = await harness.stableGroup(1, { protocols })
    await harness.commit(1, { memberId, generationId })
    const { topics } = await offsetDelete(harness, 't', [0])
    expect(topics?.[0]?.partitions?.[0]?.errorCode).toBe(ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC)
  })

  it('refuses a group of other than consumers that has members', async () => {
    const harness = await Harness.start()
    const { leader } = await harness.stableGroup(1, { protocolType: 'connect' })
    expect((await offsetDelete(harness, 't', [0])).errorCode).toBe(ErrorCode.NON_EMPTY_GROUP)
    await harness.leave(leader)
    expect((await offsetDelete(harness, 't', [0])).errorCode).toBe(ErrorCode.NONE)
  })

  it('refuses a group or topic that is not there', async () => {
    const harness = await Harness.start()
    expect((await offsetDelete(harness, 't', [0])).errorCode).toBe(ErrorCode.GROUP_ID_NOT_FOUND)
    await harness.commit(1)
    const { topics } = await offsetDelete(harness, 'nope', [0])
    expect(topics?.[0]?.partitions?.[0]?.errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
  })
})

describe('a deleted topic', () => {
  it('takes its offsets with it, those of every group and no others', async () => {
    const harness = await Harness.start()
    await harness.commit(1)
    await harness.commit(2, { topic: 'u' })
    await harness.commit(3, { topic: 'u', groupId: 'other' })
    harness.deleteTopic('u')
    await harness.failOver()
    expect(await harness.offsets()).toEqual({ 't-0': 1 })
    expect(await harness.offsets('other')).toEqual({})
  })

  it('takes its offsets with it when it goes while the groups are loading', async () => {
    const harness = await Harness.start()
    await harness.commit(2, { topic: 'u' })
    harness.log.holdReads()
    await harness.failOver()
    harness.deleteTopic('u')
    harness.log.releaseReads()
    await settle()
    expect(await harness.offsets()).toEqual({})
  })

  it('leaves offsets of a new topic with its name alone', async () => {
    const harness = await Harness.start()
    await harness.commit(1)
    harness.log.holdReads()
    await harness.failOver()
    harness.deleteTopic('t', 4)
    harness.log.releaseReads()
    await settle()
    await harness.commit(2)
    harness.coordinator.onTopicsDeleted([{ id: 'another', name: 't' }])
    expect(await harness.offsets()).toEqual({ 't-0': 2 })
  })
})
