import { expect, test } from 'vitest'
import { causes } from '../../../../src/broker/controller/causes.ts'
import { CATEGORIES, KINDS, categoryOf } from '../../../../src/renderer/features/history/kinds.ts'
import { historyCsv } from '../../../../src/renderer/features/history/export-history.ts'
import { history as en } from '../../../../src/renderer/locales/en/history.ts'
import { history as ko } from '../../../../src/renderer/locales/ko/history.ts'

const kinds = CATEGORIES.flatMap((category) => KINDS[category]).sort()

test.each([
  ['English', en],
  ['Korean', ko],
])('every kind that can be filtered by has a word in %s', (_language, words) => {
  expect(Object.keys(words.kinds).sort()).toEqual(kinds)
})

/** As `reported` makes them: the one cause that depends on what changed. */
const reported = (['isr-shrunk', 'isr-expanded', 'isr-changed', 'leader-epoch-bumped'] as const).map((kind) =>
  causes.reported(1, 30_000)({ kind, brokerId: 1, details: {} }),
)
const told = [
  causes.brokerDied(1),
  causes.sessionExpired(1, 9_000),
  causes.brokerStarted(1),
  causes.brokerReady(1),
  causes.brokerShuttingDown(1),
  causes.logDirOffline(1),
  causes.leaseTaken(1),
  causes.leaseLost('it was stopped'),
  causes.controllerBegins,
  causes.autoRebalance,
  causes.uncleanSweep,
  causes.configChanged('min.insync.replicas'),
  causes.election(0),
  causes.election(1),
  causes.requested('CreateTopics'),
  ...reported,
]

test.each(told.map((cause) => [cause.kind, cause] as const))(
  'the cause %s has a sentence in both languages, made of its own values',
  (kind, { values }) => {
    for (const words of [en, ko]) {
      const sentence = words.causes[kind]
      expect(sentence).toMatch(/\.$/u)
      const needed = [...sentence.matchAll(/\{(\w+)\}/gu)].map(([, name]) => name)
      expect(Object.keys(values)).toEqual(expect.arrayContaining(needed))
    }
  },
)

test('a kind of a newer engine belongs to no category', () => {
  expect(categoryOf('moon-landed')).toBeNull()
})

test('a table quotes what has commas and quotes in it, and has a field for what a partition was', () => {
  const state = { leader: 2, leaderEpoch: 1, partitionEpoch: 1, replicas: [1, 2], isr: [2] }
  const csv = historyCsv([
    {
      seq: 7,
      atMs: Date.UTC(2026, 0, 31, 9, 5, 7, 123),
      brokerId: 2,
      kind: 'leader-elected',
      cause: 'it said "no", and died',
      details: { topic: 'a,b', partition: 0, ...state, before: { ...state, leader: 1, isr: [1, 2] } },
    },
  ])
  const [, row] = csv.split('\r\n')
  expect(row).toMatch(
    /^2026-01-31T09:05:07\.123Z,7,leader-elected,2,"a,b",0,,1,2,1,1 2,2,1 2,"it said ""no"", and died",/u,
  )
})
