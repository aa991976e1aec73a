/** ShareGroupHeartbeat: join, stay, subscribe, leave (KIP-932). */
import { resolveShareGroupConfig } from '../../metadata/configs/share-group-config.ts'
import { ErrorCode, KafkaError } from '../../protocol/errors.ts'
import { javaHost } from '../classic/joining-member.ts'
import type { ClientContext, ShareGroupHeartbeatRequest, ShareGroupHeartbeatResponse } from '../messages.ts'
import type { Turn } from '../turn.ts'
import {
  assign,
  assignWhenDue,
  beginEpoch,
  follow,
  keepAlive,
  metadataHashOf,
  removeMember,
} from './assignment.ts'
import type { ShareGroup } from './group.ts'
import type { ShareMember } from './member.ts'
import { hasSameMetadata, hasSameTopics, newShareMember } from './member.ts'
import { isSame, listed } from './partitions.ts'
import type { NamedPartition, PartitionToInitialize } from './state-partitions.ts'
import { partitionsToInitialize, writeInitialized, writeInitializing } from './state-partitions.ts'

export const JOIN_EPOCH = 0
export const LEAVE_EPOCH = -1

export interface HeartbeatDecision {
  readonly response: ShareGroupHeartbeatResponse
  /** Partitions whose state has to begin before they can be assigned, and the epoch it begins with. */
  readonly toInitialize: readonly PartitionToInitialize[]
  readonly stateEpoch: number
}

export function shareHeartbeatFailure(
  errorCode: number,
  errorMessage: string | null = null,
): ShareGroupHeartbeatResponse {
  return { errorCode, errorMessage }
}

export function failedDecision(errorCode: number, errorMessage: string | null = null): HeartbeatDecision {
  return { response: shareHeartbeatFailure(errorCode, errorMessage), toInitialize: [], stateEpoch: 0 }
}

export function shareGroupHeartbeat(
  turn: Turn,
  context: ClientContext,
  request: ShareGroupHeartbeatRequest,
): HeartbeatDecision {
  try {
    validate(request)
    return request.memberEpoch === LEAVE_EPOCH ? leave(turn, request) : stay(turn, context, request)
  } catch (error) {
    // Once something is written, it is no refusal but a bug, and the shard has to load again.
    if (!(error instanceof KafkaError) || turn.records.length > 0) throw error
    return failedDecision(error.code, error.message)
  }
}

/** What was to begin has begun: it can be assigned now. The answer to the member whose heartbeat asked for it. */
export function afterInitialization(
  turn: Turn,
  { groupId, memberId }: ShareGroupHeartbeatRequest,
  initialized: readonly NamedPartition[],
): ShareGroupHeartbeatResponse {
  const group = turn.state.shareGroup(groupId)
  if (group === undefined) return shareHeartbeatFailure(ErrorCode.GROUP_ID_NOT_FOUND)
  const stillThere = initialized.filter(({ topicId }) => turn.image.topicsById.has(topicId))
  if (stillThere.length > 0) {
    writeInitialized(turn, group, stillThere)
    // At once, whatever the interval: until now there was nothing to assign.
    beginEpoch(turn, group)
    assign(turn, group)
  }
  const member = group.members.get(memberId)
  if (member === undefined) return shareHeartbeatFailure(ErrorCode.UNKNOWN_MEMBER_ID)
  return answerTo(turn, group, follow(turn, group, member), true)
}

function validate({ groupId, memberId, memberEpoch, rackId, ...request }: ShareGroupHeartbeatRequest): void {
  if (groupId === '') throw invalid("GroupId can't be empty.")
  if (memberId === '') throw invalid("MemberId can't be empty.")
  if (rackId === '') throw invalid("RackId can't be empty.")
  if (memberEpoch < LEAVE_EPOCH) throw invalid(`MemberEpoch ${memberEpoch} is invalid.`)
  const names = request.subscribedTopicNames
  if (memberEpoch === JOIN_EPOCH && (names === null || names.length === 0)) {
    throw invalid('SubscribedTopicNames must be set in first request.')
  }
}

function leave(turn: Turn, { groupId, memberId }: ShareGroupHeartbeatRequest): HeartbeatDecision {
  const group = knownGroup(turn, groupId)
  if (!group.members.has(memberId)) throw unknownMember(memberId, groupId)
  removeMember(turn, group, memberId)
  const response = { errorCode: ErrorCode.NONE, memberId, memberEpoch: LEAVE_EPOCH }
  return { response, toInitialize: [], stateEpoch: 0 }
}

