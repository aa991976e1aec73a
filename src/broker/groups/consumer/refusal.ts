/** Why a member is refused. Thrown before anything is written, so nothing has to be taken back. */
import { ErrorCode, KafkaError } from '../../protocol/errors.ts'
import type { ConsumerMember } from './member.ts'

export function unknownMember(memberId: string, groupId: string): KafkaError {
  return new KafkaError(
    ErrorCode.UNKNOWN_MEMBER_ID,
    `Member ${memberId} is not a member of group ${groupId}.`,
  )
}

export function unknownInstance(instanceId: string): KafkaError {
  return new KafkaError(ErrorCode.UNKNOWN_MEMBER_ID, `Instance id ${instanceId} is unknown.`)
}

export function fencedInstance(memberId: string, instanceId: string, owner: ConsumerMember): KafkaError {
  return new KafkaError(
    ErrorCode.FENCED_INSTANCE_ID,
    `Static member ${memberId} with instance id ${instanceId} was fenced by member ${owner.memberId}.`,
  )
}

export function unreleasedInstance(memberId: string, instanceId: string, owner: ConsumerMember): KafkaError {
  return new KafkaError(
    ErrorCode.UNRELEASED_INSTANCE_ID,
    `Static member ${memberId} cannot join the group: instance id ${instanceId} still belongs to member ` +
      `${owner.memberId}, which has neither left nor timed out.`,
  )
}

export function fencedEpoch(receivedEpoch: number, member: ConsumerMember): KafkaError {
  const relation = receivedEpoch > member.memberEpoch ? 'greater' : 'smaller'
  return new KafkaError(
    ErrorCode.FENCED_MEMBER_EPOCH,
    `The member has a ${relation} epoch (${receivedEpoch}) than the one the group coordinator knows ` +
      `(${member.memberEpoch}). It has to abandon all its partitions and rejoin.`,
  )
}

export function groupFull(groupId: string, maxSize: number): KafkaError {
  return new KafkaError(
    ErrorCode.GROUP_MAX_SIZE_REACHED,
    `Group ${groupId} already has as many members as it may have (${maxSize}, group.consumer.max.size).`,
  )
}

export function groupNotFound(groupId: string): KafkaError {
  return new KafkaError(ErrorCode.GROUP_ID_NOT_FOUND, `Group ${groupId} not found.`)
}

export function notConsumerGroup(groupId: string, why: string): KafkaError {
  return new KafkaError(ErrorCode.GROUP_ID_NOT_FOUND, `Group ${groupId} is not a consumer group: ${why}.`)
}

export function invalid(message: string): KafkaError {
  return new KafkaError(ErrorCode.INVALID_REQUEST, message)
}
