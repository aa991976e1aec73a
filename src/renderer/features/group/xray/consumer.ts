import type { HistoryEntry } from '../../../../shared/ipc/history.ts'
import { memberNames } from '../member-names.ts'
import type { Assignment, Lane, Rebalance, Segment } from './rebalance.ts'

interface AssignedMember {
  memberId: string
  groupInstanceId: string | null
  clientId: string
  assigned: { topic: string; partitions: number[] }[]
}

interface Step extends AssignedMember {
  atMs: number
  phase: 'revoking' | 'waiting' | 'stable'
}

interface Gathered {
  rebalance: Rebalance
  before: AssignedMember[]
  after: AssignedMember[]
  steps: Step[]
}

/**
 * Rebalances of the consumer protocol (KIP-848), oldest first: one from a settled group to the next. Nobody stops
 * but those who give partitions up.
 */
export function consumerRebalances(entries: readonly HistoryEntry[], nowMs: number): Rebalance[] {
  const all: Gathered[] = []
  let current: Gathered | null = null
  let members: AssignedMember[] = []
  for (const entry of entries) {
    const { kind, atMs, details } = entry
    if (kind === 'group-epoch-began') {
      current ??= begin(entry, members, all)
      current.rebalance.after = Number(details.groupEpoch)
      current.rebalance.causes.push({
        atMs,
        kind: `epoch.${typeof details.cause === 'string' ? details.cause : ''}`,
        values: { ...(details.values as Record<string, unknown>), members: details.memberIds },
        sentence: entry.cause,
      })
    } else if (current !== null && kind === 'group-target-computed') {
      current.rebalance.assignor = String(details.assignor)
      current.after = membersOf(details.after)
      if (current.before.length === 0) current.before = membersOf(details.before)
    } else if (current !== null && kind === 'group-member-stepped') {
      current.steps.push({ ...(details as unknown as Step), atMs })
    } else if (kind === 'group-coordinator-loaded') {
      members = membersOf(details.members)
    } else if (kind === 'group-settled') {
      members = membersOf(details.members)
      if (current === null) continue
      current.rebalance.endedMs = atMs
      current.after = members
      current = null
    }
  }
  return all.map((gathered) => finished(gathered, nowMs))
}

function begin({ atMs, details }: HistoryEntry, before: AssignedMember[], all: Gathered[]): Gathered {
  const rebalance: Rebalance = {
    key: `e${atMs}-${String(details.groupEpoch)}`,
    startedMs: atMs,
    endedMs: null,
    counts: 'epoch',
    before: Number(details.groupEpoch) - 1,
    after: null,
    causes: [],
    assignor: null,
    lanes: [],
    stopTheWorldMs: null,
    stickiness: null,
  }
  const gathered = { rebalance, before, after: [], steps: [] }
  all.push(gathered)
  return gathered
}

function finished({ rebalance, before, after, steps }: Gathered, nowMs: number): Rebalance {
  const named = new Map([...before, ...after, ...steps].map((member) => [member.memberId, member]))
  const untilMs = rebalance.endedMs ?? nowMs
  const names = memberNames([...named.values()])
  const nameOf = (memberId: unknown) => names.get(String(memberId)) ?? String(memberId)
  const causes = rebalance.causes.map((cause) => {
    const { members } = cause.values
    const client = Array.isArray(members) ? members.map(nameOf).join(', ') : ''
    return { ...cause, values: { client, ...cause.values } }
  })
  const lanes = [...named.values()].map((member) =>
    laneOf(
      { ...member, name: nameOf(member.memberId) },
      before,
      after,
      steps,
      goneOf(member, rebalance, steps),
      untilMs,
      rebalance.startedMs,
    ),
  )
  const stopped = lanes.flatMap(({ stoppedMs }) => stoppedMs ?? [])
  return {
    ...rebalance,
    causes,
    lanes,
    stopTheWorldMs:
      rebalance.endedMs === null ? null : stopped.reduce((one, other) => Math.max(one, other), 0),
    stickiness: stickinessOf(lanes),
  }
}

