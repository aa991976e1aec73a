/** One rebalance as the window draws it, whatever protocol the group speaks. */
export type Assignment =
  { topics: { topic: string; partitions: number[] }[] } | { bytes: number; base64: string } | null

/** `assign`: of KIP-848, it is at the new epoch and waits for what others still have. */
export type Phase = 'working' | 'revoke' | 'join' | 'sync' | 'assign' | 'stable'

export interface Segment {
  phase: Phase
  fromMs: number
  toMs: number
}

export interface Lane {
  memberId: string
  /** The same for all lanes of one owner of partitions: a static member has a lane under each of its member ids. */
  owner: string
  /** What tells it apart (`memberNames`). */
  name: string
  isLeader: boolean
  isNew: boolean
  segments: Segment[]
  goneAtMs: number | null
  goneBecause: string | null
  stoppedMs: number | null
  before: Assignment
  after: Assignment
}

export interface Cause {
  atMs: number
  /** Translated by its kind and values; the sentence is for kinds this window does not know. */
  kind: string
  values: Record<string, unknown>
  sentence: string
}

export interface Rebalance {
  /** Unique among the group's. */
  key: string
  startedMs: number
  /** Null: it runs. */
  endedMs: number | null
  /** Of what its members counted: generations, or group epochs (KIP-848). */
  counts: 'generation' | 'epoch'
  before: number
  after: number | null
  causes: Cause[]
  assignor: string | null
  lanes: Lane[]
  stopTheWorldMs: number | null
  stickiness: { kept: number; before: number } | null
}

/** Something about the group that is no rebalance. */
export interface Remark {
  key: string
  atMs: number
  kind: string
  brokerId: number | null
  values: Record<string, unknown>
}
