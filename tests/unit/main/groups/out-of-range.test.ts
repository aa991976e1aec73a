import { expect, test } from 'vitest'
import { lagOf, outOfRange } from '../../../../src/main/sessions/groups/group-sampler.ts'

test.each([
  ['in the middle of the log', 5, 2, 9, null, 4],
  ['at the start', 2, 2, 9, null, 7],
  ['at the end', 9, 2, 9, null, 0],
  ['before the start, where records were deleted', 1, 2, 9, 'beforeStart', 8],
  ['past the end, as in a topic made anew', 10, 2, 9, 'pastEnd', null],
  ['in a log that nobody knows', 5, undefined, undefined, null, null],
  ['nowhere', undefined, 2, 9, null, null],
] as const)('an offset %s', (_where, committed, start, end, range, lag) => {
  expect([outOfRange(committed, start, end), lagOf(committed, end)]).toEqual([range, lag])
})
