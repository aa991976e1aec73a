import type { GroupFigures, GroupSummary } from '../../../shared/ipc/groups.ts'
import type { Sorting } from '../../components/sorting.ts'

export type GroupColumn = 'groupId' | 'state' | 'type' | 'members' | 'topics' | 'lag'

/** Groups to show, in the asked order, equal ones by name. A group whose figures are unknown counts as the least. */
export function groupRows(
  groups: readonly GroupSummary[],
  text: string,
  { column, descending }: Sorting<GroupColumn>,
  figures: ReadonlyMap<string, GroupFigures>,
): GroupSummary[] {
  const wanted = text.trim().toLowerCase()
  const direction = descending ? -1 : 1
  return groups
    .filter(({ groupId }) => groupId.toLowerCase().includes(wanted))
    .sort((one, other) => direction * compare(one, other, column, figures) || byName(one, other))
}

function compare(
  one: GroupSummary,
  other: GroupSummary,
  column: GroupColumn,
  figures: ReadonlyMap<string, GroupFigures>,
): number {
  if (column === 'groupId') return byName(one, other)
  if (column === 'type') return (one.groupType ?? '').localeCompare(other.groupType ?? '')
  if (column === 'state') return one.state.localeCompare(other.state)
  const figure = ({ groupId }: GroupSummary) => figures.get(groupId)?.[column] ?? -1
  return figure(one) - figure(other)
}

const names = new Intl.Collator('en', { numeric: true })

function byName(one: GroupSummary, other: GroupSummary): number {
  return names.compare(one.groupId, other.groupId)
}
