import type { Connection } from '@platformatic/kafka'
import { consumerGroupDescribeV0, describeGroupsV5 } from '@platformatic/kafka'
import type { GroupMember, GroupState } from '../../../shared/ipc/groups.ts'
import type { ClusterAccess } from '../cluster-access.ts'
import { answered } from '../cluster-access.ts'
import { refuse } from '../refusals.ts'
import { assignedPartitions } from './assignment.ts'
import { describedShare } from './share.ts'

const UNKNOWN_SERVER_ERROR = -1
const GROUP_ID_NOT_FOUND = 69
const DEAD = 'Dead'

export interface DescribedGroup {
  groupId: string
  state: GroupState
  groupType: string | null
  groupEpoch: number | null
  protocolType: string
  assignor: string
  members: GroupMember[]
}

/** A group of any protocol. Those of KIP-848 and share groups are "dead" to whoever asks about classic ones. */
export async function describedGroup(
  access: ClusterAccess,
  coordinator: Connection,
  groupId: string,
): Promise<DescribedGroup> {
  const [group] = await describedGroups(access, coordinator, [groupId])
  return group ?? { ...nothing(groupId), state: DEAD }
}

/** Groups of one coordinator, in as many requests as there are kinds among them. */
export async function describedGroups(
  access: ClusterAccess,
  coordinator: Connection,
  groupIds: readonly string[],
): Promise<DescribedGroup[]> {
  const classic = await describedClassic(access, coordinator, groupIds)
  const unknown = classic.filter(({ state, members }) => state === DEAD && members.length === 0)
  const consumer = await describedConsumer(
    access,
    coordinator,
    unknown.map(({ groupId }) => groupId),
  )
  const isConsumer = new Set(consumer.map(({ groupId }) => groupId))
  const others = unknown.filter(({ groupId }) => !isConsumer.has(groupId))
  const share = await describedShare(
    access,
    coordinator,
    others.map(({ groupId }) => groupId),
  )
  const found = new Map([...consumer, ...share].map((group) => [group.groupId, group]))
  return classic.map((group) => found.get(group.groupId) ?? group)
}

async function describedClassic(
  access: ClusterAccess,
  coordinator: Connection,
  groupIds: readonly string[],
): Promise<DescribedGroup[]> {
  const { api } = await access.choose([describeGroupsV5])
  const { groups } = await answered(api.async(coordinator, [...groupIds], false))
  for (const { errorCode } of groups) if (errorCode !== GROUP_ID_NOT_FOUND) refuse(errorCode)
  if (groups.length < groupIds.length) refuse(UNKNOWN_SERVER_ERROR)
  return groups.map((group) => ({
    groupId: group.groupId,
    state: group.errorCode === GROUP_ID_NOT_FOUND ? DEAD : group.groupState,
    groupType: group.groupState === DEAD ? null : 'classic',
    groupEpoch: null,
    protocolType: group.protocolType,
    assignor: group.protocolData,
    members: group.members.map((member) => ({
      memberId: member.memberId,
      groupInstanceId: member.groupInstanceId ?? null,
      clientId: member.clientId,
      clientHost: hostOf(member.clientHost),
      partitions: assignedPartitions(member.memberAssignment),
    })),
  }))
}

async function describedConsumer(
  access: ClusterAccess,
  coordinator: Connection,
  groupIds: readonly string[],
): Promise<DescribedGroup[]> {
  const served = groupIds.length === 0 ? null : await access.find([consumerGroupDescribeV0])
  if (served === null) return []
  const { groups } = await answered(served.api.async(coordinator, [...groupIds], false))
  return groups
    .filter(({ errorCode }) => errorCode === 0)
    .map((group) => ({
      groupId: group.groupId,
      state: group.groupState,
      groupType: 'consumer',
      groupEpoch: group.groupEpoch,
      protocolType: 'consumer',
      assignor: group.assignorName,
      members: group.members.map((member) => ({
        memberId: member.memberId,
        groupInstanceId: member.instanceId ?? null,
        clientId: member.clientId,
        clientHost: hostOf(member.clientHost),
        partitions: member.assignment.topicPartitions.flatMap(({ topicName, partitions }) =>
          partitions.map((partition) => ({ topic: topicName, partition })),
        ),
      })),
    }))
}

function nothing(groupId: string): DescribedGroup {
  return {
    groupId,
    state: '',
    groupType: null,
    groupEpoch: null,
    protocolType: '',
    assignor: '',
    members: [],
  }
}

/** As Java prints it: `/127.0.0.1`. */
function hostOf(host: string): string {
  return host.replace(/^\//u, '')
}
