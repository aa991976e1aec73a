import { describeGroupsV5 } from '@platformatic/kafka'
import type {
  GroupFigures,
  GroupMember,
  GroupPartition,
  GroupPartitionName,
  GroupSample,
} from '../../../shared/ipc/groups.ts'
import type { ClusterAccess } from '../cluster-access.ts'
import { answered } from '../cluster-access.ts'
import { refuse } from '../refusals.ts'
import { EARLIEST, LATEST } from '../topics/offsets.ts'
import { assignedPartitions } from './assignment.ts'
import { keyOf, offsetsAt } from './bounds.ts'
import { committedOffsets } from './committed.ts'
import { coordinatorOf } from './coordinator.ts'

const UNKNOWN_SERVER_ERROR = -1

/** One look at a group: its members, what they read, and how far behind they are. */
export async function sampleGroup(access: ClusterAccess, groupId: string): Promise<GroupSample> {
  const coordinator = await coordinatorOf(access, groupId)
  const { api } = await access.choose([describeGroupsV5])
  const { groups } = await answered(api.async(coordinator.connection, [groupId], false))
  const group = groups[0]
  refuse(group?.errorCode ?? UNKNOWN_SERVER_ERROR)
  const members = (group?.members ?? []).map((member): GroupMember => ({
    memberId: member.memberId,
    groupInstanceId: member.groupInstanceId ?? null,
    clientId: member.clientId,
    clientHost: member.clientHost.replace(/^\//u, ''),
    partitions: assignedPartitions(member.memberAssignment),
  }))
  const committed = await committedOffsets(access, coordinator.connection, groupId)
  const partitions = await partitionsOf(access, members, committed)
  return {
    atMs: Date.now(),
    groupId,
    state: group?.groupState ?? 'Dead',
    protocolType: group?.protocolType ?? '',
    assignor: group?.protocolData ?? '',
    coordinator: coordinator.id,
    members,
    partitions,
    totalLag: totalOf(partitions),
  }
}

/** The same, cut down to a row of the list. */
export async function figuresOf(access: ClusterAccess, groupId: string): Promise<GroupFigures> {
  const { members, partitions, totalLag } = await sampleGroup(access, groupId)
  const topics = new Set(partitions.map(({ topic }) => topic)).size
  return { groupId, members: members.length, topics, lag: totalLag }
}

async function partitionsOf(
  access: ClusterAccess,
  members: readonly GroupMember[],
  committed: Awaited<ReturnType<typeof committedOffsets>>,
): Promise<GroupPartition[]> {
  const owners = new Map(
    members.flatMap(({ memberId, partitions }) => partitions.map((each) => [keyOf(each), memberId] as const)),
  )
  const commits = new Map(committed.map((each) => [keyOf(each), each]))
  const named = new Map<string, GroupPartitionName>()
  for (const each of [...members.flatMap(({ partitions }) => partitions), ...committed])
    named.set(keyOf(each), each)
  const names = [...named.values()]
  const [starts, ends] = await Promise.all([
    offsetsAt(access, names, EARLIEST),
    offsetsAt(access, names, LATEST),
  ])
  return names
    .map(({ topic, partition }) => {
      const key = keyOf({ topic, partition })
      const commit = commits.get(key)
      const endOffset = ends.get(key) ?? null
      return {
        topic,
        partition,
        committedOffset: commit?.offset ?? null,
        metadata: commit?.metadata ?? null,
        logStartOffset: starts.get(key) ?? null,
        endOffset,
        lag: commit === undefined || endOffset === null ? null : Math.max(0, endOffset - commit.offset),
        memberId: owners.get(key) ?? null,
      }
    })
    .sort((one, other) => one.topic.localeCompare(other.topic) || one.partition - other.partition)
}

/** Partitions without a commit have no lag to speak of; without any commit there is no lag at all. */
function totalOf(partitions: readonly GroupPartition[]): number | null {
  const lags = partitions.flatMap(({ lag }) => lag ?? [])
  return lags.length === 0 ? null : lags.reduce((sum, lag) => sum + lag, 0)
}
