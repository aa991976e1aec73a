/**
 * The records of `__consumer_offsets` that hold a consumer group (KIP-848), a null value removing each. All values
 * are flexible from their only version on.
 */
import type { Fields } from '../schema.ts'
import { array, bytes, int32, int64, int8, message, string, struct, uuid } from '../schema.ts'

export const CONSUMER_GROUP_METADATA_KEY_TYPE = 3
export const CONSUMER_GROUP_PARTITION_METADATA_KEY_TYPE = 4
export const CONSUMER_GROUP_MEMBER_METADATA_KEY_TYPE = 5
export const CONSUMER_GROUP_TARGET_ASSIGNMENT_METADATA_KEY_TYPE = 6
export const CONSUMER_GROUP_TARGET_ASSIGNMENT_MEMBER_KEY_TYPE = 7
export const CONSUMER_GROUP_CURRENT_MEMBER_ASSIGNMENT_KEY_TYPE = 8
export const CONSUMER_GROUP_REGULAR_EXPRESSION_KEY_TYPE = 16

const groupKeyFields = { groupId: string('0+') }
const memberKeyFields = { groupId: string('0+'), memberId: string('0+') }

export const consumerGroupMetadataKey = key(
  'ConsumerGroupMetadataKey',
  CONSUMER_GROUP_METADATA_KEY_TYPE,
  groupKeyFields,
)
export const consumerGroupMetadataValue = value('ConsumerGroupMetadataValue', {
  epoch: int32('0+'),
  metadataHash: int64('0+', { tagged: { tag: 0, versions: '0+' }, default: 0 }),
})

/** Written by Kafka up to 4.0, which kept here what `metadataHash` stands for since. */
export const consumerGroupPartitionMetadataKey = key(
  'ConsumerGroupPartitionMetadataKey',
  CONSUMER_GROUP_PARTITION_METADATA_KEY_TYPE,
  groupKeyFields,
)
export const consumerGroupPartitionMetadataValue = value('ConsumerGroupPartitionMetadataValue', {
  topics: array('0+', {
    topicId: uuid('0+'),
    topicName: string('0+'),
    numPartitions: int32('0+'),
    partitionMetadata: array('0+', {
      partition: int32('0+'),
      racks: array('0+', string()),
    }),
  }),
})

export const consumerGroupMemberMetadataKey = key(
  'ConsumerGroupMemberMetadataKey',
  CONSUMER_GROUP_MEMBER_METADATA_KEY_TYPE,
  memberKeyFields,
)
export const consumerGroupMemberMetadataValue = value('ConsumerGroupMemberMetadataValue', {
  instanceId: string('0+', { nullable: '0+', default: null }),
  rackId: string('0+', { nullable: '0+', default: null }),
  clientId: string('0+'),
  clientHost: string('0+'),
  subscribedTopicNames: array('0+', string()),
  subscribedTopicRegex: string('0+', { nullable: '0+', default: null }),
  rebalanceTimeoutMs: int32('0+', { default: -1 }),
  serverAssignor: string('0+', { nullable: '0+', default: null }),
  /** Of a member that speaks the classic protocol in a consumer group. */
  classicMemberMetadata: struct(
    '0+',
    { nullable: '0+', default: null, tagged: { tag: 0, versions: '0+' } },
    {
      sessionTimeoutMs: int32('0+'),
      supportedProtocols: array('0+', {
        name: string('0+'),
        metadata: bytes('0+'),
      }),
    },
  ),
})

export const consumerGroupTargetAssignmentMetadataKey = key(
  'ConsumerGroupTargetAssignmentMetadataKey',
  CONSUMER_GROUP_TARGET_ASSIGNMENT_METADATA_KEY_TYPE,
  groupKeyFields,
)
export const consumerGroupTargetAssignmentMetadataValue = value(
  'ConsumerGroupTargetAssignmentMetadataValue',
  {
    assignmentEpoch: int32('0+'),
    assignmentTimestamp: int64('0+', { tagged: { tag: 0, versions: '0+' }, default: 0, ignorable: true }),
  },
)

export const consumerGroupTargetAssignmentMemberKey = key(
  'ConsumerGroupTargetAssignmentMemberKey',
  CONSUMER_GROUP_TARGET_ASSIGNMENT_MEMBER_KEY_TYPE,
  memberKeyFields,
)
export const consumerGroupTargetAssignmentMemberValue = value('ConsumerGroupTargetAssignmentMemberValue', {
  topicPartitions: array('0+', {
    topicId: uuid('0+'),
    partitions: array('0+', int32()),
  }),
})

const assignedTopicPartitions = {
  topicId: uuid('0+'),
  partitions: array('0+', int32()),
  /** The member epoch at which each partition was assigned (KIP-1251). */
  assignmentEpochs: array(
    '0+',
    { nullable: '0+', default: null, tagged: { tag: 0, versions: '0+' } },
    int32(),
  ),
}

export const consumerGroupCurrentMemberAssignmentKey = key(
  'ConsumerGroupCurrentMemberAssignmentKey',
  CONSUMER_GROUP_CURRENT_MEMBER_ASSIGNMENT_KEY_TYPE,
  memberKeyFields,
)
export const consumerGroupCurrentMemberAssignmentValue = value('ConsumerGroupCurrentMemberAssignmentValue', {
  memberEpoch: int32('0+'),
  previousMemberEpoch: int32('0+'),
  state: int8('0+'),
  assignedPartitions: array('0+', assignedTopicPartitions),
  partitionsPendingRevocation: array('0+', assignedTopicPartitions),
})

export const consumerGroupRegularExpressionKey = key(
  'ConsumerGroupRegularExpressionKey',
  CONSUMER_GROUP_REGULAR_EXPRESSION_KEY_TYPE,
  { groupId: string('0+'), regularExpression: string('0+') },
)
export const consumerGroupRegularExpressionValue = value('ConsumerGroupRegularExpressionValue', {
  topics: array('0+', string()),
  /** Of the metadata image the topics are from. */
  version: int64('0+'),
  timestamp: int64('0+'),
})

/** The number in front of a coordinator key is the record's type, so a key has no other "version". */
function key<const F extends Fields>(name: string, keyType: number, fields: F) {
  return message(name, [keyType, keyType], null, struct(fields))
}

function value<const F extends Fields>(name: string, fields: F) {
  return message(name, [0, 0], 0, struct(fields))
}
