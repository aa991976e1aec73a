import { describe, expect, it } from 'vitest'

import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import { settle } from '../fake-clock.ts'
import { Harness } from './harness.ts'

describe('the first rebalance of a group', () => {
  it('with a delay of 0 takes in every join of the same turn', async () => {
    const harness = await Harness.start()
    const joins = [1, 2, 3].map(() => harness.join({ version: 3 }))
    await harness.clock.elapse(0)
    expect(joins.map((call) => call.value.generationId)).toEqual([1, 1, 1])
    expect(joins[0]?.value.members).toHaveLength(3)
  })

  it('waits group.initial.rebalance.delay.ms for more members', async () => {
    const harness = await Harness.start({ config: { groupInitialRebalanceDelayMs: 3_000 } })
    const joined = harness.join({ version: 3 })
    await harness.clock.elapse(2_999)
    expect(joined.isAnswered).toBe(false)
    await harness.clock.elapse(1)
    expect(joined.value.generationId).toBe(1)
  })

  it('is put off by each newcomer, up to the rebalance time-out', async () => {
    const harness = await Harness.start({ config: { groupInitialRebalanceDelayMs: 3_000 } })
    const rebalanceTimeoutMs = 8_000
    const joins = [harness.join({ version: 3, rebalanceTimeoutMs })]
    for (const pauseMs of [2_000, 2_000, 2_000]) {
      await harness.clock.elapse(pauseMs)
      joins.push(harness.join({ version: 3, rebalanceTimeoutMs }))
    }
    await harness.clock.elapse(1_999)
    expect(joins.map((call) => call.isAnswered)).toEqual([false, false, false, false])
    await harness.clock.elapse(1)
    expect(joins.map((call) => call.value.generationId)).toEqual([1, 1, 1, 1])
  })

  it('is not put off by newcomers of a start that is over', async () => {
    const harness = await Harness.start({ config: { groupInitialRebalanceDelayMs: 3_000 } })
    const joins = [1, 2].map(() => harness.join({ version: 3, rebalanceTimeoutMs: 3_000 }))
    await harness.clock.elapse(3_000)
    await harness.leave(...joins.map((call) => call.value.memberId ?? ''))
    const joined = harness.join({ version: 3 })
    await harness.clock.elapse(3_000)
    expect(joined.value.members).toHaveLength(1)
  })

  it('is not put off without newcomers', async () => {
    const harness = await Harness.start({ config: { groupInitialRebalanceDelayMs: 3_000 } })
    const joins = [harness.join({ version: 3 })]
    await harness.clock.elapse(1_000)
    joins.push(harness.join({ version: 3 }))
    await harness.clock.elapse(4_999)
    expect(joins.map((call) => call.isAnswered)).toEqual([false, false])
    await harness.clock.elapse(1)
    expect(joins.map((call) => call.value.generationId)).toEqual([1, 1])
  })
})

