import type { Connection } from '@platformatic/kafka'
import { offsetFetchV8, offsetFetchV9 } from '@platformatic/kafka'
import type { GroupPartitionName } from '../../../shared/ipc/groups.ts'
import type { ClusterAccess } from '../cluster-access.ts'
import { answered } from '../cluster-access.ts'
import { refuse } from '../refusals.ts'

const OFFSET_FETCH = [offsetFetchV9, offsetFetchV8] as const
const NO_EPOCH = -1
const NOTHING = -1n

export interface Committed extends GroupPartitionName {
  offset: number
  /** -1: the client did not tell. */
  leaderEpoch: number
  metadata: string | null
}

/** Everything a group has committed. */
export async function committedOffsets(
  access: ClusterAccess,
  coordinator: Connection,
  groupId: string,
): Promise<Committed[]> {
  const all = await committedOfGroups(access, coordinator, [groupId])
  return all.get(groupId) ?? []
}

/** Everything several groups of one coordinator have committed. */
export async function committedOfGroups(
  access: ClusterAccess,
  coordinator: Connection,
  groupIds: readonly string[],
): Promise<Map<string, Committed[]>> {
  const { api } = await access.choose(OFFSET_FETCH)
  const asked = groupIds.map((groupId) => ({ groupId, memberId: null, memberEpoch: NO_EPOCH, topics: null }))
  const { groups } = await answered(api.async(coordinator, asked, false))
  const committed = new Map<string, Committed[]>()
  for (const { groupId, errorCode, topics } of groups) {
    refuse(errorCode)
    const offsets = topics.flatMap(({ name, partitions }) =>
      partitions
        .filter((each) => each.errorCode === 0 && each.committedOffset > NOTHING)
        .map(({ partitionIndex, committedOffset, committedLeaderEpoch, metadata }) => ({
          topic: name,
          partition: partitionIndex,
          offset: Number(committedOffset),
          leaderEpoch: committedLeaderEpoch,
          metadata: metadata ?? null,
        })),
    )
    committed.set(groupId, offsets)
  }
  return committed
}
