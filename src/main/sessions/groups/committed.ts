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
  metadata: string | null
}

/** Everything a group has committed. */
export async function committedOffsets(
  access: ClusterAccess,
  coordinator: Connection,
  groupId: string,
): Promise<Committed[]> {
  const { api } = await access.choose(OFFSET_FETCH)
  const asked = [{ groupId, memberId: null, memberEpoch: NO_EPOCH, topics: null }]
  const { groups } = await answered(api.async(coordinator, asked, false))
  const group = groups[0]
  refuse(group?.errorCode ?? 0)
  return (group?.topics ?? []).flatMap(({ name, partitions }) =>
    partitions
      .filter(({ errorCode, committedOffset }) => errorCode === 0 && committedOffset > NOTHING)
      .map(({ partitionIndex, committedOffset, metadata }) => ({
        topic: name,
        partition: partitionIndex,
        offset: Number(committedOffset),
        metadata: metadata ?? null,
      })),
  )
}