describe('a rebalance', () => {
  it('ends as soon as every member has rejoined, one generation on', async () => {
    const harness = await Harness.start()
    const { leader, followers, generationId } = await harness.stableGroup(2)
    const joins = [leader, ...followers].map((memberId) => harness.join({ memberId }))
    await settle()
    expect(joins.map((call) => call.value.generationId)).toEqual([generationId + 1, generationId + 1])
  })

  it('waits for a member that was given an id and has yet to join with it', async () => {
    const harness = await Harness.start()
    const { leader } = await harness.stableGroup(1)
    const { memberId = '' } = await harness.join().response
    const rejoined = harness.join({ memberId: leader })
    await settle()
    expect(rejoined.isAnswered).toBe(false)
    harness.join({ memberId })
    await settle()
    expect(rejoined.value.members).toHaveLength(2)
  })

  it('goes on without a member that never came back with its id, after its session time-out', async () => {
    const harness = await Harness.start()
    const { leader } = await harness.stableGroup(1)
    const { memberId } = await harness.join({ sessionTimeoutMs: 7_000 }).response
    const rejoined = harness.join({ memberId: leader })
    await harness.clock.elapse(6_999)
    expect(rejoined.isAnswered).toBe(false)
    await harness.clock.elapse(1)
    expect(rejoined.value).toMatchObject({ generationId: 2, members: [{ memberId: leader }] })
    expect((await harness.join({ memberId: memberId ?? '' }).response).errorCode).toBe(
      ErrorCode.UNKNOWN_MEMBER_ID,
    )
  })

  it('ends after the longest rebalance time-out without the dynamic members that are missing', async () => {
    const harness = await Harness.start()
    const { leader, followers } = await harness.stableGroup(2, {
      rebalanceTimeoutMs: 20_000,
      sessionTimeoutMs: 60_000,
    })
    const joined = harness.join({ memberId: leader, rebalanceTimeoutMs: 5_000, sessionTimeoutMs: 60_000 })
    await harness.clock.elapse(19_999)
    expect(joined.isAnswered).toBe(false)
    await harness.clock.elapse(1)
    expect(joined.value).toMatchObject({ generationId: 2, members: [{ memberId: leader }] })
    expect(await harness.heartbeat(followers[0] ?? '', 2)).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
  })

  it('has a new leader when the old one did not rejoin in time', async () => {
    const harness = await Harness.start()
    const { leader, followers } = await harness.stableGroup(2, {
      rebalanceTimeoutMs: 8_000,
      sessionTimeoutMs: 60_000,
    })
    const [follower = ''] = followers
    const joined = harness.join({ memberId: follower, protocols: ['range', 'x'], rebalanceTimeoutMs: 8_000 })
    await harness.clock.elapse(8_000)
    expect(joined.value).toMatchObject({ leader: follower, members: [{ memberId: follower }] })
    expect(await harness.heartbeat(leader, 2)).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
  })

  it('begins when the leader rejoins a stable group, whatever its metadata', async () => {
    const harness = await Harness.start()
    const { leader, followers, generationId } = await harness.stableGroup(2)
    harness.join({ memberId: leader })
    await settle()
    expect(await harness.heartbeat(followers[0] ?? '', generationId)).toBe(ErrorCode.REBALANCE_IN_PROGRESS)
  })

  it('does not begin when a follower rejoins with the metadata it had', async () => {
    const harness = await Harness.start()
    const { leader, followers, generationId } = await harness.stableGroup(2)
    const { generationId: answered, members } = await harness.join({ memberId: followers[0] ?? '' }).response
    expect([answered, members]).toEqual([generationId, []])
    expect(await harness.heartbeat(leader, generationId)).toBe(ErrorCode.NONE)
  })

  it('does not begin, and the session goes on, however often a follower rejoins unchanged', async () => {
    const harness = await Harness.start()
    const { leader, followers, generationId } = await harness.stableGroup(2)
    for (let beat = 0; beat < 3; beat++) {
      await harness.clock.elapse(9_000)
      await harness.heartbeat(leader, generationId)
      await harness.join({ memberId: followers[0] ?? '' }).response
    }
    expect(await harness.state()).toBe('Stable')
  })

  it('begins when a follower rejoins with other metadata, even if only the order of protocols differs', async () => {
    const harness = await Harness.start()
    const { followers } = await harness.stableGroup(2, { protocols: ['range', 'roundrobin'] })
    harness.join({ memberId: followers[0] ?? '', protocols: ['roundrobin', 'range'] })
    await settle()
    expect(await harness.state()).toBe('PreparingRebalance')
  })

  it('answers a lost JoinGroup again while the assignment is awaited', async () => {
    const harness = await Harness.start()
    const joins = [harness.join({ version: 3 }), harness.join({ version: 3 })]
    await harness.clock.elapse(0)
    const [leader = '', follower = ''] = joins.map((call) => call.value.memberId)
    const again = [leader, follower].map((memberId) => harness.join({ memberId }))
    await settle()
    expect(again.map((call) => call.value.generationId)).toEqual([1, 1])
    expect(again.map((call) => call.value.members?.length)).toEqual([2, 0])
    expect(await harness.state()).toBe('CompletingRebalance')
  })

  it('starts again when a member changes its metadata while the assignment is awaited', async () => {
    const harness = await Harness.start()
    const joins = [harness.join({ version: 3 }), harness.join({ version: 3 })]
    await harness.clock.elapse(0)
    const [leader = '', follower = ''] = joins.map((call) => call.value.memberId)
    const waiting = harness.sync(follower, 1)
    harness.join({ memberId: leader, protocols: ['range', 'x'] })
    await settle()
    expect(waiting.value.errorCode).toBe(ErrorCode.REBALANCE_IN_PROGRESS)
    expect(await harness.state()).toBe('PreparingRebalance')
  })

  it('makes the group empty when the last member goes, with a generation of its own', async () => {
    const harness = await Harness.start()
    const { leader } = await harness.stableGroup(1)
    await harness.leave(leader)
    expect(await harness.state()).toBe('Empty')
    const { memberId, joined } = await harness.enter()
    await harness.clock.elapse(0)
    expect([joined.value.generationId, joined.value.leader]).toEqual([3, memberId])
  })

  it('is none of the coordinator’s business when a subscribed topic grows: the leader rejoins by itself', async () => {
    const harness = await Harness.start()
    const { leader, generationId } = await harness.stableGroup(1)
    harness.addTopics({ more: 3 })
    await harness.clock.elapse(1_000)
    expect(await harness.heartbeat(leader, generationId)).toBe(ErrorCode.NONE)
  })
})

