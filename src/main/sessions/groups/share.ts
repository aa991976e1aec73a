import type { Connection } from '@platformatic/kafka'
import type { GroupPartitionName } from '../../../shared/ipc/groups.ts'
import type { ClusterAccess } from '../cluster-access.ts'
import { refuse } from '../refusals.ts'
import type { DescribedGroup } from './described.ts'
import {
  alterShareGroupOffsets,
  deleteShareGroupOffsets,
  describeShareGroupOffsets,
  shareGroupDescribe,
} from './share-api.ts'

/** Where a share group begins in a partition: what lies before is done with. */
export interface ShareOffset extends GroupPartitionName {
  offset: number
  /** Records that are not done with; null where the coordinator does not tell (before Kafka 4.2). */
  lag: number | null
}

/** Those of the groups which are share groups. */
export async function describedShare(
  access: ClusterAccess,
  coordinator: Connection,
  groupIds: readonly string[],
): Promise<DescribedGroup[]> {
  const served = groupIds.length === 0 ? null : await access.find([shareGroupDescribe])
  if (served === null) return []
  const { groups } = await served.api.async(coordinator, groupIds)
  return groups
    .filter(({ errorCode }) => errorCode === 0)
    .map(({ groupId, state, groupEpoch, assignor, members }) => ({
      groupId,
      state,
      groupType: 'share',
      groupEpoch,
      protocolType: 'share',
      assignor,
      members: members.map(({ memberId, clientId, clientHost, topics }) => ({
        memberId,
        groupInstanceId: null,
        clientId,
        clientHost: clientHost.replace(/^\//u, ''),
        partitions: topics.flatMap(({ topic, partitions }) =>
          partitions.map((partition) => ({ topic, partition })),
        ),
      })),
    }))
}

/** Null: it is another kind of group, or none. */
export async function shareGroup(
  access: ClusterAccess,
  coordinator: Connection,
  groupId: string,
): Promise<DescribedGroup | null> {
  const [group] = await describedShare(access, coordinator, [groupId])
  return group ?? null
}

/** Of partitions the groups have been given something of. */
export async function shareOffsets(
  access: ClusterAccess,
  coordinator: Connection,
  groupIds: readonly string[],
): Promise<Map<string, ShareOffset[]>> {
  if (groupIds.length === 0) return new Map()
  const { api } = await access.choose(describeShareGroupOffsets)
  const { groups } = await api.async(coordinator, groupIds)
  return new Map(
    groups.map(({ groupId, errorCode, errorMessage, partitions }) => {
      refuse(errorCode, errorMessage)
      const begun = partitions.filter((each) => each.errorCode === 0 && each.startOffset >= 0)
      return [
        groupId,
        begun.map(({ topic, partition, startOffset, lag }) => ({
          topic,
          partition,
          offset: startOffset,
          lag: lag < 0 ? null : lag,
        })),
      ]
    }),
  )
}

/** What was delivered and what was not is forgotten: every record from there on is available again. */
export async function setShareStart(
  access: ClusterAccess,
  coordinator: Connection,
  groupId: string,
  offsets: readonly (GroupPartitionName & { offset: number })[],
): Promise<void> {
  const { api } = await access.choose([alterShareGroupOffsets])
  const topics = topicsIn(offsets).map((topic) => ({
    topic,
    partitions: offsets.filter((each) => each.topic === topic),
  }))
  const answer = await api.async(coordinator, groupId, topics)
  refuse(answer.errorCode, answer.errorMessage)
  for (const { errorCode, errorMessage } of answer.partitions) refuse(errorCode, errorMessage)
}

/** Kafka forgets whole topics of a share group, never single partitions. */
export async function forgetShareTopics(
  access: ClusterAccess,
  coordinator: Connection,
  groupId: string,
  partitions: readonly GroupPartitionName[],
): Promise<void> {
  const { api } = await access.choose([deleteShareGroupOffsets])
  const answer = await api.async(coordinator, groupId, topicsIn(partitions))
  refuse(answer.errorCode, answer.errorMessage)
  for (const { errorCode, errorMessage } of answer.topics) refuse(errorCode, errorMessage)
}

function topicsIn(partitions: readonly GroupPartitionName[]): string[] {
  return [...new Set(partitions.map(({ topic }) => topic))]
}
