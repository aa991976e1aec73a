/**
 * Members of a consumer group that still speak the classic protocol, during an upgrade or downgrade. The coordinator
 * assigns to them too: a rebalance is a heartbeat answered REBALANCE_IN_PROGRESS, a join at which the member says what
 * it gave up, and a sync at which it gets what is free.
 */
import { ErrorCode, KafkaError } from '../../protocol/errors.ts'
import { CONSUMER_PROTOCOL_TYPE } from '../classic/group.ts'
import type {
  HeartbeatRequest,
  LeaveGroupRequest,
  LeavingMember,
  LeftMember,
  SyncGroupRequest,
  SyncGroupResponse,
} from '../messages.ts'
import type { Turn } from '../turn.ts'
import { encodeAssignment } from './downgrade.ts'
import type { ConsumerGroup } from './group.ts'
import type { ClassicMemberMetadata, ConsumerMember } from './member.ts'
import { nameOf } from './member.ts'
import { afterRemoval, isAssignmentDue, keepAlive, removeMember } from './rebalance.ts'
import { fencedInstance, unknownInstance, unknownMember } from './refusal.ts'

type ClassicMemberOfConsumerGroup = ConsumerMember & { readonly classic: ClassicMemberMetadata }

export function syncConsumerGroup(
  turn: Turn,
  group: ConsumerGroup,
  request: SyncGroupRequest,
): SyncGroupResponse {
  const { groupId } = group
  const { memberId, generationId, protocolType, protocolName } = request
  const member = classicMember(group, memberId, request.groupInstanceId)
  if (generationId !== member.memberEpoch) throw new KafkaError(ErrorCode.ILLEGAL_GENERATION)
  const isInconsistent =
    (protocolType !== null && protocolType !== CONSUMER_PROTOCOL_TYPE) ||
    (protocolName !== null && protocolName !== protocolNameOf(member))
  if (isInconsistent) throw new KafkaError(ErrorCode.INCONSISTENT_GROUP_PROTOCOL)
  if (hasNewerTarget(turn, group, member) && member.state !== 'UNREVOKED_PARTITIONS') {
    expectJoin(turn, group, member)
    throw new KafkaError(ErrorCode.REBALANCE_IN_PROGRESS)
  }
  turn.cancel({ kind: 'memberSync', groupId, memberId })
  keepAlive(turn, group, member)
  return {
    errorCode: ErrorCode.NONE,
    protocolType,
    protocolName,
    assignment: encodeAssignment(turn, member.classic, member.assigned),
  }
}

/** The error code to answer. */
export function heartbeatConsumerGroup(turn: Turn, group: ConsumerGroup, request: HeartbeatRequest): number {
  const member = classicMember(group, request.memberId, request.groupInstanceId)
  if (request.generationId !== member.memberEpoch) throw new KafkaError(ErrorCode.ILLEGAL_GENERATION)
  keepAlive(turn, group, member)
  const hasToRejoin =
    hasNewerTarget(turn, group, member) ||
    member.state === 'UNREVOKED_PARTITIONS' ||
    (member.state === 'UNRELEASED_PARTITIONS' && !isWaitingForOthers(group, member))
  if (!hasToRejoin) return ErrorCode.NONE
  expectJoin(turn, group, member)
  return ErrorCode.REBALANCE_IN_PROGRESS
}

export function leaveConsumerGroupAsClassic(
  turn: Turn,
  group: ConsumerGroup,
  request: LeaveGroupRequest,
): LeftMember[] {
  const gone: string[] = []
  const names = new Map([...group.members.values()].map((member) => [member.memberId, nameOf(member)]))
  const answers = request.members.map((leaving) => leave(turn, group, leaving, gone))
  if (gone.length > 0) {
    const reasons = request.members.flatMap(({ reason }) => reason || [])
    const why = reasons.length === 0 ? 'no reason given' : reasons.join(', ')
    afterRemoval(turn, group, {
      kind: 'memberLeft',
      sentence: `${gone.join(', ')} left: ${why}`,
      memberIds: gone,
      values: { client: gone.map((memberId) => names.get(memberId) ?? memberId).join(', '), reason: why },
    })
  }
  return answers
}

export function protocolNameOf({ classic }: ClassicMemberOfConsumerGroup): string {
  return classic.supportedProtocols[0]?.name ?? ''
}

function leave(turn: Turn, group: ConsumerGroup, leaving: LeavingMember, gone: string[]): LeftMember {
  const { groupInstanceId } = leaving
  try {
    const byInstance = groupInstanceId === null ? undefined : group.staticMember(groupInstanceId)
    if (groupInstanceId !== null && byInstance === undefined) throw unknownInstance(groupInstanceId)
    // An administrator removes a static member by its instance id alone (KIP-345).
    const memberId = leaving.memberId === '' ? (byInstance?.memberId ?? '') : leaving.memberId
    // Of either protocol: an administrator removes members by LeaveGroup, too.
    knownMember(group, memberId, groupInstanceId)
    removeMember(turn, group, memberId)
    gone.push(memberId)
    return { memberId, groupInstanceId, errorCode: ErrorCode.NONE }
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error
    return { memberId: leaving.memberId, groupInstanceId, errorCode: error.code }
  }
}

/** Throws KafkaError for somebody else. */
function knownMember(group: ConsumerGroup, memberId: string, instanceId: string | null): ConsumerMember {
  const member = instanceId === null ? group.members.get(memberId) : group.staticMember(instanceId)
  if (member === undefined) throw unknownMember(memberId, group.groupId)
  if (instanceId !== null && member.memberId !== memberId) throw fencedInstance(memberId, instanceId, member)
  return member
}

/** Throws KafkaError for somebody else, and for a member that speaks the consumer protocol. */
function classicMember(
  group: ConsumerGroup,
  memberId: string,
  instanceId: string | null,
): ClassicMemberOfConsumerGroup {
  const member = knownMember(group, memberId, instanceId)
  if (!isClassic(member)) throw unknownMember(memberId, group.groupId)
  return member
}

export function isClassic(member: ConsumerMember): member is ClassicMemberOfConsumerGroup {
  return member.classic !== null
}

function expectJoin(turn: Turn, { groupId }: ConsumerGroup, member: ConsumerMember): void {
  const { memberId, rebalanceTimeoutMs } = member
  turn.scheduleIfAbsent({ kind: 'memberJoin', groupId, memberId }, rebalanceTimeoutMs)
}

/** There is a target it has not joined for, or its join would compute one. */
function hasNewerTarget(turn: Turn, group: ConsumerGroup, { memberEpoch }: ConsumerMember): boolean {
  return memberEpoch < group.assignmentEpoch || isAssignmentDue(turn, group)
}

/** Nothing it waits for is free yet, so rejoining would change nothing. */
function isWaitingForOthers(group: ConsumerGroup, member: ConsumerMember): boolean {
  for (const [topicId, partitions] of group.target(member.memberId)) {
    for (const partition of partitions) {
      const isAssigned = member.assigned.get(topicId)?.has(partition) === true
      if (!isAssigned && group.isHeld(topicId, partition)) return true
    }
  }
  return false
}
