import { expect, test } from 'vitest'
import { lagPoints } from '../../../../src/renderer/features/group/lag-points.ts'

const at = (atMs: number, lag: number | null) => ({ atMs, lag })

test('a group that was just made has a line as soon as it was looked at twice', () => {
  expect(lagPoints([], [at(1_000, 5)], at(2_000, 7))).toEqual([at(1_000, 5), at(2_000, 7)])
})

test('before the page was opened there is what the session kept, gaps included', () => {
  const kept = [at(100, 3), at(499, null), at(500, 4)]
  expect(lagPoints(kept, [at(1_000, 5)], at(2_000, 7))).toEqual([...kept, at(1_000, 5), at(2_000, 7)])
})

test('the gap with which the session begins is none where this page has looked', () => {
  const kept = [at(1_499, null), at(1_500, 6)]
  expect(lagPoints(kept, [at(1_000, 5)], at(2_000, 7))).toEqual([at(1_000, 5), at(1_500, 6), at(2_000, 7)])
})

test('nothing lies behind the newest look, and no moment is there twice', () => {
  const seen = [at(1_000, 5), at(2_000, 7)]
  expect(lagPoints([at(1_000, 5), at(2_500, 9)], seen, at(2_000, 7))).toEqual(seen)
})