describe('a cooperative rebalance', () => {
  it('is two plain generations in which the broker keeps owned partitions and protocol order as they are', async () => {
    const harness = await Harness.start()
    const owning = (partitions: string) => [
      { name: 'cooperative-sticky', metadata: Buffer.from(`\x00\x01owned ${partitions}`) },
      { name: 'range', metadata: Buffer.from('\x00\x01') },
    ]
    const a = await harness.enter({ protocols: owning('none') })
    await harness.clock.elapse(0)
    harness.sync(a.memberId, 1, { [a.memberId]: '0,1,2,3' })
    const b = await harness.enter({ protocols: owning('none') })
    const first = harness.join({ memberId: a.memberId, protocols: owning('0,1,2,3') })
    await settle()
    expect(first.value.protocolName).toBe('cooperative-sticky')
    expect(first.value.members?.map(({ metadata }) => metadata)).toEqual([
      owning('0,1,2,3')[0]?.metadata,
      owning('none')[0]?.metadata,
    ])
    // Nothing moves yet: the first gives up two, and rejoins because of it.
    harness.sync(b.memberId, 2)
    harness.sync(a.memberId, 2, { [a.memberId]: '0,1', [b.memberId]: '' })
    await settle()
    const revoked = [
      harness.join({ memberId: a.memberId, protocols: owning('0,1') }),
      harness.join({ memberId: b.memberId, protocols: owning('') }),
    ]
    await settle()
    expect(revoked.map((call) => call.value.generationId)).toEqual([3, 3])
    const last = harness.sync(b.memberId, 3)
    harness.sync(a.memberId, 3, { [a.memberId]: '0,1', [b.memberId]: '2,3' })
    await settle()
    expect(last.value.assignment?.toString()).toBe('2,3')
  })
})

