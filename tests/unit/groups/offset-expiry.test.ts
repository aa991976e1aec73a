import { describe, expect, it } from 'vitest'

import { settle } from '../fake-clock.ts'
import { Harness } from './harness.ts'

const MINUTE_MS = 60_000
const RETENTION_MS = 10 * MINUTE_MS
const config = { offsetsRetentionMinutes: 10, offsetsRetentionCheckIntervalMs: MINUTE_MS }

/** Keeps the one member of a group alive for a while. */
async function beat(
  harness: Harness,
  memberId: string,
  generationId: number,
  durationMs: number,
): Promise<void> {
  for (let passedMs = 0; passedMs < durationMs; passedMs += MINUTE_MS) {
    await harness.heartbeat(memberId, generationId)
    await harness.clock.elapse(MINUTE_MS)
  }
}

describe('offset expiry (KIP-211)', () => {
  it('of a group without members ever counts from each commit, and takes the group with the last', async () => {
    const harness = await Harness.start({ config })
    await harness.commit(1)
    await harness.clock.elapse(5 * MINUTE_MS)
    await harness.commit(2, { partition: 1 })
    await harness.clock.elapse(5 * MINUTE_MS - 1)
    expect(await harness.offsets()).toEqual({ 't-0': 1, 't-1': 2 })
    await harness.clock.elapse(1)
    expect(await harness.offsets()).toEqual({ 't-1': 2 })
    await harness.clock.elapse(5 * MINUTE_MS)
    expect(await harness.state()).toBe('Dead')
  })

  it('of a group that became empty counts from then, not from the commits', async () => {
    const harness = await Harness.start({ config })
    const { leader: memberId, generationId } = await harness.stableGroup(1, {
      sessionTimeoutMs: 3 * MINUTE_MS,
    })
    await harness.commit(1, { memberId, generationId })
    await beat(harness, memberId, generationId, 20 * MINUTE_MS)
    await harness.leave(memberId)
    await harness.clock.elapse(RETENTION_MS - 1)
    expect(await harness.offsets()).toEqual({ 't-0': 1 })
    await harness.clock.elapse(1)
    expect(await harness.offsets()).toEqual({})
    expect(await harness.state()).toBe('Dead')
  })

  it('of a group that became empty still counts from then after a reload', async () => {
    const harness = await Harness.start({ config })
    const { leader: memberId, generationId } = await harness.stableGroup(1, {
      sessionTimeoutMs: 3 * MINUTE_MS,
    })
    await harness.commit(1, { memberId, generationId })
    await beat(harness, memberId, generationId, 20 * MINUTE_MS)
    await harness.leave(memberId)
    await harness.failOver()
    await harness.clock.elapse(RETENTION_MS - MINUTE_MS)
    expect(await harness.offsets()).toEqual({ 't-0': 1 })
    await harness.clock.elapse(MINUTE_MS)
    expect(await harness.offsets()).toEqual({})
  })

  it('of a stable group of consumers takes only topics nobody subscribes to', async () => {
    const harness = await Harness.start({ config })
    const options = { topics: ['t'], sessionTimeoutMs: 3 * MINUTE_MS }
    const { leader: memberId, generationId } = await harness.stableGroup(1, options)
    await harness.commit(1, { memberId, generationId })
    await harness.commit(2, { memberId, generationId, topic: 'u' })
    await beat(harness, memberId, generationId, RETENTION_MS)
    expect(await harness.offsets()).toEqual({ 't-0': 1 })
  })

  it('of a group of other than consumers waits until it is empty', async () => {
    const harness = await Harness.start({ config })
    const options = { protocolType: 'connect', sessionTimeoutMs: 3 * MINUTE_MS }
    const { leader: memberId, generationId } = await harness.stableGroup(1, options)
    await harness.commit(1, { memberId, generationId })
    await beat(harness, memberId, generationId, 2 * RETENTION_MS)
    expect(await harness.offsets()).toEqual({ 't-0': 1 })
  })

  it('goes by the commit’s own retention where it has one (v2-v4)', async () => {
    const harness = await Harness.start({ config })
    await harness.commit(1, { version: 4, retentionTimeMs: 2 * MINUTE_MS })
    await harness.commit(2, { version: 4, retentionTimeMs: 60 * MINUTE_MS, partition: 1 })
    await harness.failOver()
    await harness.clock.elapse(2 * MINUTE_MS)
    expect(await harness.offsets()).toEqual({ 't-1': 2 })
    await harness.clock.elapse(2 * RETENTION_MS)
    expect(await harness.offsets()).toEqual({ 't-1': 2 })
  })

  it('is in the log: a new coordinator does not have the offsets either', async () => {
    const harness = await Harness.start({ config })
    await harness.commit(1)
    await harness.clock.elapse(RETENTION_MS)
    await harness.failOver()
    expect(await harness.offsets()).toEqual({})
    expect(await harness.state()).toBe('Dead')
  })

  it('takes an empty group without offsets, but not one somebody was just given an id for', async () => {
    const harness = await Harness.start({ config })
    await harness.clock.elapse(MINUTE_MS - 1_000)
    const { memberId = '' } = await harness.join().response
    await harness.clock.elapse(1_000)
    const joined = harness.join({ memberId })
    await harness.clock.elapse(0)
    expect(joined.value.errorCode).toBe(0)
    await harness.clock.elapse(2 * MINUTE_MS)
    await settle()
    expect(await harness.state()).toBe('Dead')
  })
})
