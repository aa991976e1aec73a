import type { Connection } from '@platformatic/kafka'
import {
  deleteGroupsV2,
  leaveGroupV4,
  leaveGroupV5,
  offsetCommitV8,
  offsetCommitV9,
  offsetDeleteV0,
} from '@platformatic/kafka'
import type { GroupPartitionName, GroupPosition, ResetRow, ResetTarget } from '../../../shared/ipc/groups.ts'
import type { ClusterAccess } from '../cluster-access.ts'
import { answered } from '../cluster-access.ts'
import { refuse } from '../refusals.ts'
import { EARLIEST, LATEST } from '../topics/offsets.ts'
import { keyOf, offsetsAt } from './bounds.ts'
import type { Offsets } from './bounds.ts'
import type { Committed } from './committed.ts'
import { committedOffsets } from './committed.ts'
import { coordinatorOf } from './coordinator.ts'
import { forgetShareTopics, setShareStart, shareGroup, shareOffsets } from './share.ts'

const OFFSET_COMMIT = [offsetCommitV9, offsetCommitV8] as const
/** Version 5 brought the reason (KIP-800). */
const LEAVE_GROUP = [leaveGroupV5, leaveGroupV4] as const
/** An admin is no member; the coordinator takes its word only while the group has none. */
const NO_GENERATION = -1
const NO_MEMBER = ''
const NO_EPOCH = -1
const REMOVED = 'member was removed by an admin: asked for in Ottla'

/** When the record at an offset was written; null where that is not to be had. */
export type TimeOf = (place: GroupPartitionName & { offset: number }) => Promise<number | null>

/** More are not asked when they were written: the sentence needs the oldest, not all. */
const MOST_TIMES = 30

/** Old and new offset of each partition, the new one within what the log has. */
export async function previewReset(
  access: ClusterAccess,
  groupId: string,
  partitions: readonly GroupPartitionName[],
  target: ResetTarget,
  timeOf: TimeOf,
): Promise<ResetRow[]> {
  const { connection } = await coordinatorOf(access, groupId)
  const [committed, starts, ends, wanted] = await Promise.all([
    positionsOf(access, connection, groupId),
    offsetsAt(access, partitions, EARLIEST),
    offsetsAt(access, partitions, LATEST),
    wantedOffsets(access, partitions, target),
  ])
  const before = new Map(committed.map((each) => [keyOf(each), each]))
  const rows = partitions.flatMap(({ topic, partition }) => {
    const key = keyOf({ topic, partition })
    const [start, end] = [starts.get(key), ends.get(key)]
    // Without a leader nobody knows what the log has; such a partition is left as it is.
    if (start === undefined || end === undefined) return []
    const own = before.get(key)
    const from = own?.offset ?? null
    const wish = wishOf(target, { start, end, from, told: wanted.get(key) })
    if (wish === null) return []
    const to = Math.min(Math.max(wish, start), end)
    const readAgain = from === null ? null : from - to
    const { leaderEpoch = NO_EPOCH, metadata = null } = own ?? {}
    return [{ topic, partition, from, leaderEpoch, metadata, to, readAgain, againFromMs: null }]
  })
  return withTimes(rows, timeOf)
}

/** Where a group is, whatever kind it is of. */
async function positionsOf(
  access: ClusterAccess,
  connection: Connection,
  groupId: string,
): Promise<(GroupPartitionName & Partial<Committed> & { offset: number })[]> {
  if ((await shareGroup(access, connection, groupId)) === null)
    return committedOffsets(access, connection, groupId)
  return (await shareOffsets(access, connection, [groupId])).get(groupId) ?? []
}

/** Offsets somebody else has to be asked for: the log for a time, another group for where it is. */
async function wantedOffsets(
  access: ClusterAccess,
  partitions: readonly GroupPartitionName[],
  target: ResetTarget,
): Promise<Offsets> {
  if (target.to === 'timestamp') return offsetsAt(access, partitions, BigInt(target.timestampMs))
  if (target.to !== 'copy') return new Map()
  const { connection } = await coordinatorOf(access, target.groupId)
  const committed = await positionsOf(access, connection, target.groupId)
  return new Map(committed.map((each) => [keyOf(each), each.offset]))
}

interface Known {
  start: number
  end: number
  from: number | null
  told: number | undefined
}

/** Null: the partition is left as it is. */
function wishOf(target: ResetTarget, { start, end, from, told }: Known): number | null {
  switch (target.to) {
    case 'earliest':
      return start
    case 'latest':
      return end
    case 'offset':
      return target.offset
    case 'timestamp':
      // No record is that young: the group goes on with the next one to come.
      return told ?? end
    case 'shift':
      return (from ?? start) + target.by
    case 'copy':
      return told ?? null
  }
}

