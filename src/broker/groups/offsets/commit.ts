/** OffsetCommit: a member, or whoever the group has no members to object to, says how far it has come. */
import type { TopicImage } from '../../metadata/image.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import { ZERO_UUID } from '../../protocol/schema.ts'
import { keepAlive } from '../classic/rebalance.ts'
import type { ClassicGroup } from '../classic/group.ts'
import { consumerCommitCode } from '../consumer/offsets.ts'
import type { Group } from '../group.ts'
import type {
  ClientContext,
  OffsetCommitRequest,
  OffsetCommitResponse,
  OffsetCommitTopic,
} from '../messages.ts'
import type { OffsetCommitValue } from '../records.ts'
import type { Turn } from '../turn.ts'
import type { TopicDirectory } from './topics.ts'
import { findTopic } from './topics.ts'

/** From here on a group that does not exist is said so; before, clients understood only a wrong generation. */
const GROUP_ID_NOT_FOUND_VERSION = 9
const NO_RETENTION = -1

/** A topic of the request, with the one it means. */
export interface CommitTopic {
  readonly requested: OffsetCommitTopic
  readonly topic: TopicImage | null
}

export function resolveCommit(
  topics: readonly OffsetCommitTopic[],
  directory: TopicDirectory,
): CommitTopic[] {
  return topics.map((requested) => ({ requested, topic: findTopic(requested, directory) }))
}

/** Whether the request names no partition that exists: then there is nothing to ask the coordinator. */
export function isAllUnknown(topics: readonly CommitTopic[]): boolean {
  return topics.every(({ requested, topic }) =>
    requested.partitions.every(({ partitionIndex }) => !hasPartition(topic, partitionIndex)),
  )
}

/** The answer with one code for every partition that exists. */
export function commitAnswer(
  topics: readonly CommitTopic[],
  errorCodeOf: (topic: TopicImage, partition: OffsetCommitTopic['partitions'][number]) => number,
): OffsetCommitResponse {
  return {
    topics: topics.map(({ requested, topic }) => ({
      name: requested.name,
      topicId: requested.topicId,
      partitions: requested.partitions.map((partition) => ({
        partitionIndex: partition.partitionIndex,
        errorCode:
          topic !== null && hasPartition(topic, partition.partitionIndex)
            ? errorCodeOf(topic, partition)
            : unknownTopicCode(requested, topic),
      })),
    })),
  }
}

/** Writes what can be committed. Throws nothing: every partition has its own code. */
export function commitOffsets(
  turn: Turn,
  context: ClientContext,
  request: OffsetCommitRequest,
  topics: readonly CommitTopic[],
): OffsetCommitResponse {
  const group = turn.state.groups.get(request.groupId)
  const errorCode = commitCode(group, context, request, topics)
  if (errorCode !== ErrorCode.NONE) return commitAnswer(topics, () => errorCode)
  if (group?.type === 'classic') {
    const member = group.members.get(request.memberId)
    if (member !== undefined) keepAlive(turn, group, member)
  }
  return commitAnswer(topics, (topic, partition) => {
    const metadata = partition.committedMetadata ?? ''
    if (metadata.length > turn.config.offsetMetadataMaxBytes) return ErrorCode.OFFSET_METADATA_TOO_LARGE
    const hasRetention = request.retentionTimeMs !== NO_RETENTION
    const value: OffsetCommitValue = {
      offset: partition.committedOffset,
      leaderEpoch: partition.committedLeaderEpoch,
      metadata,
      commitTimestamp: turn.nowMs,
      expireTimestamp: hasRetention ? turn.nowMs + request.retentionTimeMs : -1,
      // A record with an expiry has no room for the id.
      topicId: hasRetention ? ZERO_UUID : topic.id,
    }
    const { groupId } = request
    turn.write({
      type: 'OffsetCommit',
      groupId,
      topic: topic.name,
      partition: partition.partitionIndex,
      value,
    })
    return ErrorCode.NONE
  })
}

function commitCode(
  group: Group | undefined,
  context: ClientContext,
  request: OffsetCommitRequest,
  topics: readonly CommitTopic[],
): number {
  if (group === undefined) return newGroupCode(context, request)
  switch (group.type) {
    case 'classic':
      return validate(group, request)
    case 'consumer':
      return consumerCommitCode(group, context, request, topics)
    case 'share':
      return context.apiVersion >= GROUP_ID_NOT_FOUND_VERSION
        ? ErrorCode.GROUP_ID_NOT_FOUND
        : ErrorCode.ILLEGAL_GENERATION
  }
}

/** Without a generation it is a consumer that assigns its partitions itself: its offsets found the group. */
function newGroupCode(context: ClientContext, request: OffsetCommitRequest): number {
  if (request.generationIdOrMemberEpoch < 0) return ErrorCode.NONE
  return context.apiVersion >= GROUP_ID_NOT_FOUND_VERSION
    ? ErrorCode.GROUP_ID_NOT_FOUND
    : ErrorCode.ILLEGAL_GENERATION
}

function validate(group: ClassicGroup, request: OffsetCommitRequest): number {
  const { memberId, groupInstanceId, generationIdOrMemberEpoch: generationId } = request
  if (generationId < 0 && group.state === 'Empty') return ErrorCode.NONE
  if (generationId < 0 && memberId === '' && groupInstanceId === null) return ErrorCode.UNKNOWN_MEMBER_ID
  const errorCode = group.validateMember(memberId, groupInstanceId)
  if (errorCode !== ErrorCode.NONE) return errorCode
  if (generationId !== group.generationId) return ErrorCode.ILLEGAL_GENERATION
  // The member has joined this generation but cannot have read anything in it: it has no assignment.
  return group.state === 'CompletingRebalance' ? ErrorCode.REBALANCE_IN_PROGRESS : ErrorCode.NONE
}

function hasPartition(topic: TopicImage | null, partitionIndex: number): boolean {
  return topic?.partitions[partitionIndex] !== undefined
}

function unknownTopicCode(requested: OffsetCommitTopic, topic: TopicImage | null): number {
  const isByUnknownId = topic === null && requested.topicId !== ZERO_UUID
  return isByUnknownId ? ErrorCode.UNKNOWN_TOPIC_ID : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
}
