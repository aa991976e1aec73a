/** What a person may do to a group that Kafka's protocol has no request for. Each is one step of its shard. */
import { ErrorCode } from '../protocol/errors.ts'
import { SteerAction } from '../protocol/messages/internal/steer-group.ts'
import { ZERO_UUID } from '../protocol/schema.ts'
import type { ClassicGroup } from './classic/group.ts'
import { prepareRebalance, rebalance, removeMember } from './classic/rebalance.ts'
import { resolveShareGroupConfig } from '../metadata/configs/share-group-config.ts'
import { sessionTimeoutMs } from './consumer/group-config.ts'
import type { ConsumerGroup } from './consumer/group.ts'
import { afterRemoval, beginEpoch, removeMember as removeConsumerMember } from './consumer/rebalance.ts'
import type { Group } from './group.ts'
import { deleteOffset } from './offsets/delete.ts'
import type { ShareGroup } from './share/group.ts'
import type { SteerGroupRequest, SteerGroupResponse } from './messages.ts'
import type { Turn } from './turn.ts'

const NO_SHARE_RESET =
  'Where a share group starts can be set only while it has no members: AlterShareGroupOffsets.'

/** As OffsetFetch tells it: nothing is committed. Set, it takes away what is. */
const NO_OFFSET = -1
const IMPOSSIBLE_OFFSET = 'An offset is 0 or more, or -1 for "nothing committed".'

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
      if (hasImpossibleOffset(request)) return steerFailure(ErrorCode.INVALID_REQUEST, IMPOSSIBLE_OFFSET)
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

function hasImpossibleOffset({ topics }: SteerGroupRequest): boolean {
  return topics.some(({ partitions }) => partitions.some(({ offset }) => offset < NO_OFFSET))
}

function writeOffsets(turn: Turn, { groupId, topics }: SteerGroupRequest): void {
  for (const { name: topic, partitions } of topics) {
    for (const { partitionIndex: partition, offset, leaderEpoch, metadata } of partitions) {
      if (offset === NO_OFFSET) {
        if (turn.state.offsets.get(groupId, topic, partition) !== undefined)
          deleteOffset(turn, groupId, topic, partition)
        continue
      }
      const value = {
        offset,
        leaderEpoch,
        metadata: metadata ?? '',
        commitTimestamp: turn.nowMs,
        expireTimestamp: -1,
        topicId: turn.image.topic(topic)?.id ?? ZERO_UUID,
      }
      turn.write({ type: 'OffsetCommit', groupId, topic, partition, value })
    }
  }
}

type SeenMember = NonNullable<SteerGroupResponse['members']>[number]

function seenMembers(turn: Turn, group: Group): SeenMember[] {
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
      return shareMembers(turn, group)
  }
}

function shareMembers(turn: Turn, { groupId, members, lastSeenMs }: ShareGroup): SeenMember[] {
  const timeoutMs = resolveShareGroupConfig(turn.image, turn.config, groupId).sessionTimeoutMs
  return [...members.keys()].map((memberId) => ({
    memberId,
    silentMs: turn.nowMs - (lastSeenMs.get(memberId) ?? turn.nowMs),
    sessionTimeoutMs: timeoutMs,
    // Nobody waits for anybody: a share group does not rebalance.
    rebalanceTimeoutMs: 0,
    awaits: '',
  }))
}
