import type { HistoryEntry } from '../../../../shared/ipc/history.ts'
import { memberNames } from '../member-names.ts'
import type { Assignment, Cause, Lane, Rebalance, Segment } from './rebalance.ts'

/** A member's lane as the engine's history has it. */
export interface ToldLane {
  memberId: string
  groupInstanceId: string | null
  clientId: string
  isLeader: boolean
  isNew: boolean
  toldAtMs: number | null
  rejoinedAtMs: number | null
  joinAnsweredAtMs: number | null
  syncSentAtMs: number | null
  syncAnsweredAtMs: number | null
  goneAtMs: number | null
  goneBecause: string | null
  stoppedMs: number | null
  before: Assignment
  after: Assignment
}

interface ToldCause {
  kind: string
  sentence: string
  values?: Record<string, unknown>
}

interface Told {
  startedMs: number
  generationId: number
  generationBefore?: number
  protocolName?: string | null
  causes?: { atMs: number; cause: ToldCause }[]
  cause?: string
  values?: Record<string, unknown>
  stopTheWorldMs?: number
  stickiness?: Rebalance['stickiness']
  isSettled?: boolean
  lanes: ToldLane[]
}

const KINDS = ['rebalance-started', 'rebalance-joined', 'rebalance-completed', 'rebalance-settled']

/**
 * Rebalances of the classic protocol, oldest first. What is told later of one takes the place of what was told
 * before. One that runs is drawn up to `nowMs`; one whose end was never told ended with its coordinator.
 */
export function classicRebalances(entries: readonly HistoryEntry[], nowMs: number): Rebalance[] {
  const rebalances = new Map<number, Rebalance>()
  for (const entry of entries) {
    if (!KINDS.includes(entry.kind)) continue
    const told = entry.details as unknown as Told
    if (!Array.isArray(told.lanes)) continue
    const known = rebalances.get(told.startedMs)
    rebalances.set(told.startedMs, after(known, entry, told, nowMs))
  }
  return [...rebalances.values()].sort((one, other) => one.startedMs - other.startedMs)
}

function after(known: Rebalance | undefined, entry: HistoryEntry, told: Told, nowMs: number): Rebalance {
  const begun = entry.kind === 'rebalance-started'
  const decided = entry.kind === 'rebalance-completed' || entry.kind === 'rebalance-settled'
  const isOver = entry.kind === 'rebalance-settled' || told.isSettled === true
  const cause: Cause = {
    atMs: entry.atMs,
    kind: told.cause ?? '',
    values: told.values ?? {},
    sentence: entry.cause,
  }
  const untilMs = isOver ? entry.atMs : nowMs
  const names = memberNames(told.lanes)
  return {
    key: `g${told.startedMs}`,
    startedMs: told.startedMs,
    endedMs: decided ? entry.atMs : null,
    counts: 'generation',
    before: told.generationBefore ?? known?.before ?? told.generationId,
    after: begun ? (known?.after ?? null) : told.generationId,
    causes: told.causes?.map(flatCause) ?? [...(known?.causes ?? []), ...(begun ? [cause] : [])],
    assignor: told.protocolName ?? known?.assignor ?? null,
    lanes: told.lanes.map((lane) => laneOf(lane, names.get(lane.memberId) ?? '', told.startedMs, untilMs)),
    stopTheWorldMs: told.stopTheWorldMs ?? known?.stopTheWorldMs ?? null,
    stickiness: told.stickiness ?? known?.stickiness ?? null,
  }
}

function flatCause({ atMs, cause }: { atMs: number; cause: ToldCause }): Cause {
  return { atMs, kind: cause.kind, values: cause.values ?? {}, sentence: cause.sentence }
}

function laneOf(lane: ToldLane, name: string, startedMs: number, untilMs: number): Lane {
  const { memberId, groupInstanceId, ...rest } = lane
  const { isLeader, isNew, goneAtMs, goneBecause, stoppedMs, before, after: given } = rest
  return {
    memberId,
    owner: groupInstanceId ?? memberId,
    name,
    isLeader,
    isNew,
    segments: segmentsOf(lane, startedMs, untilMs),
    goneAtMs,
    goneBecause,
    stoppedMs,
    before,
    after: given,
  }
}

/** From one moment to the next; what has not happened yet, or never did, is left out. */
export function segmentsOf(lane: ToldLane, startedMs: number, untilMs: number): Segment[] {
  const endMs = lane.goneAtMs ?? Math.max(untilMs, lane.syncAnsweredAtMs ?? 0, startedMs)
  const { toldAtMs, rejoinedAtMs, joinAnsweredAtMs, syncAnsweredAtMs } = lane
  const stopMs = toldAtMs ?? rejoinedAtMs
  const moments: [Segment['phase'], number | null][] = [
    // A newcomer works on nothing before it joins.
    ['working', lane.isNew ? null : startedMs],
    ['revoke', toldAtMs === null || (rejoinedAtMs !== null && toldAtMs >= rejoinedAtMs) ? null : toldAtMs],
    ['join', rejoinedAtMs],
    ['sync', joinAnsweredAtMs],
    ['stable', syncAnsweredAtMs],
  ]
  const set = moments.flatMap(([phase, atMs]) => (atMs === null ? [] : [{ phase, fromMs: atMs }]))
  const begun = stopMs === null && lane.isNew ? [] : set
  return (
    begun
      .map(({ phase, fromMs }, index) => ({ phase, fromMs, toMs: begun[index + 1]?.fromMs ?? endMs }))
      // The last phase is worth a word even where nothing came after it.
      .filter(({ phase, fromMs, toMs }) => toMs > fromMs || phase === 'stable')
  )
}
