/** Online upgrade: a classic group with members becomes a consumer group when a consumer-protocol member joins. */
import { DecodeError } from '../../protocol/codec.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import { decodeAssignment, decodeSubscription } from '../../protocol/records/index.ts'
import { answerJoin, answerSync, joinFailure, syncFailure } from '../classic/answers.ts'
import type { ClassicGroup } from '../classic/group.ts'
import { CONSUMER_PROTOCOL_TYPE } from '../classic/group.ts'
import type { ClassicMember } from '../classic/member.ts'
import type { Turn } from '../turn.ts'
import type { ConsumerGroup } from './group.ts'
import type { ConsumerMember } from './member.ts'
import { currentAssignmentRecord, metadataRecord, newMember } from './member.ts'
import { heldSince, listed, partitionsOf } from './partitions.ts'
import { keepAlive } from './rebalance.ts'

/** In words why the group cannot be upgraded, or null. */
export function upgradeProblem(turn: Turn, group: ClassicGroup): string | null {
  const policy = turn.config.groupConsumerMigrationPolicy
  if (policy !== 'bidirectional' && policy !== 'upgrade') {
    return `it is a classic group, and group.consumer.migration.policy is ${policy}`
  }
  if (group.protocolType !== CONSUMER_PROTOCOL_TYPE) {
    return `it is a classic group of the protocol type ${group.protocolType}`
  }
  if (group.members.size > turn.config.groupConsumerMaxSize) {
    return `it is a classic group of ${group.members.size} members, more than group.consumer.max.size`
  }
  try {
    for (const member of group.members.values()) converted(turn, group, member)
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    return `it is a classic group whose members' metadata is not the consumers' own: ${error.message}`
  }
  return null
}

/** The generation becomes the epoch, and what the leader assigned becomes the target. */
export function upgrade(turn: Turn, group: ClassicGroup): ConsumerGroup {
  const { groupId, generationId: epoch } = group
  const members = [...group.members.values()].map((member) => {
    answerJoin(turn, member, joinFailure(ErrorCode.REBALANCE_IN_PROGRESS, member.memberId))
    answerSync(turn, member, syncFailure(ErrorCode.REBALANCE_IN_PROGRESS))
    return converted(turn, group, member)
  })
  turn.cancel({ kind: 'join', groupId, initial: null })
  turn.cancel({ kind: 'sync', groupId })
  turn.write({ type: 'GroupMetadata', groupId, value: null })
  for (const member of members) {
    const { memberId } = member
    turn.write({ type: 'ConsumerGroupMemberMetadata', groupId, memberId, value: metadataRecord(member) })
  }
  turn.write({ type: 'ConsumerGroupMetadata', groupId, value: { epoch, metadataHash: 0 } })
  for (const { memberId, assigned } of members) {
    const value = { topicPartitions: listed(assigned) }
    turn.write({ type: 'ConsumerGroupTargetAssignmentMember', groupId, memberId, value })
  }
  // What the leader assigned is no reason to wait.
  const value = { assignmentEpoch: epoch, assignmentTimestamp: 0 }
  turn.write({ type: 'ConsumerGroupTargetAssignmentMetadata', groupId, value })
  for (const member of members) {
    const { memberId } = member
    const current = currentAssignmentRecord(member)
    turn.write({ type: 'ConsumerGroupCurrentMemberAssignment', groupId, memberId, value: current })
  }
  const upgraded = turn.state.consumerGroup(groupId)
  if (upgraded === undefined) throw new Error(`group ${groupId} was not upgraded`)
  for (const member of members) keepAlive(turn, upgraded, member)
  return upgraded
}

/** Throws DecodeError when the member's metadata or assignment is not what the clients' own consumers write. */
function converted({ image }: Turn, group: ClassicGroup, member: ClassicMember): ConsumerMember {
  // A group in its first rebalance has no protocol yet.
  const metadata = member.metadataFor(group.protocolName ?? '') ?? member.protocols[0]?.metadata
  if (metadata === undefined) throw new DecodeError(`member ${member.memberId} has no protocol`)
  const { topics, rackId } = decodeSubscription(metadata)
  const { assignedPartitions } =
    member.assignment.length === 0 ? { assignedPartitions: [] } : decodeAssignment(member.assignment)
  const byId = assignedPartitions.flatMap(({ topic, partitions }) => {
    const topicId = image.topicsByName.get(topic)?.id
    return topicId === undefined ? [] : [{ topicId, partitions }]
  })
  const { generationId } = group
  return {
    ...newMember(member.memberId),
    instanceId: member.groupInstanceId,
    rackId,
    clientId: member.clientId,
    clientHost: member.clientHost,
    subscribedTopicNames: [...new Set(topics)].sort(),
    rebalanceTimeoutMs: member.rebalanceTimeoutMs,
    classic: {
      sessionTimeoutMs: member.sessionTimeoutMs,
      supportedProtocols: member.protocols.map(({ name, metadata: bytes }) => ({ name, metadata: bytes })),
    },
    memberEpoch: generationId,
    previousMemberEpoch: generationId,
    assigned: heldSince(generationId, partitionsOf(byId)),
  }
}
