import type { TopicSummary } from '../../../shared/ipc/topics.ts'
import type { Sorting } from '../../components/sorting.ts'
import type { TopicSelection } from './topic-selection.ts'
import { isSelected } from './topic-selection.ts'

export type TopicColumn = 'name' | 'health' | 'partitions' | 'replicationFactor' | 'records'

export interface TopicFilter {
  text: string
  showInternal: boolean
  sorting: Sorting<TopicColumn>
  selection?: TopicSelection | null
}

/** Topics to show: pinned ones on top, within each part in the asked order, equal ones by name. */
export function rowsOf(
  topics: readonly TopicSummary[],
  { text, showInternal, sorting, selection = null }: TopicFilter,
  pins: readonly string[],
  records: ReadonlyMap<string, number | null>,
): TopicSummary[] {
  const wanted = text.trim().toLowerCase()
  const pinned = new Set(pins)
  const direction = sorting.descending ? -1 : 1
  return topics
    .filter(({ isInternal, name }) => (showInternal || !isInternal) && name.toLowerCase().includes(wanted))
    .filter((topic) => isSelected(topic, selection))
    .sort(
      (one, other) =>
        Number(pinned.has(other.name)) - Number(pinned.has(one.name)) ||
        direction * compare(one, other, sorting.column, records) ||
        byName(one, other),
    )
}

function compare(
  one: TopicSummary,
  other: TopicSummary,
  column: TopicColumn,
  records: ReadonlyMap<string, number | null>,
): number {
  switch (column) {
    case 'name':
      return byName(one, other)
    case 'health':
      return (
        one.offline - other.offline ||
        (one.belowMinIsr ?? 0) - (other.belowMinIsr ?? 0) ||
        one.underReplicated - other.underReplicated
      )
    case 'records':
      return (records.get(one.name) ?? -1) - (records.get(other.name) ?? -1)
    default:
      return one[column] - other[column]
  }
}

/** Numbers within names by their value: `events-9` before `events-10`. */
const names = new Intl.Collator('en', { numeric: true })

function byName(one: TopicSummary, other: TopicSummary): number {
  return names.compare(one.name, other.name)
}
