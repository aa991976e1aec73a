import type { HistoryEntry } from '../../../shared/ipc/history.ts'

/** A partition before or after something happened to it. */
export interface PartitionState {
  leader: number
  leaderEpoch: number
  partitionEpoch: number
  replicas: number[]
  isr: number[]
  addingReplicas: number[]
  removingReplicas: number[]
}

type Details = HistoryEntry['details']

export function textIn(details: Details, name: string): string | null {
  const value = details[name]
  return typeof value === 'string' ? value : null
}

export function numberIn(details: Details, name: string): number | null {
  const value = details[name]
  return typeof value === 'number' ? value : null
}

export function objectIn(details: Details, name: string): Details {
  const value = details[name]
  return typeof value === 'object' && value !== null ? (value as Details) : {}
}

function idsIn(details: Details, name: string): number[] {
  const value = details[name]
  return Array.isArray(value) ? value.filter((id) => typeof id === 'number') : []
}

/** What became of a partition; null for an entry about anything else. `before` is null where it began. */
export function partitionIn({
  details,
}: HistoryEntry): { before: PartitionState | null; after: PartitionState } | null {
  if (numberIn(details, 'partition') === null || !Array.isArray(details['replicas'])) return null
  const before = details['before']
  return {
    before: before === undefined ? null : stateOf(objectIn(details, 'before')),
    after: stateOf(details),
  }
}

function stateOf(details: Details): PartitionState {
  return {
    leader: numberIn(details, 'leader') ?? -1,
    leaderEpoch: numberIn(details, 'leaderEpoch') ?? -1,
    partitionEpoch: numberIn(details, 'partitionEpoch') ?? -1,
    replicas: idsIn(details, 'replicas'),
    isr: idsIn(details, 'isr'),
    addingReplicas: idsIn(details, 'addingReplicas'),
    removingReplicas: idsIn(details, 'removingReplicas'),
  }
}

export function isUnclean({ kind, details }: HistoryEntry): boolean {
  return kind === 'leader-elected' && details['unclean'] === true
}
