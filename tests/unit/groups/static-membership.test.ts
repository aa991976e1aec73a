import { describe, expect, it } from 'vitest'

import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import { settle } from '../fake-clock.ts'
import { Harness } from './harness.ts'
import type { JoinOptions } from './harness.ts'

async function staticGroup(harness: Harness, options: JoinOptions = {}) {
  const joins = ['a', 'b'].map((instanceId) => harness.join({ ...options, instanceId }))
  await harness.clock.elapse(0)
  const group = await harness.finish(
    joins.map((call) => call.value.memberId ?? ''),
    joins,
  )
  const [a = '', b = ''] = group.memberIds
  return { ...group, a, b }
}

describe('static membership (KIP-345)', () => {
  it('gives a returning follower its place and assignment without a rebalance', async () => {
    const harness = await Harness.start()
    const { a, b, generationId } = await staticGroup(harness)
    const returned = await harness.join({ instanceId: 'b' }).response
    expect(returned).toMatchObject({
      errorCode: 0,
      generationId,
      leader: a,
      members: [],
      skipAssignment: false,
    })
    expect(returned.memberId).not.toBe(b)
    expect((await harness.sync(returned.memberId ?? '', generationId).response).assignment).toEqual(
      Buffer.from(b),
    )
    expect(await harness.heartbeat(a, generationId)).toBe(ErrorCode.NONE)
  })

  it('tells a returning leader from v9 on that it leads but must not assign (KIP-814)', async () => {
    const harness = await Harness.start()
    const { generationId } = await staticGroup(harness)
    const returned = await harness.join({ instanceId: 'a', version: 9 }).response
    expect(returned).toMatchObject({ skipAssignment: true, leader: returned.memberId, generationId })
    expect(returned.members).toHaveLength(2)
  })

  it('tells a returning leader before v9 its old id as the leader’s, so that it does not assign', async () => {
    const harness = await Harness.start()
    const { a } = await staticGroup(harness)
    const returned = await harness.join({ instanceId: 'a', version: 8 }).response
    expect(returned).toMatchObject({ leader: a, members: [] })
    expect(returned.skipAssignment ?? false).toBe(false)
  })

  it('persists the new member id before it is answered', async () => {
    const harness = await Harness.start()
    const { generationId } = await staticGroup(harness)
    harness.log.hold()
    const returned = harness.join({ instanceId: 'b' })
    await settle()
    expect(returned.isAnswered).toBe(false)
    harness.log.release()
    await settle()
    await harness.failOver()
    expect(await harness.heartbeat(returned.value.memberId ?? '', generationId, 'b')).toBe(ErrorCode.NONE)
  })

  it('fences the one who still uses the old member id', async () => {
    const harness = await Harness.start()
    const { b, generationId } = await staticGroup(harness)
    await harness.join({ instanceId: 'b' }).response
    expect(await harness.heartbeat(b, generationId, 'b')).toBe(ErrorCode.FENCED_INSTANCE_ID)
    expect((await harness.sync(b, generationId, {}, 'b').response).errorCode).toBe(
      ErrorCode.FENCED_INSTANCE_ID,
    )
    expect((await harness.join({ memberId: b, instanceId: 'b' }).response).errorCode).toBe(
      ErrorCode.FENCED_INSTANCE_ID,
    )
    const commit = { memberId: b, generationId, instanceId: 'b' }
    expect(await harness.commit(1, commit)).toBe(ErrorCode.FENCED_INSTANCE_ID)
    expect(await harness.heartbeat(b, generationId)).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
  })

  it('fences the JoinGroup and SyncGroup that still wait under the old member id', async () => {
    const harness = await Harness.start()
    const { a, b } = await staticGroup(harness)
    const waitingJoin = harness.join({ memberId: a, instanceId: 'a' })
    const returned = [harness.join({ instanceId: 'a' }), harness.join({ memberId: b, instanceId: 'b' })]
    await settle()
    expect(waitingJoin.value).toMatchObject({ errorCode: ErrorCode.FENCED_INSTANCE_ID, memberId: a })
    expect(returned.map((call) => call.value.generationId)).toEqual([2, 2])
    const waitingSync = harness.sync(b, 2, {}, 'b')
    harness.join({ instanceId: 'b' })
    await settle()
    expect(waitingSync.value.errorCode).toBe(ErrorCode.FENCED_INSTANCE_ID)
  })

  it('rebalances when a member returns while the assignment is awaited', async () => {
    const harness = await Harness.start()
    const joins = ['a', 'b'].map((instanceId) => harness.join({ instanceId }))
    await harness.clock.elapse(0)
    harness.join({ instanceId: 'b' })
    await settle()
    const [a] = joins
    expect((await harness.sync(a?.value.memberId ?? '', 1).response).errorCode).toBe(27)
  })

  it('rebalances when the group would choose another protocol with what the returning member supports', async () => {
    const harness = await Harness.start()
    await staticGroup(harness, { protocols: ['range', 'roundrobin'] })
    harness.join({ instanceId: 'b', protocols: ['roundrobin'] })
    await settle()
    expect(await harness.state()).toBe('PreparingRebalance')
  })

  it('takes new metadata of a returning member that changes no protocol, without a rebalance', async () => {
    const harness = await Harness.start()
    const { generationId } = await staticGroup(harness)
    const { memberId = '' } = await harness.join({ instanceId: 'b', topics: ['t', 'u'] }).response
    expect(await harness.heartbeat(memberId, generationId)).toBe(0)
    const { members = [] } = await harness.describe()
    expect(members[1]?.memberMetadata?.includes('u')).toBe(true)
  })

  it('keeps an absent member through a rebalance until its session ends', async () => {
    const harness = await Harness.start()
    const { a, b } = await staticGroup(harness, { rebalanceTimeoutMs: 8_000, sessionTimeoutMs: 30_000 })
    const rejoined = harness.join({
      memberId: a,
      instanceId: 'a',
      rebalanceTimeoutMs: 8_000,
      sessionTimeoutMs: 30_000,
    })
    await harness.clock.elapse(8_000)
    expect(rejoined.value.members?.map(({ memberId }) => memberId)).toEqual([a, b])
  })

  it('waits on when no member of an all-static group rejoins, and is empty once their sessions are over', async () => {
    const harness = await Harness.start()
    const { leader, generationId } = await staticGroup(harness, {
      rebalanceTimeoutMs: 7_000,
      sessionTimeoutMs: 30_000,
    })
    const { memberId: newcomer } = await harness.enter({ sessionTimeoutMs: 6_000, rebalanceTimeoutMs: 7_000 })
    await harness.leave(newcomer)
    await harness.clock.elapse(20_000)
    expect(await harness.heartbeat(leader, generationId)).toBe(ErrorCode.REBALANCE_IN_PROGRESS)
    await harness.clock.elapse(30_000)
    expect(await harness.state()).toBe('Empty')
  })

  it('goes on with whoever comes next when no member of an all-static group rejoined', async () => {
    const harness = await Harness.start()
    const { memberIds, generationId } = await staticGroup(harness, { rebalanceTimeoutMs: 7_000 })
    const { memberId: newcomer } = await harness.enter({ rebalanceTimeoutMs: 7_000 })
    await harness.leave(newcomer)
    const beat = async (times: number) => {
      for (let second = 0; second < times; second++) {
        await harness.clock.elapse(1_000)
        for (const memberId of memberIds) await harness.heartbeat(memberId, generationId)
      }
    }
    await beat(10)
    const joined = harness.join({ instanceId: 'c', rebalanceTimeoutMs: 7_000 })
    await beat(7)
    expect(joined.value.members).toHaveLength(3)
    expect(joined.value.leader).toBe(joined.value.memberId)
  })

  it('removes a member by its session’s end like any other', async () => {
    const harness = await Harness.start()
    const { a, generationId } = await staticGroup(harness)
    await harness.clock.elapse(6_000)
    await harness.heartbeat(a, generationId)
    await harness.clock.elapse(4_000)
    expect(await harness.heartbeat(a, generationId)).toBe(ErrorCode.REBALANCE_IN_PROGRESS)
    expect((await harness.describe()).members).toHaveLength(1)
  })

  it('takes a member that returns after it was removed for a new one', async () => {
    const harness = await Harness.start()
    const { a, generationId } = await staticGroup(harness)
    await harness.leave('#b')
    const joins = [harness.join({ instanceId: 'b' }), harness.join({ memberId: a, instanceId: 'a' })]
    await settle()
    expect(joins.map((call) => call.value.generationId)).toEqual([generationId + 1, generationId + 1])
  })

  it('removes a member that returned and then died', async () => {
    const harness = await Harness.start()
    const { a, generationId } = await staticGroup(harness)
    const { memberId: returned } = await harness.join({ instanceId: 'b' }).response
    await harness.clock.elapse(6_000)
    await harness.heartbeat(a, generationId)
    await harness.clock.elapse(4_000)
    expect((await harness.describe()).members?.map(({ memberId }) => memberId)).toEqual([a])
    expect(await harness.heartbeat(returned ?? '', generationId)).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
  })

  it('does not wait for the SyncGroup of an id that was replaced', async () => {
    const harness = await Harness.start()
    const options = { rebalanceTimeoutMs: 7_000, sessionTimeoutMs: 60_000 }
    const joins = ['a', 'b'].map((instanceId) => harness.join({ ...options, instanceId }))
    await harness.clock.elapse(0)
    await harness.sync(joins[0]?.value.memberId ?? '', 1, {}).response
    await harness.join({ ...options, instanceId: 'b' }).response
    await harness.clock.elapse(7_000)
    expect(await harness.state()).toBe('Stable')
  })

  it('lets an administrator remove a member by its instance id alone', async () => {
    const harness = await Harness.start()
    await staticGroup(harness)
    expect(await harness.leave('#b', '#nobody')).toEqual([0, ErrorCode.UNKNOWN_MEMBER_ID])
    expect((await harness.describe()).members).toMatchObject([{ groupInstanceId: 'a' }])
  })

  it('fences a leave by instance id with another member id', async () => {
    const harness = await Harness.start()
    await staticGroup(harness)
    const { members } = await harness.coordinator.leaveGroup({
      groupId: 'g',
      members: [
        { memberId: 'other', groupInstanceId: 'b', reason: null },
        { memberId: 'other', groupInstanceId: 'nobody', reason: null },
      ],
    })
    expect(members?.map(({ errorCode }) => errorCode)).toEqual([82, 25])
  })

  it('refuses a static member that uses an id given to a dynamic one', async () => {
    const harness = await Harness.start()
    const { memberId = '' } = await harness.join().response
    expect((await harness.join({ memberId, instanceId: 'a' }).response).errorCode).toBe(
      ErrorCode.UNKNOWN_MEMBER_ID,
    )
  })
})
