import { expect, it } from 'vitest'
import { topicsLocation } from '../../../../src/renderer/features/topics/locations.ts'
import { rowsOf } from '../../../../src/renderer/features/topics/topic-rows.ts'
import { selectionOf } from '../../../../src/renderer/features/topics/topic-selection.ts'
import type { TopicSelection } from '../../../../src/renderer/features/topics/topic-selection.ts'
import type { TopicSummary } from '../../../../src/shared/ipc/topics.ts'

const topic = (name: string, changed: Partial<TopicSummary> = {}): TopicSummary => ({
  name,
  isInternal: false,
  partitions: 1,
  replicationFactor: 3,
  underReplicated: 0,
  offline: 0,
  belowMinIsr: 0,
  leaders: [1],
  replicaBrokers: [1, 2, 3],
  ...changed,
})
const topics = [
  topic('well'),
  topic('behind', { underReplicated: 2 }),
  topic('refusing', { underReplicated: 1, belowMinIsr: 1 }),
  topic('dead', { offline: 1, leaders: [], replicaBrokers: [2] }),
  topic('untold', { belowMinIsr: null }),
]
const shown = (selection: TopicSelection | null) =>
  rowsOf(
    topics,
    { text: '', showInternal: true, sorting: { column: 'name', descending: false }, selection },
    [],
    new Map(),
  ).map(({ name }) => name)

it.each([
  [{ only: 'underReplicated' }, ['behind', 'refusing']],
  [{ only: 'belowMinIsr' }, ['refusing']],
  [{ only: 'offline' }, ['dead']],
  [{ only: 'ledBy', broker: 1 }, ['behind', 'refusing', 'untold', 'well']],
  [{ only: 'replicaOn', broker: 2 }, ['behind', 'dead', 'refusing', 'untold', 'well']],
  [null, ['behind', 'dead', 'refusing', 'untold', 'well']],
] as const)('narrowed to %j the list has %j', (selection, names) => {
  expect(shown(selection)).toEqual(names)
})

it('survives its way through a location', () => {
  const selections: TopicSelection[] = [{ only: 'offline' }, { only: 'ledBy', broker: 2 }]
  for (const selection of selections) {
    const { only, broker } = topicsLocation('a', { selection }).params as { only: string; broker?: number }
    expect(selectionOf(only, broker)).toEqual(selection)
  }
})

it('is none where a location names none, or half of one', () => {
  expect(selectionOf(undefined, undefined)).toBeNull()
  expect(selectionOf('ledBy', undefined)).toBeNull()
  expect(selectionOf('of-a-later-version', 1)).toBeNull()
})

it('the plain list is the same place as the rail’s', () => {
  expect(topicsLocation('a')).toEqual({ feature: 'topics', cluster: 'a' })
})