function laneOf(
  { memberId, groupInstanceId, name }: AssignedMember & { name: string },
  before: readonly AssignedMember[],
  after: readonly AssignedMember[],
  steps: readonly Step[],
  gone: Gone | null,
  untilMs: number,
  startedMs: number,
): Lane {
  const had = assignmentOf(before, memberId)
  const has = gone === null ? assignmentOf(after, memberId) : null
  const own = steps.filter((step) => step.memberId === memberId)
  const segments = segmentsOf(own, had === null, startedMs, gone?.atMs ?? untilMs)
  const gaveUpMs = segments.filter(({ phase }) => phase === 'revoke').map(({ fromMs, toMs }) => toMs - fromMs)
  return {
    memberId,
    owner: groupInstanceId ?? memberId,
    name,
    isLeader: false,
    isNew: had === null,
    segments,
    goneAtMs: gone?.atMs ?? null,
    goneBecause: gone?.because ?? null,
    stoppedMs: gaveUpMs.length === 0 ? 0 : gaveUpMs.reduce((sum, ms) => sum + ms, 0),
    before: had,
    after: has,
  }
}

interface Gone {
  atMs: number
  because: string
}

/** Causes of an epoch that put their members out, and what is said of the member then. */
const ENDS: Readonly<Record<string, string>> = {
  'epoch.memberLeft': 'left',
  'epoch.sessionExpired': 'sessionExpired',
  'epoch.rebalanceTimeout': 'rebalanceTimeout',
  'epoch.syncMissing': 'syncTimeout',
  'epoch.offsetsReset': 'offsetsReset',
}

/** Java's client keeps its member id when it has to join again: then it is not gone. */
function goneOf({ memberId }: AssignedMember, { causes }: Rebalance, steps: readonly Step[]): Gone | null {
  for (const { atMs, kind, values } of causes) {
    const because = ENDS[kind]
    const { members } = values
    if (because === undefined || !Array.isArray(members) || !members.includes(memberId)) continue
    const isBack = steps.some((step) => step.memberId === memberId && step.atMs > atMs)
    return isBack ? null : { atMs, because }
  }
  return null
}

const PHASES = { revoking: 'revoke', waiting: 'assign', stable: 'stable' } as const

function segmentsOf(steps: readonly Step[], isNew: boolean, startedMs: number, untilMs: number): Segment[] {
  const first: Omit<Segment, 'toMs'>[] = isNew ? [] : [{ phase: 'working', fromMs: startedMs }]
  const all = [...first, ...steps.map(({ phase, atMs }) => ({ phase: PHASES[phase], fromMs: atMs }))]
  return all
    .map(({ phase, fromMs }, index) => ({ phase, fromMs, toMs: all[index + 1]?.fromMs ?? untilMs }))
    .filter(({ phase, fromMs, toMs }) => toMs > fromMs || phase === 'stable')
}

function membersOf(value: unknown): AssignedMember[] {
  return Array.isArray(value) ? (value as AssignedMember[]) : []
}

function assignmentOf(members: readonly AssignedMember[], memberId: string): Assignment {
  const member = members.find((each) => each.memberId === memberId)
  return member === undefined ? null : { topics: member.assigned }
}

function stickinessOf(lanes: readonly Lane[]): { kept: number; before: number } {
  const namesOf = (assignment: Assignment) =>
    assignment !== null && 'topics' in assignment
      ? assignment.topics.flatMap(({ topic, partitions }) => partitions.map((each) => `${topic}/${each}`))
      : []
  const counted = lanes.map(({ before, after }) => {
    const had = new Set(namesOf(before))
    return { before: had.size, kept: namesOf(after).filter((each) => had.has(each)).length }
  })
  return {
    kept: counted.reduce((sum, { kept }) => sum + kept, 0),
    before: counted.reduce((sum, { before }) => sum + before, 0),
  }
}
