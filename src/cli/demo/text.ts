import type { KeptEntry } from '../../broker/index.ts'
import { localTimeWithMs } from '../history-text.ts'

interface ToldLane {
  clientId: string
  groupInstanceId: string | null
  goneAtMs: number | null
  after: { topics: { topic: string; partitions: number[] }[] } | { bytes: number } | null
}

/** A rebalance in a few lines: why, how long, who has what now. Null for entries that say nothing new. */
export function rebalanceText(entry: KeptEntry): string | null {
  const { kind, details, cause, atMs } = entry
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

function assignmentText({ after }: ToldLane): string {
  if (after === null || !('topics' in after) || after.topics.length === 0) return 'nothing'
  return after.topics.map(({ topic, partitions }) => `${topic} ${partitions.join(', ')}`).join('; ')
}
