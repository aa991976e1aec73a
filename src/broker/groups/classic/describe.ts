/** A classic group as DescribeGroups and ListGroups show it. */
import { ErrorCode } from '../../protocol/errors.ts'
import type { Group } from '../group.ts'
import { GROUP_TYPE_NAMES } from '../group.ts'
import type { DescribedGroup, ListedGroup } from '../messages.ts'
import type { ClassicGroup } from './group.ts'
import { DEAD, type ClassicGroupState } from './group.ts'
import type { ClassicMember } from './member.ts'
import { EMPTY_ASSIGNMENT } from './member.ts'

/** Metadata is shown of a stable group only; in a rebalance members still have the assignments of before. */
export function describeGroup(group: ClassicGroup): DescribedGroup {
  const isStable = group.state === 'Stable'
  return {
    errorCode: ErrorCode.NONE,
    groupId: group.groupId,
    groupState: group.state,
    protocolType: group.protocolType ?? '',
    protocolData: isStable ? (group.protocolName ?? '') : '',
    members: [...group.members.values()].map((member) => describeMember(group, member, isStable)),
  }
}

function describeMember(group: ClassicGroup, member: ClassicMember, isStable: boolean) {
  const { memberId, groupInstanceId, clientId, clientHost } = member
  return {
    memberId,
    groupInstanceId,
    clientId,
    clientHost,
    memberMetadata: isStable ? group.metadataOf(member) : EMPTY_ASSIGNMENT,
    memberAssignment: member.assignment,
  }
}

/**
 * An unknown group was a dead one until v6, which says GROUP_ID_NOT_FOUND (KIP-1043); to clients that ask for classic
 * groups one of another type is unknown.
 */
export function describeUnknownGroup(
  groupId: string,
  apiVersion: number,
  otherType: Group['type'] | null = null,
): DescribedGroup {
  const dead = { groupId, groupState: DEAD, protocolType: '', protocolData: '', members: [] }
  if (apiVersion < 6) return { ...dead, errorCode: ErrorCode.NONE }
  const why = otherType === null ? 'not found' : 'is not a classic group'
  return { ...dead, errorCode: ErrorCode.GROUP_ID_NOT_FOUND, errorMessage: `Group ${groupId} ${why}.` }
}

export function listedGroup(group: ClassicGroup): ListedGroup {
  return {
    groupId: group.groupId,
    protocolType: group.protocolType ?? '',
    groupState: group.state satisfies ClassicGroupState,
    groupType: GROUP_TYPE_NAMES.classic,
  }
}
