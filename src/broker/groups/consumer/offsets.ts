/** Who may commit to a consumer group, and ask for its offsets. */
import { ErrorCode } from '../../protocol/errors.ts'
import type { ClientContext, OffsetCommitRequest, OffsetFetchGroup } from '../messages.ts'
import type { CommitTopic } from '../offsets/commit.ts'
import type { ConsumerGroup } from './group.ts'
import type { ConsumerMember } from './member.ts'

/** Older commits cannot say STALE_MEMBER_EPOCH to the client. */
const MEMBER_EPOCH_VERSION = 9

/** The error code of the whole commit. */
export function consumerCommitCode(
  group: ConsumerGroup,
  context: ClientContext,
  { memberId, generationIdOrMemberEpoch: memberEpoch }: OffsetCommitRequest,
  topics: readonly CommitTopic[],
): number {
  // Admin tools, and consumers that assign their partitions themselves.
  if (memberEpoch < 0 && group.members.size === 0) return ErrorCode.NONE
  const member = group.members.get(memberId)
  if (member === undefined) return ErrorCode.UNKNOWN_MEMBER_ID
  if (member.classic !== null) {
    return memberEpoch === member.memberEpoch ? ErrorCode.NONE : ErrorCode.ILLEGAL_GENERATION
  }
  if (context.apiVersion < MEMBER_EPOCH_VERSION) return ErrorCode.UNSUPPORTED_VERSION
  if (memberEpoch === member.memberEpoch) return ErrorCode.NONE
  const isBehindOnly =
    memberEpoch < member.memberEpoch && topics.every((topic) => isHeldSince(member, topic, memberEpoch))
  return isBehindOnly ? ErrorCode.NONE : ErrorCode.STALE_MEMBER_EPOCH
}

/** The member had these partitions at that epoch, and nobody else had them since (KIP-1251). */
function isHeldSince(member: ConsumerMember, { requested, topic }: CommitTopic, epoch: number): boolean {
  return requested.partitions.every(({ partitionIndex }) => {
    const since =
      member.assigned.get(topic?.id ?? '')?.get(partitionIndex) ??
      member.pendingRevocation.get(topic?.id ?? '')?.get(partitionIndex)
    return since !== undefined && since <= epoch
  })
}

/** The error code of the whole group's answer. */
export function consumerFetchCode(
  group: ConsumerGroup,
  { memberId, memberEpoch }: Pick<OffsetFetchGroup, 'memberId' | 'memberEpoch'>,
): number {
  if (memberId === null && memberEpoch < 0) return ErrorCode.NONE
  const member = group.members.get(memberId ?? '')
  if (member === undefined) return ErrorCode.UNKNOWN_MEMBER_ID
  if (memberEpoch === member.memberEpoch) return ErrorCode.NONE
  return member.classic === null ? ErrorCode.STALE_MEMBER_EPOCH : ErrorCode.ILLEGAL_GENERATION
}
