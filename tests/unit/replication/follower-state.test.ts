import { describe, expect, test } from 'vitest'
import { FollowerState } from '../../../src/broker/replication/follower-state.ts'

const LAG_MS = 30_000

function fetch(fetchOffset: number, leaderEndOffset: number, nowMs: number) {
  return { fetchOffset, leaderEndOffset, nowMs, logStartOffset: 0, brokerEpoch: 1 }
}

describe('§3.2 ISR shrink: what counts as caught up', () => {
  test('a follower at the leader’s end is caught up, however long ago it fetched', () => {
    const follower = new FollowerState(2)
    follower.recordFetch(fetch(10, 10, 0))
    expect(follower.isCaughtUp(10, 1_000_000, LAG_MS)).toBe(true)
  })

  test('a follower that has never fetched is not', () => {
    expect(new FollowerState(2).isCaughtUp(0, 0, LAG_MS)).toBe(false)
  })

  test('a follower that stopped at the end is caught up for replica.lag.time.max.ms, and not a millisecond longer', () => {
    const follower = new FollowerState(2)
    follower.recordFetch(fetch(10, 10, 1_000))
    expect(follower.isCaughtUp(11, 1_000 + LAG_MS, LAG_MS)).toBe(true)
    expect(follower.isCaughtUp(11, 1_001 + LAG_MS, LAG_MS)).toBe(false)
  })

  test('one that always lags by what came in since its last fetch is caught up as of that fetch', () => {
    const follower = new FollowerState(2)
    follower.recordFetch(fetch(10, 20, 1_000))
    follower.recordFetch(fetch(20, 30, 2_000))
    expect(follower.lastCaughtUpTimeMs).toBe(1_000)
    follower.recordFetch(fetch(30, 40, 3_000))
    expect(follower.lastCaughtUpTimeMs).toBe(2_000)
  })

  test('one that falls further behind with every fetch is not', () => {
    const follower = new FollowerState(2)
    follower.recordFetch(fetch(10, 20, 1_000))
    follower.recordFetch(fetch(15, 40, 2_000))
    expect(follower.lastCaughtUpTimeMs).toBe(Number.NEGATIVE_INFINITY)
  })
})

describe('a new leader epoch', () => {
  test('gives a member of the ISR the whole lag time', () => {
    const follower = new FollowerState(2)
    follower.reset({ nowMs: 5_000, leaderEndOffset: 10, isNewLeader: true, isInSync: true })
    expect(follower.isCaughtUp(10, 5_000 + LAG_MS, LAG_MS)).toBe(true)
    expect(follower.isCaughtUp(10, 5_001 + LAG_MS, LAG_MS)).toBe(false)
  })

  test('gives anyone else nothing', () => {
    const follower = new FollowerState(2)
    follower.recordFetch(fetch(9, 9, 4_999))
    follower.reset({ nowMs: 5_000, leaderEndOffset: 10, isNewLeader: false, isInSync: false })
    expect(follower.isCaughtUp(10, 5_000, LAG_MS)).toBe(false)
  })

  test('forgets what an earlier term knew, unless the same leader goes on', () => {
    const follower = new FollowerState(2)
    follower.recordFetch(fetch(9, 9, 4_999))
    follower.reset({ nowMs: 5_000, leaderEndOffset: 10, isNewLeader: false, isInSync: true })
    expect(follower.logEndOffset).toBe(9)
    follower.reset({ nowMs: 5_000, leaderEndOffset: 10, isNewLeader: true, isInSync: true })
    expect(follower.logEndOffset).toBe(-1)
  })
})
