/** A consumer group as ConsumerGroupDescribe and ListGroups show it. */
import type { MetadataImage } from '../../metadata/image.ts'
import type { BrokerConfig } from '../../metadata/configs/broker-config.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import { CONSUMER_PROTOCOL_TYPE } from '../classic/group.ts'
import { GROUP_TYPE_NAMES } from '../group.ts'
import type { DescribedConsumerGroup, ListedGroup } from '../messages.ts'
import type { ConsumerGroup } from './group.ts'
import type { ConsumerMember } from './member.ts'
import type { AnyPartitions } from './partitions.ts'
import { listed } from './partitions.ts'
import { assignorOf } from './rebalance.ts'

const CLASSIC_MEMBER_TYPE = 0
const CONSUMER_MEMBER_TYPE = 1

export interface DescribeScene {
  readonly config: BrokerConfig
  readonly image: MetadataImage
}

export function describeConsumerGroup(scene: DescribeScene, group: ConsumerGroup): DescribedConsumerGroup {
  return {
    errorCode: ErrorCode.NONE,
    groupId: group.groupId,
    groupState: group.state,
    groupEpoch: group.groupEpoch,
    assignmentEpoch: group.assignmentEpoch,
    assignorName: assignorOf(scene, group).name,
    members: [...group.members.values()].map((member) => describeMember(scene, group, member)),
  }
}

export function noConsumerGroup(groupId: string, message: string): DescribedConsumerGroup {
  return { groupId, errorCode: ErrorCode.GROUP_ID_NOT_FOUND, errorMessage: message }
}

export function listedConsumerGroup(group: ConsumerGroup): ListedGroup {
  return {
    groupId: group.groupId,
    protocolType: CONSUMER_PROTOCOL_TYPE,
    groupState: group.state,
    groupType: GROUP_TYPE_NAMES.consumer,
  }
}

function describeMember({ image }: DescribeScene, group: ConsumerGroup, member: ConsumerMember) {
  const { memberId, instanceId, rackId, memberEpoch, clientId, clientHost } = member
  return {
    memberId,
    instanceId,
    rackId,
    memberEpoch,
    clientId,
    clientHost,
    subscribedTopicNames: member.subscribedTopicNames,
    // Kafka says none so, though the field may be null.
    subscribedTopicRegex: member.subscribedTopicRegex ?? '',
    assignment: { topicPartitions: named(image, member.assigned) },
    targetAssignment: { topicPartitions: named(image, group.target(memberId)) },
    memberType: member.classic === null ? CONSUMER_MEMBER_TYPE : CLASSIC_MEMBER_TYPE,
  }
}

/** A topic that is gone has no name, and is left out. */
function named({ topicsById }: MetadataImage, partitions: AnyPartitions) {
  return listed(partitions).flatMap(({ topicId, partitions: ids }) => {
    const topicName = topicsById.get(topicId)?.name
    return topicName === undefined ? [] : [{ topicId, topicName, partitions: ids }]
  })
}