describe('members whose connection dies', () => {
  it('in JoinGroup before they know their id are forgotten after five minutes', async () => {
    const harness = await Harness.start()
    const { leader } = await harness.stableGroup(1, {
      sessionTimeoutMs: 600_000,
      rebalanceTimeoutMs: 600_000,
    })
    const lost = harness.join({ version: 3, sessionTimeoutMs: 10_000, rebalanceTimeoutMs: 600_000 })
    await harness.clock.elapse(5 * 60_000 - 1)
    expect(lost.isAnswered).toBe(false)
    await harness.clock.elapse(1)
    expect(lost.value).toMatchObject({ errorCode: ErrorCode.UNKNOWN_MEMBER_ID, memberId: '' })
    expect((await harness.describe()).members).toMatchObject([{ memberId: leader }])
  })

  it('in JoinGroup of a rebalance do not block it, and go one session after it', async () => {
    const harness = await Harness.start()
    const { leader, followers } = await harness.stableGroup(2, { sessionTimeoutMs: 10_000 })
    const [dead = ''] = followers
    harness.join({ memberId: dead, protocols: ['range', 'x'] })
    const joined = harness.join({ memberId: leader, protocols: ['range', 'x'] })
    await settle()
    expect(joined.value.members).toHaveLength(2)
    harness.sync(leader, 2, { [leader]: 'all', [dead]: 'lost' })
    await harness.clock.elapse(5_000)
    await harness.heartbeat(leader, 2)
    await harness.clock.elapse(5_000)
    expect(await harness.heartbeat(leader, 2)).toBe(ErrorCode.REBALANCE_IN_PROGRESS)
    expect((await harness.describe()).members).toMatchObject([{ memberId: leader }])
  })

  it('while they wait in JoinGroup owe no heartbeat', async () => {
    const harness = await Harness.start()
    const { leader, followers } = await harness.stableGroup(2, { sessionTimeoutMs: 10_000 })
    const waiting = harness.join({ memberId: leader, sessionTimeoutMs: 10_000 })
    for (let beat = 0; beat < 5; beat++) {
      await harness.clock.elapse(8_000)
      await harness.heartbeat(followers[0] ?? '', 1)
    }
    expect(waiting.isAnswered).toBe(false)
    harness.join({ memberId: followers[0] ?? '' })
    await settle()
    expect(waiting.value.members).toHaveLength(2)
  })
})

describe('members that never ask for their assignment', () => {
  it('are removed one rebalance time-out after the generation began', async () => {
    const harness = await Harness.start()
    const joins = [1, 2].map(() =>
      harness.join({ version: 3, sessionTimeoutMs: 60_000, rebalanceTimeoutMs: 9_000 }),
    )
    await harness.clock.elapse(0)
    const [leader = '', silent = ''] = joins.map((call) => call.value.memberId)
    harness.sync(leader, 1, { [leader]: 'a', [silent]: 'b' })
    await harness.clock.elapse(8_999)
    expect(await harness.state()).toBe('Stable')
    await harness.clock.elapse(1)
    expect(await harness.state()).toBe('PreparingRebalance')
    expect((await harness.describe()).members).toMatchObject([{ memberId: leader }])
  })

  it('are replaced even if the leader is one, and those who wait are sent to rejoin', async () => {
    const harness = await Harness.start()
    const joins = [1, 2].map(() =>
      harness.join({ version: 3, sessionTimeoutMs: 60_000, rebalanceTimeoutMs: 9_000 }),
    )
    await harness.clock.elapse(0)
    const waiting = harness.sync(joins[1]?.value.memberId ?? '', 1)
    await harness.clock.elapse(9_000)
    expect(waiting.value.errorCode).toBe(ErrorCode.REBALANCE_IN_PROGRESS)
    const rejoined = harness.join({ memberId: joins[1]?.value.memberId ?? '' })
    await settle()
    expect(rejoined.value).toMatchObject({ generationId: 2, leader: joins[1]?.value.memberId })
  })

  it('are not removed while they may still rejoin, the generation being over', async () => {
    const harness = await Harness.start()
    const options = { version: 3, sessionTimeoutMs: 60_000, rebalanceTimeoutMs: 9_000 }
    const joins = [1, 2].map(() => harness.join(options))
    await harness.clock.elapse(0)
    const [leader = '', silent = ''] = joins.map((call) => call.value.memberId)
    await harness.sync(leader, 1, {}).response
    await harness.clock.elapse(5_000)
    const rejoined = harness.join({ ...options, memberId: leader })
    await harness.clock.elapse(5_000)
    expect(rejoined.isAnswered).toBe(false)
    harness.join({ ...options, memberId: silent })
    await settle()
    expect(rejoined.value.members).toHaveLength(2)
  })

  it('are not removed by the timer of a generation that is over', async () => {
    const harness = await Harness.start()
    const options = { sessionTimeoutMs: 60_000, rebalanceTimeoutMs: 9_000 }
    const { memberIds } = await harness.stableGroup(2, options)
    await harness.clock.elapse(60_000 - 1)
    expect((await harness.describe()).members).toHaveLength(memberIds.length)
  })
})
