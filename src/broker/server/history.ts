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
  const { atMs, groupId, generationId } = event
  if (event.type === 'rebalanceStarted') {
    const { kind, sentence, memberIds } = event.cause
    const details = { groupId, generationId, cause: kind, memberIds }
    return { atMs, brokerId, kind: 'rebalance-started', cause: sentence, details }
  }
  const { durationMs, protocolName, leaderId, members, evictedMemberIds } = event
  return {
    atMs,
    brokerId,
    kind: 'rebalance-completed',
    cause: 'the new assignment is in the log',
    details: { groupId, generationId, durationMs, protocolName, leaderId, members, evictedMemberIds },
  }
}
