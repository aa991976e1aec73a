import type { KeptEntry } from '../../broker/index.ts'
import { localTimeWithMs } from '../history-text.ts'

interface ToldLane {
  clientId: string
  groupInstanceId: string | null
  goneAtMs: number | null
  after: { topics: { topic: string; partitions: number[] }[] } | { bytes: number } | null
}

interface ToldMember {
  clientId: string
  groupInstanceId: string | null
  assigned: { topic: string; partitions: number[] }[]
}

/** A rebalance in a few lines: why, how long, who has what now. Null for entries that say nothing new. */
export function rebalanceText(entry: KeptEntry): string | null {
  const { kind, details, cause, atMs } = entry
  // Of the consumer protocol (KIP-848): an epoch, and the moment everybody has what it shall have.
  if (kind === 'group-epoch-began') return `${localTimeWithMs(atMs)}  rebalance: ${cause}\n`
  if (kind === 'group-settled') return settledText(entry)
  if (kind === 'rebalance-started') return `${localTimeWithMs(atMs)}  rebalance: ${cause}\n`
  if (kind !== 'rebalance-completed') return null
  const { durationMs, generationId, stopTheWorldMs, stickiness } = details as {
    durationMs: number
    generationId: number
    stopTheWorldMs: number
    stickiness: { kept: number; before: number } | null
  }
  const kept =
    stickiness === null || stickiness.before === 0
      ? ''
      : `, ${stickiness.kept} of ${stickiness.before} partitions stayed`
  const lanes = Array.isArray(details.lanes) ? (details.lanes as ToldLane[]) : []
  const members = lanes
    .filter(({ goneAtMs }) => goneAtMs === null)
    .map((lane) => `    ${lane.groupInstanceId ?? lane.clientId}: ${assignmentText(lane)}\n`)
  const figures = `${durationMs} ms, nobody read for ${stopTheWorldMs} ms${kept}`
  return `${localTimeWithMs(atMs)}  generation ${generationId} after ${figures}\n${members.join('')}`
}

function settledText({ atMs, details }: KeptEntry): string {
  const { groupEpoch, durationMs } = details as { groupEpoch: number; durationMs: number }
  const members = Array.isArray(details.members) ? (details.members as ToldMember[]) : []
  const lines = members.map((member) => {
    const assigned = assignmentText({ after: { topics: member.assigned } })
    return `    ${member.groupInstanceId ?? member.clientId}: ${assigned}\n`
  })
  return `${localTimeWithMs(atMs)}  group epoch ${groupEpoch} after ${durationMs} ms\n${lines.join('')}`
}

function assignmentText({ after }: Pick<ToldLane, 'after'>): string {
  if (after === null || !('topics' in after) || after.topics.length === 0) return 'nothing'
  return after.topics.map(({ topic, partitions }) => `${topic} ${partitions.join(', ')}`).join('; ')
}
