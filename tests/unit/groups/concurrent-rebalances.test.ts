/** What clients are told when a rebalance overtakes them: 27 to rejoin, 22 for a generation gone, 25 for who is out. */
import { describe, expect, it } from 'vitest'

import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import { settle } from '../fake-clock.ts'
import { Harness } from './harness.ts'

const { REBALANCE_IN_PROGRESS, ILLEGAL_GENERATION, UNKNOWN_MEMBER_ID } = ErrorCode

/** Heartbeat, SyncGroup and OffsetCommit of one member. */
async function ask(harness: Harness, memberId: string, generationId: number): Promise<number[]> {
  const sync = harness.sync(memberId, generationId)
  await settle()
  return [
    await harness.heartbeat(memberId, generationId),
    sync.value.errorCode ?? 0,
    await harness.commit(1, { memberId, generationId }),
  ]
}

describe('a member that a rebalance overtakes', () => {
  it('is told REBALANCE_IN_PROGRESS at its generation, and may still commit what it read', async () => {
    const harness = await Harness.start()
    const { memberIds, generationId } = await harness.stableGroup(2)
    harness.join({ memberId: memberIds[0] ?? '', protocols: ['range', 'roundrobin'] })
    await settle()
    expect(await ask(harness, memberIds[1] ?? '', generationId)).toEqual([
      REBALANCE_IN_PROGRESS,
      REBALANCE_IN_PROGRESS,
      ErrorCode.NONE,
    ])
  })

  it('is told ILLEGAL_GENERATION once it has joined the next one and still speaks of the old', async () => {
    const harness = await Harness.start()
    const { memberIds, generationId } = await harness.stableGroup(2)
    for (const memberId of memberIds) harness.join({ memberId, protocols: ['range', 'roundrobin'] })
    await settle()
    expect(await ask(harness, memberIds[1] ?? '', generationId)).toEqual([
      ILLEGAL_GENERATION,
      ILLEGAL_GENERATION,
      ILLEGAL_GENERATION,
    ])
  })

  it('is told UNKNOWN_MEMBER_ID once the rebalance went on without it', async () => {
    const harness = await Harness.start()
    const { leader, followers, generationId } = await harness.stableGroup(2, { rebalanceTimeoutMs: 5_000 })
    harness.join({ memberId: leader, rebalanceTimeoutMs: 5_000 })
    await harness.clock.elapse(5_000)
    expect(await ask(harness, followers[0] ?? '', generationId)).toEqual([
      UNKNOWN_MEMBER_ID,
      UNKNOWN_MEMBER_ID,
      UNKNOWN_MEMBER_ID,
    ])
    expect(await harness.state()).toBe('CompletingRebalance')
  })

  it('is told REBALANCE_IN_PROGRESS by a commit alone while the assignment is awaited', async () => {
    const harness = await Harness.start()
    const { memberIds, generationId, followers } = await harness.stableGroup(2)
    for (const memberId of memberIds) harness.join({ memberId, protocols: ['range', 'roundrobin'] })
    await settle()
    const [memberId = ''] = followers
    expect(await harness.heartbeat(memberId, generationId + 1)).toBe(ErrorCode.NONE)
    expect(await harness.commit(1, { memberId, generationId: generationId + 1 })).toBe(REBALANCE_IN_PROGRESS)
  })
})

describe('a coordinator that goes in the middle of a rebalance', () => {
  it('leaves the generation before, in which the group goes on or rebalances again', async () => {
    const harness = await Harness.start()
    const { memberIds, generationId } = await harness.stableGroup(3)
    const [first = '', ...others] = memberIds
    const waiting = harness.join({ memberId: first, protocols: ['range', 'roundrobin'] })
    await settle()
    await harness.failOver()
    expect(waiting.value.errorCode).toBe(ErrorCode.NOT_COORDINATOR)
    expect(await harness.state()).toBe('Stable')
    for (const memberId of others)
      expect(await harness.heartbeat(memberId, generationId)).toBe(ErrorCode.NONE)
    const joins = memberIds.map((memberId) => harness.join({ memberId, protocols: ['range', 'roundrobin'] }))
    await settle()
    const next = await harness.finish(memberIds, joins)
    expect(next.generationId).toBe(generationId + 1)
    expect(await harness.state()).toBe('Stable')
  })

  it('between join and sync leaves the generation before, too', async () => {
    const harness = await Harness.start()
    const { memberIds, generationId } = await harness.stableGroup(2)
    for (const memberId of memberIds) harness.join({ memberId, protocols: ['range', 'roundrobin'] })
    await settle()
    const waiting = harness.sync(memberIds[1] ?? '', generationId + 1)
    await settle()
    await harness.failOver()
    expect(waiting.isAnswered).toBe(true)
    expect(await harness.heartbeat(memberIds[1] ?? '', generationId + 1)).toBe(ILLEGAL_GENERATION)
    expect(await harness.heartbeat(memberIds[1] ?? '', generationId)).toBe(ErrorCode.NONE)
  })
})
