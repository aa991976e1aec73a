import { expect, test } from 'vitest'
import { CaughtUp } from '../../../src/main/sessions/board/caught-up.ts'

const KEY = 'orders/0/2'

test('a follower that has all its leader had is not behind', () => {
  const looks = new CaughtUp()
  expect(looks.look(KEY, { atMs: 0, leaderEnd: 10, end: 10 })).toEqual({ behindMs: 0, isAtLeast: false })
})

test('one that has what its leader had at the look before had caught up by then, as busy followers do', () => {
  const looks = new CaughtUp()
  looks.look(KEY, { atMs: 1_000, leaderEnd: 10, end: 10 })
  expect(looks.look(KEY, { atMs: 2_000, leaderEnd: 30, end: 20 })?.behindMs).toBe(1_000)
  expect(looks.look(KEY, { atMs: 3_000, leaderEnd: 50, end: 30 })?.behindMs).toBe(1_000)
  expect(looks.look(KEY, { atMs: 4_000, leaderEnd: 70, end: 49 })?.behindMs).toBe(2_000)
})

test('one that was behind when it was first looked at is so for at least as long as it is watched', () => {
  const looks = new CaughtUp()
  expect(looks.look(KEY, { atMs: 1_000, leaderEnd: 10, end: 5 })).toEqual({ behindMs: 0, isAtLeast: true })
  expect(looks.look(KEY, { atMs: 4_000, leaderEnd: 10, end: 5 })).toEqual({
    behindMs: 3_000,
    isAtLeast: true,
  })
})

test('one that tells nothing any more is behind since it last had all', () => {
  const looks = new CaughtUp()
  looks.look(KEY, { atMs: 1_000, leaderEnd: 10, end: 10 })
  expect(looks.look(KEY, { atMs: 6_000, leaderEnd: 90, end: null })).toEqual({
    behindMs: 5_000,
    isAtLeast: false,
  })
})

test('of one that never told anything, nothing is said', () => {
  expect(new CaughtUp().look(KEY, { atMs: 1_000, leaderEnd: 10, end: null })).toBeNull()
})

test('replicas are told apart', () => {
  const looks = new CaughtUp()
  looks.look('orders/0/2', { atMs: 1_000, leaderEnd: 10, end: 10 })
  expect(looks.look('orders/0/3', { atMs: 5_000, leaderEnd: 10, end: 4 })?.behindMs).toBe(0)
})
