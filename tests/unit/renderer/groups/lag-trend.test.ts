import { expect, test } from 'vitest'
import { trendOf, withPoint } from '../../../../src/renderer/features/groups/lag-trend.ts'
import type { LagPoint } from '../../../../src/renderer/features/groups/lag-trend.ts'

/** One look a second. */
const looks = (...lags: number[]): LagPoint[] => lags.map((lag, second) => ({ atMs: second * 1_000, lag }))

test.each([
  ['none', [], 'steady'],
  ['a single look', [5], 'steady'],
  ['more than before', [1, 2, 9], 'growing'],
  ['less than before', [9, 2, 1], 'shrinking'],
  ['the same again after a bump', [3, 8, 3], 'steady'],
  ['what grew long ago and stands since', [0, 100, 100, 100, 100, 100, 100, 100], 'steady'],
] as const)('%s is a trend of its last seconds', (_what, lags, trend) => {
  expect(trendOf(looks(...lags))).toBe(trend)
})

test('ten minutes are kept, the oldest goes first', () => {
  const points = looks(...Array.from({ length: 601 }, (_, lag) => lag)).reduce<readonly LagPoint[]>(
    withPoint,
    [],
  )
  expect(points).toHaveLength(600)
  expect(points[0]?.lag).toBe(1)
  expect(points.at(-1)?.lag).toBe(600)
})
