/** JoinGroup of a classic member to a consumer group. */
import { DecodeError } from '../../protocol/codec.ts'
import { ErrorCode, KafkaError } from '../../protocol/errors.ts'
import { decodeSubscription } from '../../protocol/records/index.ts'
import { joinFailure } from '../classic/answers.ts'
import { CONSUMER_PROTOCOL_TYPE } from '../classic/group.ts'
import type { JoiningMember } from '../classic/joining-member.ts'
import { joiningMember } from '../classic/joining-member.ts'
import type { ClientContext, JoinGroupRequest, JoinGroupResponse } from '../messages.ts'
import type { Turn } from '../turn.ts'
import { replaceStaticMember } from './admit.ts'
import { isClassic, protocolNameOf } from './classic-members.ts'
import { canDowngradeTo, downgrade } from './downgrade.ts'
import type { ConsumerEpochCause } from './events.ts'
import type { ConsumerGroup } from './group.ts'
import type { ConsumerMember } from './member.ts'
import { hasSameMetadata, hasSameTopicNames, metadataRecord, nameOf, newMember } from './member.ts'
import { bringUpToDate, keepAlive, reconcile } from './rebalance.ts'
import { fencedInstance, groupFull, unknownInstance } from './refusal.ts'

const MEMBER_ID_REQUIRED_VERSION = 4

type Subscription = ReturnType<typeof decodeSubscription>

/** Throws KafkaError before anything is written. */
export function joinConsumerGroup(
  turn: Turn,
  context: ClientContext,
  group: ConsumerGroup,
  request: JoinGroupRequest,
): JoinGroupResponse {
  const { groupId } = group
  const isUnknownMember = request.memberId === ''
  const joining = joiningMember(context, request)
  const memberId = isUnknownMember
    ? `${joining.groupInstanceId ?? joining.clientId}-${turn.newUuid()}`
    : request.memberId
  const { groupConsumerMaxSize: maxSize } = turn.config
  if (group.members.size >= maxSize && !group.members.has(memberId)) throw groupFull(groupId, maxSize)
  checkProtocols(group, joining)
  const isDynamic = joining.groupInstanceId === null
  if (isUnknownMember && isDynamic && context.apiVersion >= MEMBER_ID_REQUIRED_VERSION) {
    return joinFailure(ErrorCode.MEMBER_ID_REQUIRED, memberId)
  }
  const subscription = subscriptionOf(joining)
  const { replaced, before } = takePlace(turn, group, joining.groupInstanceId, memberId, isUnknownMember)
  const wanted = asJoined(before ?? newMember(memberId), joining, subscription)
  if (before === null || !hasSameMetadata(before, wanted)) {
    turn.write({ type: 'ConsumerGroupMemberMetadata', groupId, memberId, value: metadataRecord(wanted) })
  }
  const member = group.members.get(memberId)
  if (member === undefined) throw new Error(`member ${memberId} was not written`)
  bringUpToDate(turn, group, causeOf(before, member, joining.reason))
  const reconciled = reconcile(turn, group, member, ownedPartitions(turn, subscription))
  turn.cancel({ kind: 'memberJoin', groupId, memberId })
  const isDowngraded =
    replaced !== null && replaced.classic === null && canDowngradeTo(turn, [...group.members.values()])
  if (isDowngraded) {
    downgrade(turn, group, { leavingId: null, cause: '' })
  } else {
    keepAlive(turn, group, reconciled)
    turn.schedule({ kind: 'memberSync', groupId, memberId }, reconciled.rebalanceTimeoutMs)
  }
  return {
    errorCode: ErrorCode.NONE,
    memberId,
    generationId: reconciled.memberEpoch,
    protocolType: CONSUMER_PROTOCOL_TYPE,
    protocolName: isClassic(reconciled) ? protocolNameOf(reconciled) : '',
    leader: '',
    members: [],
  }
}

/** All classic members must have a protocol in common, though nobody assigns by it: the group may go back to it. */
function checkProtocols(group: ConsumerGroup, { protocolType, terms }: JoiningMember): void {
  const others = group.classicMembers
  const isSupported =
    protocolType === CONSUMER_PROTOCOL_TYPE &&
    terms.protocols.some(({ name }) =>
      others.every(({ classic }) => classic?.supportedProtocols.some((each) => each.name === name)),
    )
  if (!isSupported) throw new KafkaError(ErrorCode.INCONSISTENT_GROUP_PROTOCOL)
}

/** The coordinator has to know what to assign, so the metadata must be the consumers' own. */
function subscriptionOf({ terms }: JoiningMember): Subscription {
  try {
    return decodeSubscription(terms.protocols[0]?.metadata ?? Buffer.alloc(0))
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    throw new KafkaError(ErrorCode.INCONSISTENT_GROUP_PROTOCOL, error.message)
  }
}

interface Place {
  readonly before: ConsumerMember | null
  readonly replaced: ConsumerMember | null
}

function takePlace(
  turn: Turn,
  group: ConsumerGroup,
  instanceId: string | null,
  memberId: string,
  isUnknownMember: boolean,
): Place {
  const owner = instanceId === null ? null : (group.staticMember(instanceId) ?? null)
  if (instanceId === null || (owner === null && isUnknownMember)) {
    return { before: group.members.get(memberId) ?? null, replaced: null }
  }
  if (owner === null) throw unknownInstance(instanceId)
  if (!isUnknownMember) {
    if (owner.memberId !== memberId) throw fencedInstance(memberId, instanceId, owner)
    return { before: owner, replaced: null }
  }
  replaceStaticMember(turn, group, owner, memberId)
  return { before: group.members.get(memberId) ?? null, replaced: owner }
}

function asJoined(
  member: ConsumerMember,
  joining: JoiningMember,
  subscription: Subscription,
): ConsumerMember {
  const { sessionTimeoutMs, rebalanceTimeoutMs, protocols } = joining.terms
  return {
    ...member,
    instanceId: joining.groupInstanceId ?? member.instanceId,
    rackId: subscription.rackId ?? member.rackId,
    clientId: joining.clientId,
    clientHost: joining.clientHost,
    subscribedTopicNames: [...new Set(subscription.topics)].sort(),
    rebalanceTimeoutMs: rebalanceTimeoutMs === -1 ? member.rebalanceTimeoutMs : rebalanceTimeoutMs,
    classic: {
      sessionTimeoutMs,
      supportedProtocols: protocols.map(({ name, metadata }) => ({ name, metadata })),
    },
  }
}

function causeOf(
  before: ConsumerMember | null,
  member: ConsumerMember,
  reason: string,
): ConsumerEpochCause | null {
  const { memberId } = member
  const client = nameOf(member)
  if (before === null) {
    const sentence = `${memberId} joined: ${reason}`
    return { kind: 'memberJoined', sentence, memberIds: [memberId], values: { client, reason } }
  }
  if (hasSameTopicNames(before, member)) return null
  const sentence = `${memberId} subscribes to ${member.subscribedTopicNames.join(', ') || 'nothing'}: ${reason}`
  const values = {
    client,
    now: member.subscribedTopicNames.join(', '),
    before: before.subscribedTopicNames.join(', '),
    reason,
  }
  return { kind: 'subscriptionChanged', sentence, memberIds: [memberId], values }
}

/** What an incremental (cooperative) member keeps through the rebalance; an eager one has nothing. */
function ownedPartitions({ image }: Turn, { ownedPartitions: owned }: Subscription) {
  return owned.flatMap(({ topic, partitions }) => {
    const topicId = image.topicsByName.get(topic)?.id
    return topicId === undefined ? [] : [{ topicId, partitions }]
  })
}
