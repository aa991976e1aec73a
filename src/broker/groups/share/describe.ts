/** A share group as ShareGroupDescribe and ListGroups show it. */
import type { MetadataImage } from '../../metadata/image.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import { GROUP_TYPE_NAMES } from '../group.ts'
import type { DescribedShareGroup, ListedGroup } from '../messages.ts'
import type { ShareGroup } from './group.ts'
import { listed } from './partitions.ts'
import type { TopicPartitions } from './partitions.ts'

export const SHARE_PROTOCOL_TYPE = 'share'
const ASSIGNOR_NAME = 'simple'

export function describeShareGroup(image: MetadataImage, group: ShareGroup): DescribedShareGroup {
  return {
    errorCode: ErrorCode.NONE,
    groupId: group.groupId,
    groupState: group.state,
    groupEpoch: group.groupEpoch,
    assignmentEpoch: group.assignmentEpoch,
    assignorName: ASSIGNOR_NAME,
    members: Array.from(group.members.values(), (member) => ({
      memberId: member.memberId,
      rackId: member.rackId,
      memberEpoch: member.memberEpoch,
      clientId: member.clientId,
      clientHost: member.clientHost,
      subscribedTopicNames: [...member.subscribedTopicNames],
      assignment: { topicPartitions: named(image, member.assigned) },
    })),
  }
}

export function noShareGroup(groupId: string, isOther: boolean): DescribedShareGroup {
  const why = isOther ? 'is not a share group' : 'not found'
  return {
    groupId,
    errorCode: ErrorCode.GROUP_ID_NOT_FOUND,
    errorMessage: `Group ${groupId} ${why}.`,
  }
}

export function listedShareGroup({ groupId, state }: ShareGroup): ListedGroup {
  return { groupId, protocolType: SHARE_PROTOCOL_TYPE, groupState: state, groupType: GROUP_TYPE_NAMES.share }
}

/** A topic that is gone has no name, and is left out. */
function named({ topicsById }: MetadataImage, partitions: TopicPartitions) {
  return listed(partitions).flatMap(({ topicId, partitions: ids }) => {
    const topicName = topicsById.get(topicId)?.name
    return topicName === undefined ? [] : [{ topicId, topicName, partitions: ids }]
  })
}
