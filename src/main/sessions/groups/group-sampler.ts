import type { Connection } from '@platformatic/kafka'
import type {
  GroupMember,
  GroupPartition,
  GroupPartitionName,
  GroupSample,
} from '../../../shared/ipc/groups.ts'
import type { ClusterAccess } from '../cluster-access.ts'
import { EARLIEST, LATEST } from '../topics/offsets.ts'
import { keyOf, offsetsAt } from './bounds.ts'
import type { Offsets } from './bounds.ts'
import type { Committed } from './committed.ts'
import { committedOffsets } from './committed.ts'
import { coordinatorOf } from './coordinator.ts'
import type { DescribedGroup } from './described.ts'
import { describedGroup } from './described.ts'
import type { Pace, PaceTracker } from './pace.ts'
import { shareOffsets } from './share.ts'
import type { WaitingSince } from './waiting-since.ts'

/** What is remembered from one look at a group to the next. */
export interface GroupWatch {
  pace: PaceTracker
  waiting: WaitingSince
}

/** One look at a group: its members, what they read, and how far behind they are. */
export async function sampleGroup(
  access: ClusterAccess,
  groupId: string,
  watch: GroupWatch,
): Promise<GroupSample> {
  const coordinator = await coordinatorOf(access, groupId)
  const group = await describedGroup(access, coordinator.connection, groupId)
  const committed = await offsetsOf(access, coordinator.connection, group)
  const names = namesOf(group.members, committed)
  const [starts, ends] = await Promise.all([
    offsetsAt(access, names, EARLIEST),
    offsetsAt(access, names, LATEST),
  ])
  const atMs = Date.now()
  const partitions = partitionsOf(names, group.members, committed, { starts, ends }).map((each) => ({
    ...each,
    ...paceOf(each, watch, atMs),
  }))
  const { state, groupType, groupEpoch, protocolType, assignor, members } = group
  return {
    atMs,
    groupId,
    state,
    groupType,
    groupEpoch,
    protocolType,
    assignor,
    coordinator: coordinator.id,
    members,
    partitions,
    totalLag: totalOf(partitions.map(({ lag }) => lag)),
  }
}

interface Commit extends Omit<Committed, 'leaderEpoch'> {
  /** As the coordinator of a share group tells it; undefined: what lies between here and the end. */
  lag?: number | null
}

async function offsetsOf(
  access: ClusterAccess,
  connection: Connection,
  { groupId, groupType }: DescribedGroup,
): Promise<Commit[]> {
  if (groupType !== 'share') return committedOffsets(access, connection, groupId)
  const offsets = await shareOffsets(access, connection, [groupId])
  return (offsets.get(groupId) ?? []).map((each) => ({ ...each, metadata: null }))
}

const UNKNOWN_PACE: Pace = { consumedPerSecond: null, producedPerSecond: null, timeLagMs: null, etaMs: null }

type Position = Omit<GroupPartition, keyof Pace>

function paceOf(position: Position, { pace, waiting }: GroupWatch, atMs: number): Pace {
  const { committedOffset, endOffset, outOfRange, doneAhead } = position
  if (committedOffset === null || endOffset === null || outOfRange === 'pastEnd') return UNKNOWN_PACE
  const seen = pace.look(position, committedOffset, endOffset, atMs, committedOffset + (doneAhead ?? 0))
  if (seen.timeLagMs !== null) return seen
  const sinceMs = waiting.of(position, committedOffset, atMs)
  return { ...seen, timeLagMs: sinceMs === null ? null : Math.max(0, atMs - sinceMs) }
}

/** Every partition somebody reads or has committed, once. */
export function namesOf(
  members: readonly GroupMember[],
  committed: readonly GroupPartitionName[],
): GroupPartitionName[] {
  const named = new Map<string, GroupPartitionName>()
  for (const each of [...members.flatMap(({ partitions }) => partitions), ...committed])
    named.set(keyOf(each), each)
  return [...named.values()]
}

/** Partitions without a commit have no lag to speak of; without any commit there is no lag at all. */
export function totalOf(lags: readonly (number | null)[]): number | null {
  const known = lags.flatMap((lag) => lag ?? [])
  return known.length === 0 ? null : known.reduce((sum, lag) => sum + lag, 0)
}

/** A commit past the end of the log, as one of a topic that was made anew, says nothing of how much is left to read. */
export function lagOf(committed: number | undefined, end: number | undefined): number | null {
  return committed === undefined || end === undefined || committed > end ? null : end - committed
}

export function outOfRange(
  committed: number | undefined,
  start: number | undefined,
  end: number | undefined,
): GroupPartition['outOfRange'] {
  if (committed === undefined) return null
  if (end !== undefined && committed > end) return 'pastEnd'
  return start !== undefined && committed < start ? 'beforeStart' : null
}

function partitionsOf(
  names: readonly GroupPartitionName[],
  members: readonly GroupMember[],
  committed: readonly Commit[],
  { starts, ends }: { starts: Offsets; ends: Offsets },
): Position[] {
  const owners = new Map(
    members.flatMap(({ memberId, partitions }) => partitions.map((each) => [keyOf(each), memberId] as const)),
  )
  const commits = new Map(committed.map((each) => [keyOf(each), each]))
  return names
    .map(({ topic, partition }) => {
      const key = keyOf({ topic, partition })
      const commit = commits.get(key)
      const [start, end] = [starts.get(key), ends.get(key)]
      const behind = lagOf(commit?.offset, end)
      return {
        topic,
        partition,
        committedOffset: commit?.offset ?? null,
        metadata: commit?.metadata ?? null,
        logStartOffset: start ?? null,
        endOffset: end ?? null,
        lag: commit?.lag === undefined ? behind : commit.lag,
        outOfRange: outOfRange(commit?.offset, start, end),
        doneAhead: commit?.lag == null || behind === null ? null : Math.max(0, behind - commit.lag),
        memberId: owners.get(key) ?? null,
      }
    })
    .sort((one, other) => one.topic.localeCompare(other.topic) || one.partition - other.partition)
}
