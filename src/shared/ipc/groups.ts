import { call, of, stream } from '../channel/declare.ts'
import type { Failure, Result } from '../channel/failure.ts'
import { z } from '../channel/zod.ts'

// Consumer groups as their coordinators tell of them. Offsets are exact as numbers: no log comes near 2^53.

const cluster = z.string().max(300)
const groupId = z.string().max(32_767)
const partition = z.object({ topic: z.string().min(1).max(249), partition: z.number().int().min(0) })
const offset = z.number().int().min(0)

/** Where a group goes on; null: as one that has committed nothing. An undo gives back the rest of what was there. */
const position = partition.extend({
  offset: offset.nullable(),
  leaderEpoch: z.number().int().min(-1).optional(),
  metadata: z.string().max(32_767).nullable().optional(),
})

/** Where a group is to go on; `shift` counts from where it is, backwards where negative. */
const target = z.discriminatedUnion('to', [
  z.object({ to: z.literal('earliest') }),
  z.object({ to: z.literal('latest') }),
  z.object({ to: z.literal('offset'), offset }),
  z.object({ to: z.literal('timestamp'), timestampMs: z.number().int().min(0) }),
  z.object({ to: z.literal('shift'), by: z.number().int() }),
  /** Where another group is; partitions it has committed nothing of are left as they are. */
  z.object({ to: z.literal('copy'), groupId }),
])

export type ResetTarget = z.output<typeof target>
export type GroupPartitionName = z.output<typeof partition>
export type GroupPosition = z.output<typeof position>

/** As Kafka writes it: `Stable`, `Empty`, `PreparingRebalance`, `CompletingRebalance`, `Dead`, … */
export type GroupState = string

export interface GroupSummary {
  groupId: string
  state: GroupState
  protocolType: string
  /** `classic`, `consumer`, …; null where the cluster does not tell (before Kafka 3.8). */
  groupType: string | null
  coordinator: number
}

export interface GroupList {
  groups: GroupSummary[]
  /** Coordinators that did not answer: their groups are missing. */
  unheard: { broker: number; failure: Failure }[]
}

/** What a row of the list needs besides the summary; asked for the rows in sight only. */
export interface GroupFigures {
  groupId: string
  members: number
  topics: number
  /** Null where nothing is committed, or an end offset is not to be had. */
  lag: number | null
  /** The lag of the last minutes, oldest first, as far as the session has looked. */
  recent: LagPoint[]
  /** How long nothing has been committed while the lag grew; null: neither. */
  stalledMs: number | null
}

/** A lag as it was at one moment; null: nobody looked, or nothing was committed. */
export interface LagPoint {
  atMs: number
  lag: number | null
}

export interface GroupMember {
  memberId: string
  groupInstanceId: string | null
  clientId: string
  clientHost: string
  /** What the assignment gives it; empty while the group rebalances. */
  partitions: GroupPartitionName[]
}

/** A member's session as the coordinator of a local cluster keeps it. */
export interface MemberSession {
  memberId: string
  /** Since anything was heard of it. */
  silentMs: number
  sessionTimeoutMs: number
  rebalanceTimeoutMs: number
  /** `join`, `sync`: the answer it waits for, and owes no heartbeat meanwhile. Empty: none. */
  awaits: string
}

export interface GroupPartition extends GroupPartitionName {
  /** Null where the group has committed nothing. Of a share group: where it begins, what lies before is done with. */
  committedOffset: number | null
  /** Of a share group: records behind where it begins that are done with already. Null where that is not known. */
  doneAhead: number | null
  /** As the client left it with the offset. */
  metadata: string | null
  logStartOffset: number | null
  endOffset: number | null
  /** Null where it cannot be told: nothing is committed, nobody knows where the log ends, or it ends before. */
  lag: number | null
  /**
   * The committed offset is not in the log, so whoever reads there is told OFFSET_OUT_OF_RANGE and goes on by its
   * `auto.offset.reset`: the records there were deleted, or the topic is another one of the same name. Null: it is.
   */
  outOfRange: 'beforeStart' | 'pastEnd' | null
  /** Who reads it, of a share group one of those who do; null for nobody. */
  memberId: string | null
  /** Commits moving forward, records a second over the last half minute; null while that is not known yet. */
  consumedPerSecond: number | null
  producedPerSecond: number | null
  /** For how long the committed offset has been behind: since the log ended where the group is. Null: not known. */
  timeLagMs: number | null
  /** Until the lag is zero at these rates; null: never, or not known. */
  etaMs: number | null
}

