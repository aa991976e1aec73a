import { describe, expect, it } from 'vitest'

import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import { settle } from '../fake-clock.ts'
import { GROUP, Harness } from './harness.ts'

describe('Heartbeat', () => {
  it('is answered NONE in a stable group and while the assignment is awaited', async () => {
    const harness = await Harness.start()
    const { memberId, joined } = await harness.enter()
    await harness.clock.elapse(0)
    expect(await harness.heartbeat(memberId, joined.value.generationId ?? -1)).toBe(ErrorCode.NONE)
    await harness.sync(memberId, 1, {}).response
    expect(await harness.heartbeat(memberId, 1)).toBe(ErrorCode.NONE)
  })

  it('is answered REBALANCE_IN_PROGRESS while members rejoin, and keeps the session', async () => {
    const harness = await Harness.start()
    const { leader, followers, generationId } = await harness.stableGroup(2)
    harness.join({ memberId: leader })
    for (let beat = 0; beat < 3; beat++) {
      await harness.clock.elapse(9_000)
      expect(await harness.heartbeat(followers[0] ?? '', generationId)).toBe(ErrorCode.REBALANCE_IN_PROGRESS)
    }
    expect((await harness.describe()).members).toHaveLength(2)
  })

  it('is answered ILLEGAL_GENERATION for another generation', async () => {
    const harness = await Harness.start()
    const { leader, generationId } = await harness.stableGroup(1)
    expect(await harness.heartbeat(leader, generationId - 1)).toBe(ErrorCode.ILLEGAL_GENERATION)
  })

  it('is answered UNKNOWN_MEMBER_ID in an empty group, to strangers, and without a group', async () => {
    const harness = await Harness.start()
    expect(await harness.heartbeat('x', 1)).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
    const { leader, generationId } = await harness.stableGroup(1)
    expect(await harness.heartbeat('x', generationId)).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
    await harness.leave(leader)
    expect(await harness.heartbeat(leader, generationId)).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
  })

  it('missing for a session time-out removes the member and rebalances', async () => {
    const harness = await Harness.start()
    const { leader, followers, generationId } = await harness.stableGroup(2, { sessionTimeoutMs: 10_000 })
    await harness.clock.elapse(9_999)
    expect(await harness.heartbeat(leader, generationId)).toBe(ErrorCode.NONE)
    await harness.clock.elapse(1)
    expect(await harness.heartbeat(followers[0] ?? '', generationId)).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
    expect(await harness.heartbeat(leader, generationId)).toBe(ErrorCode.REBALANCE_IN_PROGRESS)
  })

  it('may be replaced by committing: that keeps the session, too', async () => {
    const harness = await Harness.start()
    const { leader: memberId, generationId } = await harness.stableGroup(1)
    for (let offset = 0; offset < 3; offset++) {
      await harness.clock.elapse(9_000)
      expect(await harness.commit(offset, { memberId, generationId })).toBe(ErrorCode.NONE)
    }
  })

  it('refuses an empty group id', async () => {
    const harness = await Harness.start()
    const request = { groupId: '', generationId: 0, memberId: 'x', groupInstanceId: null }
    expect(await harness.coordinator.heartbeat(request)).toEqual({ errorCode: ErrorCode.INVALID_GROUP_ID })
  })
})

describe('LeaveGroup', () => {
  it('removes the member at once and rebalances', async () => {
    const harness = await Harness.start()
    const { leader, followers, generationId } = await harness.stableGroup(2)
    expect(await harness.leave(followers[0] ?? '')).toEqual([ErrorCode.NONE])
    expect(await harness.heartbeat(leader, generationId)).toBe(ErrorCode.REBALANCE_IN_PROGRESS)
  })

  it('lets a rebalance end that waited for the member', async () => {
    const harness = await Harness.start()
    const { leader, followers } = await harness.stableGroup(2)
    const joined = harness.join({ memberId: leader })
    await harness.leave(followers[0] ?? '')
    expect(joined.value.members).toHaveLength(1)
  })

  it('takes back an id that was not used yet, without a rebalance', async () => {
    const harness = await Harness.start()
    const { leader, generationId } = await harness.stableGroup(1)
    const { memberId = '' } = await harness.join().response
    expect(await harness.leave(memberId)).toEqual([ErrorCode.NONE])
    expect(await harness.heartbeat(leader, generationId)).toBe(ErrorCode.NONE)
    expect((await harness.join({ memberId }).response).errorCode).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
  })

  it('of an id that was not used yet lets a rebalance end that waited for it', async () => {
    const harness = await Harness.start()
    const { leader } = await harness.stableGroup(1)
    const { memberId = '' } = await harness.join().response
    const rejoined = harness.join({ memberId: leader })
    await harness.leave(memberId)
    expect(rejoined.value.members).toHaveLength(1)
  })

  it('leaves no timer behind, whoever goes', async () => {
    const harness = await Harness.start()
    const timers = harness.clock.timers
    const options = { sessionTimeoutMs: 1_000_000, rebalanceTimeoutMs: 7_000 }
    await harness.stableGroup(2, options)
    const { memberId: pending = '' } = await harness.join(options).response
    harness.join({ ...options, instanceId: 'a' })
    harness.join({ ...options, instanceId: 'a' })
    await settle()
    const { members = [] } = await harness.describe()
    await harness.leave(pending, ...members.map(({ memberId }) => memberId ?? ''))
    await harness.clock.elapse(7_000)
    expect(await harness.state()).toBe('Empty')
    expect(harness.clock.timers).toBe(timers)
  })

  it('answers the JoinGroup the member may still wait for', async () => {
    const harness = await Harness.start()
    const { leader } = await harness.stableGroup(2)
    const waiting = harness.join({ memberId: leader })
    await harness.leave(leader)
    expect(waiting.value.errorCode).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
  })

  it('gives each member of a batch its own code', async () => {
    const harness = await Harness.start()
    const { memberIds } = await harness.stableGroup(2)
    const [a = '', b = ''] = memberIds
    expect(await harness.leave(a, 'stranger', b)).toEqual([0, ErrorCode.UNKNOWN_MEMBER_ID, 0])
    expect(await harness.state()).toBe('Empty')
  })

  it('answers UNKNOWN_MEMBER_ID to every member of a group that does not exist', async () => {
    const harness = await Harness.start()
    expect(await harness.leave('a', '#b')).toEqual([ErrorCode.UNKNOWN_MEMBER_ID, ErrorCode.UNKNOWN_MEMBER_ID])
  })

  it('of a member that waits for its assignment answers that, too', async () => {
    const harness = await Harness.start()
    const joins = [harness.join({ version: 3 }), harness.join({ version: 3 })]
    await harness.clock.elapse(0)
    const follower = joins[1]?.value.memberId ?? ''
    const waiting = harness.sync(follower, 1)
    await settle()
    await harness.leave(follower)
    expect(waiting.value.errorCode).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
    expect((await harness.describe(GROUP)).members).toHaveLength(1)
  })
})
