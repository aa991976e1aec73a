/** ConsumerGroupHeartbeat: join, stay, subscribe, take over an assignment step by step, leave (KIP-848). */
import { ErrorCode, KafkaError } from '../../protocol/errors.ts'
import { javaHost } from '../classic/joining-member.ts'
import type {
  ClientContext,
  ConsumerGroupHeartbeatRequest,
  ConsumerGroupHeartbeatResponse,
} from '../messages.ts'
import type { Turn } from '../turn.ts'
import type { Admitted } from './admit.ts'
import { admit } from './admit.ts'
import type { ConsumerEpochCause } from './events.ts'
import { heartbeatIntervalMs } from './group-config.ts'
import type { ConsumerGroup } from './group.ts'
import { leaveConsumerGroup } from './leave.ts'
import type { ConsumerMember } from './member.ts'
import { hasSameMetadata, hasSameTopicNames, metadataRecord, nameOf, newMember } from './member.ts'
import { isSame, listed } from './partitions.ts'
import { assignorOf, bringUpToDate, keepAlive, reconcile } from './rebalance.ts'
import { JOIN_GROUP_MEMBER_EPOCH, validateHeartbeat } from './validate.ts'

export function heartbeatFailure(
  errorCode: number,
  errorMessage: string | null = null,
): ConsumerGroupHeartbeatResponse {
  return { errorCode, errorMessage }
}

export function consumerGroupHeartbeat(
  turn: Turn,
  context: ClientContext,
  request: ConsumerGroupHeartbeatRequest,
): ConsumerGroupHeartbeatResponse {
  try {
    validateHeartbeat(turn, request, context.apiVersion)
    return request.memberEpoch < JOIN_GROUP_MEMBER_EPOCH
      ? leaveConsumerGroup(turn, request)
      : stay(turn, context, request)
  } catch (error) {
    // Once something is written, it is no refusal but a bug, and the shard has to load again.
    if (!(error instanceof KafkaError) || turn.records.length > 0) throw error
    return heartbeatFailure(error.code, error.message)
  }
}

function stay(
  turn: Turn,
  context: ClientContext,
  request: ConsumerGroupHeartbeatRequest,
): ConsumerGroupHeartbeatResponse {
  const { groupId, topicPartitions: owned } = request
  const memberId = request.memberId === '' ? turn.newUuid() : request.memberId
  const admitted = admit(turn, request, memberId)
  const assignorBefore = admitted.group === null ? null : assignorOf(turn, admitted.group).name
  const wanted = asRequested(admitted.member ?? newMember(memberId), context, request)
  if (admitted.member === null || !hasSameMetadata(admitted.member, wanted)) {
    const value = metadataRecord(wanted)
    turn.write({ type: 'ConsumerGroupMemberMetadata', groupId, memberId, value })
  }
  const group = turn.state.consumerGroup(groupId)
  const member = group?.members.get(memberId)
  if (group === undefined || member === undefined) throw new Error(`member ${memberId} was not written`)
  if (admitted.replaced !== null) tellStaticReturn(turn, group, member, admitted.replaced)
  bringUpToDate(turn, group, causeOf(turn, group, admitted, member, assignorBefore))
  const reconciled = reconcile(turn, group, member, owned)
  keepAlive(turn, group, reconciled)

  const { memberEpoch, assigned } = reconciled
  const isToldAll = isFull(request) || !isSame(assigned, (admitted.member ?? member).assigned)
  return {
    errorCode: ErrorCode.NONE,
    memberId,
    memberEpoch,
    heartbeatIntervalMs: heartbeatIntervalMs(turn, groupId),
    assignment: isToldAll ? { topicPartitions: listed(assigned) } : null,
  }
}

/** A request that says everything wants to know everything. */
function isFull(request: ConsumerGroupHeartbeatRequest): boolean {
  if (request.memberEpoch === JOIN_GROUP_MEMBER_EPOCH) return true
  const saysSubscription = request.subscribedTopicNames !== null || request.subscribedTopicRegex !== null
  return request.rebalanceTimeoutMs !== -1 && saysSubscription && request.topicPartitions !== null
}

/** The member with what the request says; null says "as before". */
function asRequested(
  member: ConsumerMember,
  context: ClientContext,
  request: ConsumerGroupHeartbeatRequest,
): ConsumerMember {
  const { subscribedTopicNames: names, subscribedTopicRegex: regex } = request
  return {
    ...member,
    instanceId: request.instanceId ?? member.instanceId,
    rackId: request.rackId ?? member.rackId,
    rebalanceTimeoutMs:
      request.rebalanceTimeoutMs === -1 ? member.rebalanceTimeoutMs : request.rebalanceTimeoutMs,
    serverAssignor: request.serverAssignor ?? member.serverAssignor,
    subscribedTopicNames: names === null ? member.subscribedTopicNames : [...new Set(names)].sort(),
    // An empty one takes the subscription by regular expression back.
    subscribedTopicRegex: regex === null ? member.subscribedTopicRegex : regex || null,
    clientId: context.clientId ?? '',
    clientHost: javaHost(context.clientAddress),
    classic: null,
  }
}

/** Why the group has to be assigned anew for this member; null when it has not. */
function causeOf(
  turn: Turn,
  group: ConsumerGroup,
  { member: before }: Admitted,
  member: ConsumerMember,
  assignorBefore: string | null,
): ConsumerEpochCause | null {
  const { memberId } = member
  const client = nameOf(member)
  const cause = (kind: ConsumerEpochCause['kind'], sentence: string, values = {}) => ({
    kind,
    sentence,
    memberIds: [memberId],
    values: { client, ...values },
  })
  if (before === null) return cause('memberJoined', `${memberId} joined`)
  const hasOtherTopics =
    !hasSameTopicNames(before, member) || before.subscribedTopicRegex !== member.subscribedTopicRegex
  if (hasOtherTopics) {
    return cause(
      'subscriptionChanged',
      `${memberId} subscribes to ${subscriptionOf(member)} instead of ${subscriptionOf(before)}`,
      { now: subscriptionOf(member), before: subscriptionOf(before) },
    )
  }
  const { name } = assignorOf(turn, group)
  if (name !== assignorBefore) {
    return cause(
      'assignorChanged',
      `the assignor is ${name} instead of ${assignorBefore}, as ${memberId} asks`,
      { now: name, before: assignorBefore },
    )
  }
  return null
}

function subscriptionOf({ subscribedTopicNames, subscribedTopicRegex }: ConsumerMember): string {
  const regex = subscribedTopicRegex === null ? [] : [`/${subscribedTopicRegex}/`]
  return [...subscribedTopicNames, ...regex].join(', ') || 'nothing'
}

function tellStaticReturn(
  turn: Turn,
  group: ConsumerGroup,
  member: ConsumerMember,
  replaced: ConsumerMember,
): void {
  turn.emit({
    type: 'consumerStaticMemberReturned',
    groupId: group.groupId,
    atMs: turn.nowMs,
    groupEpoch: group.groupEpoch,
    memberId: member.memberId,
    formerMemberId: replaced.memberId,
    groupInstanceId: member.instanceId ?? '',
    sentence: `static member ${member.instanceId} returned as ${member.memberId} and keeps its partitions`,
  })
}
