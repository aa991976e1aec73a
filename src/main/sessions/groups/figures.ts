import { findCoordinatorV4, findCoordinatorV5, findCoordinatorV6 } from '@platformatic/kafka'
import type { GroupPartitionName } from '../../../shared/ipc/groups.ts'
import type { ClusterAccess } from '../cluster-access.ts'
import { answered } from '../cluster-access.ts'
import { attempt } from '../topics/attempt.ts'
import { LATEST } from '../topics/offsets.ts'
import { keyOf, offsetsAt } from './bounds.ts'
import { committedOfGroups } from './committed.ts'
import { describedGroups } from './described.ts'
import { lagOf, namesOf, totalOf } from './group-sampler.ts'
import { shareOffsets } from './share.ts'

const FIND_COORDINATOR = [findCoordinatorV6, findCoordinatorV5, findCoordinatorV4] as const
const GROUP = 0

/** What a look at many groups tells of one. */
export interface SeenGroup {
  groupId: string
  members: number
  topics: number
  lag: number | null
  /** Sum of all committed offsets: it stands still when nobody commits. */
  committed: number
}

/** Many groups at the cost of a few requests: one to each coordinator for each question, one to each leader. */
export async function seenGroups(access: ClusterAccess, groupIds: readonly string[]): Promise<SeenGroup[]> {
  const coordinators = await coordinatorsOf(access, groupIds)
  const asked = await Promise.all(
    [...coordinators].map(async ([broker, ids]) => attempt(() => ofCoordinator(access, broker, ids))),
  )
  // Groups whose coordinator moves, or does not answer, have no figures just now.
  const known = asked.flatMap((told) => (told.ok ? told.value : []))
  const partitions = new Map<string, GroupPartitionName>()
  for (const { names } of known) for (const each of names) partitions.set(keyOf(each), each)
  const ends = await offsetsAt(access, [...partitions.values()], LATEST)
  return known.map(({ groupId, members, names, committed }) => ({
    groupId,
    members,
    topics: new Set(names.map(({ topic }) => topic)).size,
    lag: totalOf(
      committed.map((each) =>
        each.lag === undefined ? lagOf(each.offset, ends.get(keyOf(each))) : each.lag,
      ),
    ),
    committed: committed.reduce((sum, { offset }) => sum + offset, 0),
  }))
}

interface Position extends GroupPartitionName {
  offset: number
  /** As the coordinator of a share group tells it. */
  lag?: number | null
}

interface KnownGroup {
  groupId: string
  members: number
  names: GroupPartitionName[]
  committed: Position[]
}

async function ofCoordinator(
  access: ClusterAccess,
  broker: number,
  groupIds: readonly string[],
): Promise<KnownGroup[]> {
  const connection = await access.broker(broker)
  const [described, committed] = await Promise.all([
    describedGroups(access, connection, groupIds),
    committedOfGroups(access, connection, groupIds),
  ])
  const shared = await shareOffsets(
    access,
    connection,
    described.filter(({ groupType }) => groupType === 'share').map(({ groupId }) => groupId),
  )
  return described.map(({ groupId, members }) => {
    const own: Position[] = shared.get(groupId) ?? committed.get(groupId) ?? []
    return { groupId, members: members.length, names: namesOf(members, own), committed: own }
  })
}

/** Group ids by the broker that looks after them. */
async function coordinatorsOf(
  access: ClusterAccess,
  groupIds: readonly string[],
): Promise<Map<number, string[]>> {
  const { api } = await access.choose(FIND_COORDINATOR)
  const { coordinators } = await answered(api.async(await access.any(), GROUP, [...groupIds]))
  await access.metadata([])
  const found = new Map<number, string[]>()
  for (const { key, nodeId, errorCode } of coordinators) {
    if (errorCode !== 0) continue
    const ids = found.get(nodeId)
    if (ids === undefined) found.set(nodeId, [key])
    else ids.push(key)
  }
  return found
}
