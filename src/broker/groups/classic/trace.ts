import type { GoneBecause, MemberLane, RebalanceCause } from '../events.ts'
import type { ClassicMember, MemberIdentity } from './member.ts'
import { seenAssignment, stickinessOf } from './seen-assignment.ts'

/** Who was in a generation, and with which part of its assignment. */
export type Generation = ReadonlyMap<string, MemberIdentity & { readonly assignment: Buffer }>

interface Lane {
  readonly identity: MemberIdentity
  readonly assignmentBefore: Buffer | null
  assignmentAfter: Buffer | null
  toldAtMs: number | null
  rejoinedAtMs: number | null
  joinAnsweredAtMs: number | null
  syncSentAtMs: number | null
  syncAnsweredAtMs: number | null
  goneAtMs: number | null
  goneBecause: GoneBecause | null
}

type Moment = 'toldAtMs' | 'rejoinedAtMs' | 'joinAnsweredAtMs' | 'syncSentAtMs' | 'syncAnsweredAtMs'

/** One rebalance, member by member, from its cause until everybody has an assignment. In memory only. */
export class RebalanceTrace {
  readonly startedMs: number
  readonly generationBefore: number
  readonly causes: { atMs: number; cause: RebalanceCause }[] = []
  readonly evictedMemberIds: string[] = []
  readonly #lanes = new Map<string, Lane>()

  constructor(startedMs: number, generationBefore: number, before: Generation) {
    this.startedMs = startedMs
    this.generationBefore = generationBefore
    for (const [memberId, { assignment, ...identity }] of before) {
      this.#lanes.set(memberId, newLane({ ...identity, memberId }, assignment))
    }
  }

  /** The first time counts. */
  mark(member: MemberIdentity, moment: Moment, nowMs: number): void {
    this.#lane(member)[moment] ??= nowMs
  }

  /** Members whose JoinGroup waits have rejoined; whoever is in no list any more is gone. */
  note(members: ReadonlyMap<string, ClassicMember>, cause: RebalanceCause, nowMs: number): void {
    for (const member of members.values()) {
      if (member.awaitingJoin !== null) this.mark(member, 'rejoinedAtMs', nowMs)
      else this.#lane(member)
    }
    const because = GONE_BY[cause.kind] ?? 'left'
    for (const memberId of this.#lanes.keys()) if (!members.has(memberId)) this.gone(memberId, because, nowMs)
  }

  /** A static member goes on under another id: with what it had, and never told to stop. */
  replaced(former: MemberIdentity, member: MemberIdentity, nowMs: number): void {
    const { assignmentBefore } = this.#lane(former)
    this.gone(former.memberId, 'replaced', nowMs)
    this.#lanes.set(member.memberId, newLane(member, assignmentBefore))
  }

  gone(memberId: string, because: GoneBecause, nowMs: number): void {
    const lane = this.#lanes.get(memberId)
    if (lane === undefined || lane.goneAtMs !== null) return
    lane.goneAtMs = nowMs
    lane.goneBecause = because
  }

  /** The members have to rejoin once more. When each was first told to stop is kept. */
  startOver(): void {
    for (const lane of this.#lanes.values()) {
      lane.rejoinedAtMs = null
      lane.joinAnsweredAtMs = null
      lane.syncSentAtMs = null
      lane.syncAnsweredAtMs = null
    }
  }

  assigned(members: ReadonlyMap<string, ClassicMember>): void {
    for (const member of members.values()) this.#lane(member).assignmentAfter = member.assignment
  }

  /** Everybody who is still here has the assignment. */
  get isSettled(): boolean {
    return [...this.#lanes.values()].every(
      ({ goneAtMs, syncAnsweredAtMs }) => goneAtMs !== null || syncAnsweredAtMs !== null,
    )
  }

  stopTheWorldMs(nowMs: number): number {
    const lanes = [...this.#lanes.values()]
    const begun = lanes.flatMap((lane) => stoppedFrom(lane) ?? [])
    const ended = lanes.flatMap(({ syncAnsweredAtMs }) => syncAnsweredAtMs ?? [])
    if (begun.length === 0) return 0
    return Math.max(0, (ended.length === 0 ? nowMs : latest(ended)) - earliest(begun))
  }

  stickiness(): { kept: number; before: number } | null {
    // The lane of a replaced member says again what its successor's says.
    const lanes = [...this.#lanes.values()].filter(({ goneBecause }) => goneBecause !== 'replaced')
    return stickinessOf(
      lanes.map((lane) => ({
        owner: lane.identity.groupInstanceId ?? lane.identity.memberId,
        before: lane.assignmentBefore === null ? null : seenAssignment(lane.assignmentBefore),
        after: lane.assignmentAfter === null ? null : seenAssignment(lane.assignmentAfter),
      })),
    )
  }

  lanes(leaderId: string | null): MemberLane[] {
    return [...this.#lanes.values()].map((lane) => {
      const { identity, assignmentBefore, assignmentAfter, ...moments } = lane
      const { memberId, groupInstanceId, clientId, clientHost } = identity
      const from = stoppedFrom(lane)
      return {
        memberId,
        groupInstanceId,
        clientId,
        clientHost,
        isLeader: memberId === leaderId,
        isNew: assignmentBefore === null,
        ...moments,
        before: assignmentBefore === null ? null : seenAssignment(assignmentBefore),
        after: assignmentAfter === null ? null : seenAssignment(assignmentAfter),
        stoppedMs: from === null || lane.syncAnsweredAtMs === null ? null : lane.syncAnsweredAtMs - from,
      }
    })
  }

  #lane(identity: MemberIdentity): Lane {
    const known = this.#lanes.get(identity.memberId)
    if (known !== undefined) return known
    const lane = newLane(identity, null)
    this.#lanes.set(identity.memberId, lane)
    return lane
  }
}

const GONE_BY: Partial<Record<RebalanceCause['kind'], GoneBecause>> = {
  memberLeft: 'left',
  pollTimeout: 'pollTimeout',
  memberRemoved: 'removed',
  sessionExpired: 'sessionExpired',
  syncMissing: 'syncTimeout',
  groupTooLarge: 'groupTooLarge',
  offsetsReset: 'offsetsReset',
}

function newLane(
  { memberId, groupInstanceId, clientId, clientHost }: MemberIdentity,
  before: Buffer | null,
): Lane {
  return {
    identity: { memberId, groupInstanceId, clientId, clientHost },
    assignmentBefore: before,
    assignmentAfter: null,
    toldAtMs: null,
    rejoinedAtMs: null,
    joinAnsweredAtMs: null,
    syncSentAtMs: null,
    syncAnsweredAtMs: null,
    goneAtMs: null,
    goneBecause: null,
  }
}

/** A newcomer had nothing to stop; its wait begins with its join. */
function stoppedFrom({ toldAtMs, rejoinedAtMs }: Lane): number | null {
  if (toldAtMs === null || rejoinedAtMs === null) return toldAtMs ?? rejoinedAtMs
  return Math.min(toldAtMs, rejoinedAtMs)
}

function earliest(times: readonly number[]): number {
  return times.reduce((one, other) => Math.min(one, other))
}

function latest(times: readonly number[]): number {
  return times.reduce((one, other) => Math.max(one, other))
}
