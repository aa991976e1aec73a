/** The chaos runs prove only as much as their judge can find: each of its verdicts fails for what it is there for. */
import { expect, test } from 'vitest'
import { Sightings } from './lanes.ts'
import { verdictOnLog, verdictOnReading, verdictOnReplicas } from './verdict.ts'

const log = (...values: number[]) =>
  new Map(values.map((value, offset): [string, string] => [`0/${offset}`, String(value)]))

const sent = (acknowledged: number[], uncertain: number[] = []) => [{ acknowledged, uncertain }]

test('what was acknowledged is there once and in order; what was uncertain may be there or not', () => {
  expect(verdictOnLog(sent([0, 1, 3], [2, 4]), log(0, 1, 2, 3))).toEqual([])
})

test.each([
  ['lost', sent([0, 1, 2]), log(0, 2), ['lost: 1 in 0']],
  ['lost at the end', sent([0, 1]), log(0), ['lost: 1 in 0']],
  ['all lost', sent([0, 1]), log(), ['lost: 0 in 0', 'lost: 1 in 0']],
  ['duplicated', sent([0, 1, 2]), log(0, 1, 1, 2), ['duplicated: 1 in 0']],
  ['duplicated, far apart', sent([0, 1]), log(0, 1, 0), ['duplicated: 0 in 0', 'out of order: 0 in 0']],
  ['duplicated without an answer', sent([0], [1]), log(0, 1, 1), ['duplicated: 1 in 0']],
  ['out of order', sent([0, 1, 2]), log(0, 2, 1), ['out of order: 1 in 0']],
  ['out of order without an answer', sent([0, 2], [1]), log(0, 2, 1), ['out of order: 1 in 0']],
  ['never sent', sent([0]), log(0, 7), ['never sent: 7 to 0']],
  ['no number', sent([0]), new Map([['0/0', 'zero']]), ['lost: 0 in 0', 'never sent: NaN to 0']],
])('%s', (_what, lanes, stored, verdict) => {
  expect(verdictOnLog(lanes, stored)).toEqual(verdict)
})

test('each partition is judged by its own producer, and by offset, however the log was gathered', () => {
  const lanes = [...sent([0, 1]), ...sent([0])]
  const stored = [
    ['1/0', '0'],
    ['0/10', '1'],
    ['0/9', '0'],
  ] as const
  expect(verdictOnLog(lanes, new Map(stored))).toEqual([])
  expect(verdictOnLog(lanes, new Map(stored.slice(1)))).toEqual(['lost: 0 in 1'])
})

test('what was read and is not there was read above the high watermark', () => {
  expect(verdictOnReading(log(0, 1), log(0, 1))).toEqual([])
  expect(verdictOnReading(log(0, 1, 2), log(0, 1))).toEqual(['read above the high watermark: 2 at 0/2'])
  expect(verdictOnReading(log(0, 2), log(0, 1))).toEqual(['read above the high watermark: 2 at 0/1'])
})

test('what is there and was never read is missed', () => {
  expect(verdictOnReading(log(0), log(0, 1))).toEqual(['never read: 1 at 0/1'])
})

test('two values at one place contradict each other, whoever read them', () => {
  const sightings = new Sightings()
  sightings.saw('one', 0, 5, 'a')
  sightings.saw('other', 0, 5, 'a')
  expect(sightings.contradictions).toEqual([])
  sightings.saw('other', 0, 5, 'b')
  expect(sightings.contradictions).toEqual(['other read b at 0/5, where a was read before'])
})

test.each([
  ['differ', [['a'], ['a'], ['b']], ['replicas differ: broker 3 has "b", 1 "a"']],
  ['of the first', [['b'], ['a'], ['a']], 2],
  ['lack a partition', [['a', 'b'], ['a', 'b'], ['a']], ['replicas differ: broker 3 has "undefined", 1 "b"']],
  ['have one too many', [['a'], ['a', 'b'], ['a']], ['replicas differ: broker 2 has "b", 1 "undefined"']],
  ['are empty', [[], [], []], ['broker 1 stores nothing']],
  ['are not there', [], ['no replicas were found']],
  ['are the same', [['a'], ['a'], ['a']], []],
])('replicas %s', (_what, digests, verdict) => {
  const replicas = new Map(digests.map((each, index) => [index + 1, each]))
  const found = verdictOnReplicas(replicas)
  expect(typeof verdict === 'number' ? found.length : found).toEqual(verdict)
})
