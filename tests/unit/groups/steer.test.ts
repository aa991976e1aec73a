import { describe, expect, it } from 'vitest'
import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import { SteerAction } from '../../../src/broker/protocol/messages/internal/steer-group.ts'
import { settle } from '../fake-clock.ts'
import { GROUP, Harness } from './harness.ts'

const offsets = (
  partitions: Record<number, number>,
  beside: { leaderEpoch: number; metadata: string | null } = { leaderEpoch: -1, metadata: null },
) => [
  {
    name: 't',
    partitions: Object.entries(partitions).map(([index, offset]) => ({
      partitionIndex: Number(index),
      offset,
      ...beside,
    })),
  },
]

function steer(harness: Harness, action: number, topics = offsets({})) {
  return harness.coordinator.steerGroup({ groupId: GROUP, action, topics })
}

describe('looking at a group', () => {
  it('tells how long each member has been silent, and what it waits for', async () => {
    const harness = await Harness.start()
    const { leader, followers, generationId } = await harness.stableGroup(2, { sessionTimeoutMs: 10_000 })
    await harness.clock.elapse(3_000)
    await harness.heartbeat(leader, generationId)
    await harness.clock.elapse(1_000)
    harness.join({ memberId: leader, sessionTimeoutMs: 10_000 })
    await settle()
    const { members } = await steer(harness, SteerAction.look)
    expect(members).toEqual([
      expect.objectContaining({ memberId: leader, silentMs: 0, sessionTimeoutMs: 10_000, awaits: 'join' }),
      expect.objectContaining({ memberId: followers[0], silentMs: 4_000, awaits: '' }),
    ])
  })

  it('of one that is not there says so', async () => {
    const harness = await Harness.start()
    expect(await steer(harness, SteerAction.look)).toMatchObject({ errorCode: ErrorCode.GROUP_ID_NOT_FOUND })
  })
})

describe('a rebalance that is asked for', () => {
  it('begins, with that as its cause', async () => {
    const harness = await Harness.start()
    const { leader, generationId } = await harness.stableGroup(1)
    expect(await steer(harness, SteerAction.rebalance)).toMatchObject({ errorCode: ErrorCode.NONE })
    expect(await harness.heartbeat(leader, generationId)).toBe(ErrorCode.REBALANCE_IN_PROGRESS)
    expect(harness.events.at(-1)).toMatchObject({ type: 'rebalanceStarted', cause: { kind: 'askedFor' } })
  })

  it('is refused while one runs, and where nobody is', async () => {
    const harness = await Harness.start()
    const { leader } = await harness.stableGroup(1)
    await steer(harness, SteerAction.rebalance)
    expect(await steer(harness, SteerAction.rebalance)).toMatchObject({
      errorCode: ErrorCode.REBALANCE_IN_PROGRESS,
    })
    await harness.leave(leader)
    expect(await steer(harness, SteerAction.rebalance)).toMatchObject({
      errorCode: ErrorCode.INVALID_REQUEST,
    })
  })
})

describe('offsets set while a group is at work', () => {
  it('put its members out, keep their commits out, and are there when they come back', async () => {
    const harness = await Harness.start()
    const { leader, generationId } = await harness.stableGroup(2)
    await harness.commit(70, { memberId: leader, generationId })
    expect(await steer(harness, SteerAction.setOffsets, offsets({ 0: 5, 1: 0 }))).toMatchObject({
      errorCode: ErrorCode.NONE,
      members: [expect.anything(), expect.anything()],
    })
    expect(await harness.state()).toBe('Empty')
    expect(await harness.heartbeat(leader, generationId)).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
    expect(await harness.commit(71, { memberId: leader, generationId })).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
    expect(await harness.offsets()).toEqual({ 't-0': 5, 't-1': 0 })
    await harness.stableGroup(2)
    expect(await harness.state()).toBe('Stable')
    expect(await harness.offsets()).toEqual({ 't-0': 5, 't-1': 0 })
  })

  it('answer members that wait in the middle of a rebalance', async () => {
    const harness = await Harness.start()
    const { leader } = await harness.stableGroup(2)
    const waiting = harness.join({ memberId: leader })
    await settle()
    await steer(harness, SteerAction.setOffsets, offsets({ 0: 1 }))
    expect((await waiting.response).errorCode).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
    expect(await harness.state()).toBe('Empty')
  })

  it('say so in the rebalance they cause, and survive a reload', async () => {
    const harness = await Harness.start()
    const { memberIds } = await harness.stableGroup(1)
    await steer(harness, SteerAction.setOffsets, offsets({ 3: 9 }))
    expect(harness.events.at(-1)).toMatchObject({
      type: 'rebalanceCompleted',
      causes: [{ cause: { kind: 'offsetsReset', memberIds } }],
      lanes: [{ memberId: memberIds[0], goneBecause: 'offsetsReset' }],
    })
    await harness.failOver()
    expect(await harness.offsets()).toEqual({ 't-3': 9 })
    expect(await harness.state()).toBe('Empty')
  })

  it('of -1 take away what is committed, and nothing else', async () => {
    const harness = await Harness.start()
    const { leader, generationId } = await harness.stableGroup(1)
    await harness.commit(70, { memberId: leader, generationId })
    await steer(harness, SteerAction.setOffsets, offsets({ 0: -1, 1: 4, 2: -1 }))
    expect(await harness.state()).toBe('Empty')
    expect(await harness.offsets()).toEqual({ 't-1': 4 })
    await harness.failOver()
    expect(await harness.offsets()).toEqual({ 't-1': 4 })
  })

  it('bring back what was committed beside them', async () => {
    const harness = await Harness.start()
    await harness.stableGroup(1)
    const beside = { leaderEpoch: 3, metadata: 'note' }
    await steer(harness, SteerAction.setOffsets, offsets({ 0: 5 }, beside))
    const { topics } = await harness.coordinator.fetchOffsets(
      { apiVersion: 9, clientId: 'c', clientAddress: '127.0.0.1:50000' },
      { groupId: GROUP, memberId: null, memberEpoch: -1, topics: null },
    )
    const committed = { committedOffset: 5, committedLeaderEpoch: 3, metadata: 'note' }
    expect(topics).toMatchObject([{ name: 't', partitions: [committed] }])
  })

  it('below -1 are refused, and nobody is put out', async () => {
    const harness = await Harness.start()
    await harness.stableGroup(1)
    expect(await steer(harness, SteerAction.setOffsets, offsets({ 0: 3, 1: -2 }))).toMatchObject({
      errorCode: ErrorCode.INVALID_REQUEST,
      errorMessage: expect.stringContaining('-1') as unknown,
    })
    expect(await harness.state()).toBe('Stable')
    expect(await harness.offsets()).toEqual({})
  })
})