export interface GroupSample {
  atMs: number
  groupId: string
  state: GroupState
  /** `classic`, `consumer`, …; null where the cluster does not tell. */
  groupType: string | null
  /** Of a consumer group (KIP-848); null for others, whose generation describing does not tell. */
  groupEpoch: number | null
  protocolType: string
  /** The assignor the members agreed on, as `range`. */
  assignor: string
  coordinator: number
  members: GroupMember[]
  partitions: GroupPartition[]
  totalLag: number | null
}

/** What a reset would change in one partition. */
export interface ResetRow extends GroupPartitionName {
  from: number | null
  /** What was committed beside the offset, for an undo. */
  leaderEpoch: number
  metadata: string | null
  to: number
  /** Records that will be read again (positive) or never (negative). Null where nothing was committed. */
  readAgain: number | null
  /** When the first record that will be read again was written; null where none will, or it is not known. */
  againFromMs: number | null
}

export const sessionGroups = {
  /** All groups, each time something about them has changed; a failure passes. */
  watch: stream({ input: z.object({ cluster }), chunk: of<Result<GroupList>>() }),
  figures: call({
    /** Brief: without `recent`, for groups that are sorted and not looked at. */
    input: z.object({ cluster, groupIds: z.array(groupId).max(200), isBrief: z.boolean().optional() }),
    output: of<GroupFigures[]>(),
  }),
  /** One group, once a second; a failure passes. */
  watchGroup: stream({ input: z.object({ cluster, groupId }), chunk: of<Result<GroupSample>>() }),
  /** Nothing is changed; offsets are bounded by what the log has. */
  previewReset: call({
    input: z.object({ cluster, groupId, partitions: z.array(partition).min(1).max(10_000), target }),
    output: of<ResetRow[]>(),
  }),
  /** Refused by the coordinator while the group has members. */
  reset: call({
    input: z.object({
      cluster,
      groupId,
      offsets: z.array(position).min(1).max(10_000),
    }),
    output: of<void>(),
  }),
  delete: call({ input: z.object({ cluster, groupId }), output: of<void>() }),
  /** Forgets what is committed of a topic; refused while a member subscribes to it. */
  deleteOffsets: call({
    input: z.object({ cluster, groupId, partitions: z.array(partition).min(1).max(10_000) }),
    output: of<void>(),
  }),
  /** Of a local cluster only, as the three that follow: Kafka has no such request. */
  sessions: call({ input: z.object({ cluster, groupId }), output: of<MemberSession[]>() }),
  rebalance: call({ input: z.object({ cluster, groupId }), output: of<void>() }),
  /** Also while the group has members: they are put out, the offsets set, and the members join again. */
  resetActive: call({
    input: z.object({
      cluster,
      groupId,
      offsets: z.array(position).min(1).max(10_000),
    }),
    output: of<void>(),
  }),
  /** Takes a member out of a classic group. One that lives joins again. */
  removeMember: call({
    input: z.object({
      cluster,
      groupId,
      memberId: z.string().max(1_000),
      groupInstanceId: z.string().max(1_000).nullable(),
    }),
    output: of<void>(),
  }),
  /** Of as long as this app has had the cluster open within the last day; a point wherever the lag changed. */
  lagHistory: call({
    input: z.object({ cluster, groupId, fromMs: z.number().int().min(0) }),
    output: of<LagPoint[]>(),
  }),
}
