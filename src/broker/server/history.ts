import type { ControllerEvent } from '../controller/events.ts'
import type { GroupEvent } from '../groups/events.ts'

/** Something that happened in the cluster, with its cause: an election, an ISR change, a rebalance, a broker's death. */
export interface HistoryEntry {
  atMs: number
  brokerId: number | null
  kind: string
  cause: string
  details: Record<string, unknown>
}

export function historyOfController({ atMs, brokerId, kind, cause, details }: ControllerEvent): HistoryEntry {
  return { atMs, brokerId, kind, cause, details: { ...details } }
}

/** @param brokerId the group's coordinator */
export function historyOfGroup(brokerId: number, event: GroupEvent): HistoryEntry {
  if (event.type === 'rebalanceStarted') {
    const { type, atMs, cause, ...details } = event
    return { atMs, brokerId, kind: 'rebalance-started', cause: cause.sentence, details: { ...details, cause: cause.kind } }
  }
  const { type, atMs, ...details } = event
  return { atMs, brokerId, kind: 'rebalance-completed', cause: 'the new assignment is in the log', details }
}