function stay(turn: Turn, context: ClientContext, request: ShareGroupHeartbeatRequest): HeartbeatDecision {
  const { groupId, memberId, memberEpoch } = request
  const isJoining = memberEpoch === JOIN_EPOCH
  const before = admit(turn, request)
  const wanted = asRequested(before ?? newShareMember(memberId), context, request)
  if (before === null || !hasSameMetadata(before, wanted)) {
    const { rackId, clientId, clientHost, subscribedTopicNames } = wanted
    const value = { rackId, clientId, clientHost, subscribedTopicNames: [...subscribedTopicNames] }
    turn.write({ type: 'ShareGroupMemberMetadata', groupId, memberId, value })
  }
  const group = turn.state.shareGroup(groupId)
  if (group === undefined) throw new Error(`share group ${groupId} was not written`)
  const isNews = before === null || !hasSameTopics(before, wanted)
  if (isNews || metadataHashOf(group, turn.image) !== group.metadataHash) beginEpoch(turn, group)
  assignWhenDue(turn, group)
  const toInitialize = partitionsToInitialize(group, turn.image)
  if (toInitialize.length > 0) writeInitializing(turn, group, toInitialize)
  const member = follow(turn, group, group.members.get(memberId) ?? wanted)
  keepAlive(turn, group, memberId)
  // Who says its topics wants to know what it has of them.
  const isFull = isJoining || request.subscribedTopicNames !== null
  const isToldAll = isFull || before === null || !isSame(before.assigned, member.assigned)
  return {
    response: answerTo(turn, group, member, isToldAll),
    toInitialize,
    stateEpoch: group.groupEpoch,
  }
}

/** The member as it is known; null for a newcomer, who may join. */
function admit(
  turn: Turn,
  { groupId, memberId, memberEpoch }: ShareGroupHeartbeatRequest,
): ShareMember | null {
  if (memberEpoch !== JOIN_EPOCH) {
    const member = knownGroup(turn, groupId).members.get(memberId)
    if (member === undefined) throw unknownMember(memberId, groupId)
    checkEpoch(memberEpoch, member)
    return member
  }
  const group = turn.state.groups.get(groupId)
  // Offsets alone make a "simple" group, which is not in the way when it is empty of them, too.
  if (group !== undefined && group.type !== 'share') throw notShareGroup(groupId)
  const member = group?.members.get(memberId)
  if (member !== undefined) return member
  const maxSize = turn.config.groupShareMaxSize
  if (group !== undefined && group.members.size >= maxSize) {
    throw new KafkaError(
      ErrorCode.GROUP_MAX_SIZE_REACHED,
      `The share group has reached its maximum capacity of ${maxSize} members.`,
    )
  }
  return null
}

function checkEpoch(receivedEpoch: number, { memberEpoch, previousMemberEpoch }: ShareMember): void {
  if (receivedEpoch === memberEpoch || receivedEpoch === previousMemberEpoch) return
  const relation = receivedEpoch > memberEpoch ? 'greater' : 'smaller'
  throw new KafkaError(
    ErrorCode.FENCED_MEMBER_EPOCH,
    `The share group member has a ${relation} member epoch (${receivedEpoch}) than the one known by the group ` +
      `coordinator (${memberEpoch}). The member must abandon all its partitions and rejoin.`,
  )
}

/** The member with what the request says; null says "as before". */
function asRequested(
  member: ShareMember,
  context: ClientContext,
  { rackId, subscribedTopicNames }: ShareGroupHeartbeatRequest,
): ShareMember {
  return {
    ...member,
    rackId: rackId ?? member.rackId,
    clientId: context.clientId ?? '',
    clientHost: javaHost(context.clientAddress),
    subscribedTopicNames:
      subscribedTopicNames === null ? member.subscribedTopicNames : [...new Set(subscribedTopicNames)].sort(),
  }
}

function answerTo(
  turn: Turn,
  { groupId }: ShareGroup,
  { memberId, memberEpoch, assigned }: ShareMember,
  isToldAll: boolean,
): ShareGroupHeartbeatResponse {
  return {
    errorCode: ErrorCode.NONE,
    memberId,
    memberEpoch,
    heartbeatIntervalMs: resolveShareGroupConfig(turn.image, turn.config, groupId).heartbeatIntervalMs,
    assignment: isToldAll ? { topicPartitions: listed(assigned) } : null,
  }
}

function knownGroup(turn: Turn, groupId: string): ShareGroup {
  const group = turn.state.groups.get(groupId)
  if (group === undefined) {
    throw new KafkaError(ErrorCode.GROUP_ID_NOT_FOUND, `Group ${groupId} not found.`)
  }
  if (group.type !== 'share') throw notShareGroup(groupId)
  return group
}

function notShareGroup(groupId: string): KafkaError {
  return new KafkaError(ErrorCode.GROUP_ID_NOT_FOUND, `Group ${groupId} is not a share group.`)
}

function unknownMember(memberId: string, groupId: string): KafkaError {
  return new KafkaError(
    ErrorCode.UNKNOWN_MEMBER_ID,
    `Member ${memberId} is not a member of group ${groupId}.`,
  )
}

function invalid(message: string): KafkaError {
  return new KafkaError(ErrorCode.INVALID_REQUEST, message)
}
