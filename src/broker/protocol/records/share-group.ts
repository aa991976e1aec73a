/**
 * The records of `__consumer_offsets` that hold a share group (KIP-932). A null value removes what the key names. The
 * number in front of a key is the record's type, so the keys have no other "version".
 */
import { array, int32, int64, int8, message, string, struct, uuid } from '../schema.ts'
import type { Fields } from '../schema.ts'

export const SHARE_GROUP_MEMBER_METADATA_KEY_TYPE = 10
export const SHARE_GROUP_METADATA_KEY_TYPE = 11
export const SHARE_GROUP_TARGET_ASSIGNMENT_METADATA_KEY_TYPE = 12
export const SHARE_GROUP_TARGET_ASSIGNMENT_MEMBER_KEY_TYPE = 13
export const SHARE_GROUP_CURRENT_MEMBER_ASSIGNMENT_KEY_TYPE = 14
export const SHARE_GROUP_STATE_PARTITION_METADATA_KEY_TYPE = 15

const groupKey = { groupId: string('0+') }
const memberKey = { groupId: string('0+'), memberId: string('0+') }

function key<F extends Fields>(name: string, type: number, fields: F) {
  return message(name, [type, type], null, struct(fields))
}

const topicPartitions = array('0+', {
  topicId: uuid('0+'),
  partitions: array('0+', int32()),
})

export const shareGroupMemberMetadataKey = key(
  'ShareGroupMemberMetadataKey',
  SHARE_GROUP_MEMBER_METADATA_KEY_TYPE,
  memberKey,
)

export const shareGroupMemberMetadataValue = message(
  'ShareGroupMemberMetadataValue',
  [0, 0],
  0,
  struct({
    rackId: string('0+', { nullable: '0+' }),
    clientId: string('0+'),
    clientHost: string('0+'),
    subscribedTopicNames: array('0+', string()),
  }),
)

export const shareGroupMetadataKey = key('ShareGroupMetadataKey', SHARE_GROUP_METADATA_KEY_TYPE, groupKey)

export const shareGroupMetadataValue = message(
  'ShareGroupMetadataValue',
  [0, 0],
  0,
  struct({
    epoch: int32('0+'),
    metadataHash: int64('0+'),
  }),
)

export const shareGroupTargetAssignmentMetadataKey = key(
  'ShareGroupTargetAssignmentMetadataKey',
  SHARE_GROUP_TARGET_ASSIGNMENT_METADATA_KEY_TYPE,
  groupKey,
)

export const shareGroupTargetAssignmentMetadataValue = message(
  'ShareGroupTargetAssignmentMetadataValue',
  [0, 0],
  0,
  struct({
    assignmentEpoch: int32('0+'),
    assignmentTimestamp: int64('0+', { tagged: { tag: 0, versions: '0+' }, ignorable: true }),
  }),
)

export const shareGroupTargetAssignmentMemberKey = key(
  'ShareGroupTargetAssignmentMemberKey',
  SHARE_GROUP_TARGET_ASSIGNMENT_MEMBER_KEY_TYPE,
  memberKey,
)

export const shareGroupTargetAssignmentMemberValue = message(
  'ShareGroupTargetAssignmentMemberValue',
  [0, 0],
  0,
  struct({ topicPartitions }),
)

export const shareGroupCurrentMemberAssignmentKey = key(
  'ShareGroupCurrentMemberAssignmentKey',
  SHARE_GROUP_CURRENT_MEMBER_ASSIGNMENT_KEY_TYPE,
  memberKey,
)

export const shareGroupCurrentMemberAssignmentValue = message(
  'ShareGroupCurrentMemberAssignmentValue',
  [0, 0],
  0,
  struct({
    memberEpoch: int32('0+'),
    previousMemberEpoch: int32('0+'),
    state: int8('0+'),
    assignedPartitions: topicPartitions,
  }),
)

export const shareGroupStatePartitionMetadataKey = key(
  'ShareGroupStatePartitionMetadataKey',
  SHARE_GROUP_STATE_PARTITION_METADATA_KEY_TYPE,
  groupKey,
)

const topicPartitionsInfo = array('0+', {
  topicId: uuid('0+'),
  topicName: string('0+'),
  partitions: array('0+', int32()),
})

export const shareGroupStatePartitionMetadataValue = message(
  'ShareGroupStatePartitionMetadataValue',
  [0, 0],
  0,
  struct({
    initializingTopics: topicPartitionsInfo,
    initializedTopics: topicPartitionsInfo,
    deletingTopics: array('0+', { topicId: uuid('0+'), topicName: string('0+') }),
  }),
)
