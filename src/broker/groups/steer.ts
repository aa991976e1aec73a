/** What a person may do to a group that Kafka's protocol has no request for. Each is one step of its shard. */
import { ErrorCode } from '../protocol/errors.ts'
import { SteerAction } from '../protocol/messages/internal/steer-group.ts'
import { ZERO_UUID } from '../protocol/schema.ts'
import type { ClassicGroup } from './classic/group.ts'
import { prepareRebalance, rebalance, removeMember } from './classic/rebalance.ts'
import { sessionTimeoutMs } from './consumer/group-config.ts'
import type { ConsumerGroup } from './consumer/group.ts'
import { afterRemoval, beginEpoch, removeMember as removeConsumerMember } from './consumer/rebalance.ts'
import type { Group } from './group.ts'
import type { SteerGroupRequest, SteerGroupResponse } from './messages.ts'
import type { Turn } from './turn.ts'

const NO_SHARE_RESET =
  'Where a share group starts can be set only while it has no members: AlterShareGroupOffsets.'

export function steerFailure(errorCode: number, errorMessage: string | null = null): SteerGroupResponse {
  return { errorCode, errorMessage, members: [] }
}

export function steerGroup(turn: Turn, request: SteerGroupRequest): SteerGroupResponse {
  const group = turn.state.groups.get(request.groupId)
  if (group === undefined) {
    return steerFailure(ErrorCode.GROUP_ID_NOT_FOUND, `There is no group ${request.groupId}.`)
  }
  const members = seenMembers(turn, group)
  switch (request.action) {
    case SteerAction.look:
      return { errorCode: ErrorCode.NONE, members }
    case SteerAction.rebalance:
      return members.length === 0
        ? steerFailure(ErrorCode.INVALID_REQUEST, 'A group without members has nothing to rebalance.')
        : { ...askForRebalance(turn, group), members }
    case SteerAction.setOffsets:
      if (group.type === 'share') return steerFailure(ErrorCode.INVALID_REQUEST, NO_SHARE_RESET)
      putOut(turn, group)
      writeOffsets(turn, request)
      return { errorCode: ErrorCode.NONE, members }
    default:
      return steerFailure(ErrorCode.INVALID_REQUEST, `There is no action ${request.action}.`)
  }
}

function askForRebalance(turn: Turn, group: Group): { errorCode: number; errorMessage?: string } {
  const cause = { kind: 'askedFor', sentence: 'asked for', memberIds: [] } as const
  switch (group.type) {
    case 'consumer':
      beginEpoch(turn, group, cause)
      return { errorCode: ErrorCode.NONE }
    case 'classic':
      if (group.state === 'PreparingRebalance') {
        return { errorCode: ErrorCode.REBALANCE_IN_PROGRESS, errorMessage: 'The group rebalances already.' }
      }
      prepareRebalance(turn, group, cause)
      return { errorCode: ErrorCode.NONE }
    default:
      return { errorCode: ErrorCode.INVALID_REQUEST, errorMessage: 'A share group does not rebalance.' }
  }
}

/**
 * Every member is told UNKNOWN_MEMBER_ID with its next request: what it still wants to commit is refused, and it joins
 * again as somebody new, which reads the offsets anew. The offsets are written in the same batch as the empty group,
 * so nobody can come in between.
 */
function putOut(turn: Turn, group: Group): void {
  const cause = {
    kind: 'offsetsReset',
    sentence: 'its offsets were set while it had members, so they have to join again',
    memberIds: [...group.members.keys()],
  } as const
  if (group.type === 'classic') putOutClassic(turn, group, cause)
  else if (group.type === 'consumer') putOutConsumer(turn, group, cause)
}

function putOutClassic(turn: Turn, group: ClassicGroup, cause: Parameters<typeof rebalance>[2]): void {
  const memberIds = [...group.members.keys(), ...group.pendingJoinMembers]
  for (const memberId of memberIds) removeMember(turn, group, memberId, 'offsetsReset')
  if (memberIds.length > 0) rebalance(turn, group, cause)
}

function putOutConsumer(turn: Turn, group: ConsumerGroup, cause: Parameters<typeof beginEpoch>[2]): void {
  const memberIds = [...group.members.keys()]
  for (const memberId of memberIds) removeConsumerMember(turn, group, memberId)
  if (memberIds.length > 0) afterRemoval(turn, group, cause)
}

function writeOffsets(turn: Turn, { groupId, topics }: SteerGroupRequest): void {
  for (const { name, partitions } of topics) {
    for (const { partitionIndex: partition, offset } of partitions) {
      const value = {
        offset,
        leaderEpoch: -1,
        metadata: '',
        commitTimestamp: turn.nowMs,
        expireTimestamp: -1,
        topicId: turn.image.topic(name)?.id ?? ZERO_UUID,
      }
      turn.write({ type: 'OffsetCommit', groupId, topic: name, partition, value })
    }
  }
}

function seenMembers(turn: Turn, group: Group): NonNullable<SteerGroupResponse['members']> {
  switch (group.type) {
    case 'classic':
      return [...group.members.values()].map((member) => ({
        memberId: member.memberId,
        silentMs: turn.nowMs - member.lastSeenMs,
        sessionTimeoutMs: member.sessionTimeoutMs,
        rebalanceTimeoutMs: member.rebalanceTimeoutMs,
        awaits: member.awaitingJoin !== null ? 'join' : member.awaitingSync !== null ? 'sync' : '',
      }))
    case 'consumer':
      return [...group.members.values()].map(({ memberId, classic, rebalanceTimeoutMs }) => ({
        memberId,
        silentMs: turn.nowMs - (group.lastSeenMs.get(memberId) ?? turn.nowMs),
        sessionTimeoutMs: classic?.sessionTimeoutMs ?? sessionTimeoutMs(turn, group.groupId),
        rebalanceTimeoutMs,
        awaits: '',
      }))
    default:
      return []
  }
}
