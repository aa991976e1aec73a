import { call, of, stream } from '../channel/declare.ts'
import type { Failure, Result } from '../channel/failure.ts'
import { z } from '../channel/zod.ts'

// Consumer groups as their coordinators tell of them. Offsets are exact as numbers: no log comes near 2^53.

const cluster = z.string().max(300)
const groupId = z.string().max(32_767)
const partition = z.object({ topic: z.string().min(1).max(249), partition: z.number().int().min(0) })
const offset = z.number().int().min(0)

/** Where a group is to go on; `shift` counts from where it is, backwards where negative. */
const target = z.discriminatedUnion('to', [
  z.object({ to: z.literal('earliest') }),
  z.object({ to: z.literal('latest') }),
  z.object({ to: z.literal('offset'), offset }),
  z.object({ to: z.literal('timestamp'), timestampMs: z.number().int().min(0) }),
  z.object({ to: z.literal('shift'), by: z.number().int() }),
])

export type ResetTarget = z.output<typeof target>
export type GroupPartitionName = z.output<typeof partition>

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
}

export interface GroupMember {
  memberId: string
  groupInstanceId: string | null
  clientId: string
  clientHost: string
  /** What the assignment gives it; empty while the group rebalances. */
  partitions: GroupPartitionName[]
}

export interface GroupPartition extends GroupPartitionName {
  /** Null where the group has committed nothing. */
  committedOffset: number | null
  /** As the client left it with the offset. */
  metadata: string | null
  logStartOffset: number | null
  endOffset: number | null
  lag: number | null
  /** Who reads it; null for nobody. */
  memberId: string | null
}

export interface GroupSample {
  atMs: number
  groupId: string
  state: GroupState
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
  to: number
  /** Records that will be read again (positive) or never (negative). Null where nothing was committed. */
  readAgain: number | null
}

export const sessionGroups = {
  /** All groups, each time something about them has changed; a failure passes. */
  watch: stream({ input: z.object({ cluster }), chunk: of<Result<GroupList>>() }),
  figures: call({
    input: z.object({ cluster, groupIds: z.array(groupId).max(200) }),
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
      offsets: z.array(partition.extend({ offset })).min(1).max(10_000),
    }),
    output: of<void>(),
  }),
  delete: call({ input: z.object({ cluster, groupId }), output: of<void>() }),
}
