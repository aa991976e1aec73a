/** What a ConsumerGroupHeartbeat must and must not say, whatever the group is. */
import { ErrorCode, KafkaError } from '../../protocol/errors.ts'
import type { ConsumerGroupHeartbeatRequest } from '../messages.ts'
import type { Turn } from '../turn.ts'
import { offeredAssignors } from './group-config.ts'
import { LEAVE_GROUP_MEMBER_EPOCH, LEAVE_GROUP_STATIC_MEMBER_EPOCH } from './member.ts'
import { invalid } from './refusal.ts'
import { regexProblem } from './regex.ts'

export const JOIN_GROUP_MEMBER_EPOCH = 0
/** From here on members make their own ids (KIP-1082); before, an empty one asks for one. */
const CLIENT_MADE_MEMBER_ID_VERSION = 1

/** Throws KafkaError. */
export function validateHeartbeat(
  turn: Turn,
  request: ConsumerGroupHeartbeatRequest,
  apiVersion: number,
): void {
  const { memberId, memberEpoch, instanceId, rackId } = request
  if (instanceId === '') throw invalid("InstanceId can't be empty.")
  if (rackId === '') throw invalid("RackId can't be empty.")
  const needsMemberId = memberEpoch !== JOIN_GROUP_MEMBER_EPOCH || apiVersion >= CLIENT_MADE_MEMBER_ID_VERSION
  if (needsMemberId && memberId === '') throw invalid("MemberId can't be empty.")
  if (memberEpoch < LEAVE_GROUP_STATIC_MEMBER_EPOCH) throw invalid(`MemberEpoch ${memberEpoch} is invalid.`)
  if (memberEpoch === LEAVE_GROUP_STATIC_MEMBER_EPOCH && instanceId === null) {
    throw invalid("InstanceId can't be null.")
  }
  if (memberEpoch === JOIN_GROUP_MEMBER_EPOCH) validateJoin(request)
  if (memberEpoch > LEAVE_GROUP_MEMBER_EPOCH) validateWishes(turn, request)
}

function validateJoin({
  rebalanceTimeoutMs,
  topicPartitions,
  subscribedTopicNames,
  subscribedTopicRegex,
}: ConsumerGroupHeartbeatRequest): void {
  if (rebalanceTimeoutMs === -1) throw invalid('RebalanceTimeoutMs must be provided in first request.')
  if (topicPartitions === null || topicPartitions.length > 0) {
    throw invalid('TopicPartitions must be empty when (re-)joining.')
  }
  if (subscribedTopicNames === null && subscribedTopicRegex === null) {
    throw invalid('Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when (re-)joining.')
  }
}

function validateWishes(
  turn: Turn,
  { serverAssignor, subscribedTopicRegex }: ConsumerGroupHeartbeatRequest,
): void {
  const offered = offeredAssignors(turn).map(({ name }) => name)
  if (serverAssignor !== null && !offered.includes(serverAssignor)) {
    throw new KafkaError(
      ErrorCode.UNSUPPORTED_ASSIGNOR,
      `ServerAssignor ${serverAssignor} is not supported. Supported assignors: ${offered.join(', ')}.`,
    )
  }
  const problem = subscribedTopicRegex === null ? null : regexProblem(subscribedTopicRegex)
  if (problem !== null) {
    throw new KafkaError(
      ErrorCode.INVALID_REGULAR_EXPRESSION,
      `SubscribedTopicRegex \`${subscribedTopicRegex}\` is not a valid RE2 regular expression: ${problem}.`,
    )
  }
}