async function withTimes(rows: readonly ResetRow[], timeOf: TimeOf): Promise<ResetRow[]> {
  const again = rows.filter(({ readAgain }) => (readAgain ?? 0) > 0).slice(0, MOST_TIMES)
  const times = await Promise.all(
    again.map(async (row) => [row, await timeOf({ ...row, offset: row.to })] as const),
  )
  const told = new Map(times)
  return rows.map((row) => ({ ...row, againFromMs: told.get(row) ?? null }))
}

/** Sets where a group without members goes on, or that it has committed nothing, as an undo has to. */
export async function resetOffsets(
  access: ClusterAccess,
  groupId: string,
  positions: readonly GroupPosition[],
): Promise<void> {
  const { connection } = await coordinatorOf(access, groupId)
  const known = positions.flatMap((each) => (each.offset === null ? [] : [{ ...each, offset: each.offset }]))
  const fresh = positions.filter((each) => each.offset === null)
  if ((await shareGroup(access, connection, groupId)) === null) {
    if (known.length > 0) await commitOffsets(access, connection, groupId, known)
    if (fresh.length > 0) await forgetOffsets(access, connection, groupId, fresh)
    return
  }
  if (known.length > 0) await setShareStart(access, connection, groupId, known)
  // Of a share group whole topics are forgotten only.
  const gone = fresh.filter(({ topic }) => known.every((each) => each.topic !== topic))
  if (gone.length > 0) await forgetShareTopics(access, connection, groupId, gone)
}

async function commitOffsets(
  access: ClusterAccess,
  connection: Connection,
  groupId: string,
  positions: readonly (GroupPosition & { offset: number })[],
): Promise<void> {
  const { api } = await access.choose(OFFSET_COMMIT)
  const topics = byTopic(positions).map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ partition, offset, leaderEpoch = NO_EPOCH, metadata = null }) => ({
      partitionIndex: partition,
      committedOffset: BigInt(offset),
      committedLeaderEpoch: leaderEpoch,
      committedMetadata: metadata,
    })),
  }))
  const answer = await answered(api.async(connection, groupId, NO_GENERATION, NO_MEMBER, null, topics))
  for (const { errorCode } of answer.topics.flatMap(({ partitions }) => partitions)) refuse(errorCode)
}

export async function deleteOffsets(
  access: ClusterAccess,
  groupId: string,
  partitions: readonly GroupPartitionName[],
): Promise<void> {
  const { connection } = await coordinatorOf(access, groupId)
  if ((await shareGroup(access, connection, groupId)) !== null)
    return forgetShareTopics(access, connection, groupId, partitions)
  await forgetOffsets(access, connection, groupId, partitions)
}

async function forgetOffsets(
  access: ClusterAccess,
  connection: Connection,
  groupId: string,
  partitions: readonly GroupPartitionName[],
): Promise<void> {
  const { api } = await access.choose([offsetDeleteV0])
  const topics = byTopic(partitions).map((topic) => ({
    name: topic.name,
    partitions: topic.partitions.map(({ partition }) => ({ partitionIndex: partition })),
  }))
  const answer = await answered(api.async(connection, groupId, topics))
  refuse(answer.errorCode)
  for (const { errorCode } of answer.topics.flatMap((topic) => topic.partitions)) refuse(errorCode)
}

/** Static members are named by their instance: whoever has the member id by now is meant. */
export async function removeMember(
  access: ClusterAccess,
  groupId: string,
  member: { memberId: string; groupInstanceId: string | null },
): Promise<void> {
  const { connection } = await coordinatorOf(access, groupId)
  const { api } = await access.choose(LEAVE_GROUP)
  const { memberId, groupInstanceId } = member
  const leaving =
    groupInstanceId === null
      ? { memberId, groupInstanceId: null, reason: REMOVED }
      : { memberId: NO_MEMBER, groupInstanceId, reason: REMOVED }
  const answer = await answered(api.async(connection, groupId, [leaving]))
  refuse(answer.errorCode)
  for (const { errorCode } of answer.members) refuse(errorCode)
}

export async function deleteGroup(access: ClusterAccess, groupId: string): Promise<void> {
  const { connection } = await coordinatorOf(access, groupId)
  const { api } = await access.choose([deleteGroupsV2])
  const { results } = await answered(api.async(connection, [groupId]))
  for (const { errorCode } of results) refuse(errorCode)
}

function byTopic<T extends GroupPartitionName>(
  partitions: readonly T[],
): { name: string; partitions: T[] }[] {
  return [...new Set(partitions.map(({ topic }) => topic))].map((name) => ({
    name,
    partitions: partitions.filter(({ topic }) => topic === name),
  }))
}
