import { expect, test } from 'vitest'
import { targetOf } from '../../../../src/renderer/features/group/reset-target.ts'

test.each([
  ['earliest', 'whatever', { to: 'earliest' }],
  ['latest', '', { to: 'latest' }],
  ['offset', '42', { to: 'offset', offset: 42 }],
  ['offset', '-1', null],
  ['offset', '', null],
  ['offset', '1.5', null],
  ['offset', '9007199254740993', null],
  ['shift', '-100', { to: 'shift', by: -100 }],
  ['shift', 'ten', null],
  ['timestamp', '1970-01-01T00:00:01Z', { to: 'timestamp', timestampMs: 1_000 }],
  ['timestamp', 'yesterday', null],
] as const)('%s with "%s"', (kind, typed, target) => {
  expect(targetOf(kind, typed)).toEqual(target)
})
