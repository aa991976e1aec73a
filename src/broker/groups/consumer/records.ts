/** A consumer group's records, and their bytes. */
import {
  CONSUMER_GROUP_CURRENT_MEMBER_ASSIGNMENT_KEY_TYPE,
  CONSUMER_GROUP_MEMBER_METADATA_KEY_TYPE,
  CONSUMER_GROUP_METADATA_KEY_TYPE,
  CONSUMER_GROUP_PARTITION_METADATA_KEY_TYPE,
  CONSUMER_GROUP_REGULAR_EXPRESSION_KEY_TYPE,
  CONSUMER_GROUP_TARGET_ASSIGNMENT_MEMBER_KEY_TYPE,
  CONSUMER_GROUP_TARGET_ASSIGNMENT_METADATA_KEY_TYPE,
  consumerGroupCurrentMemberAssignmentKey,
  consumerGroupCurrentMemberAssignmentValue,
  consumerGroupMemberMetadataKey,
  consumerGroupMemberMetadataValue,
  consumerGroupMetadataKey,
  consumerGroupMetadataValue,
  consumerGroupPartitionMetadataKey,
  consumerGroupPartitionMetadataValue,
  consumerGroupRegularExpressionKey,
  consumerGroupRegularExpressionValue,
  consumerGroupTargetAssignmentMemberKey,
  consumerGroupTargetAssignmentMemberValue,
  consumerGroupTargetAssignmentMetadataKey,
  consumerGroupTargetAssignmentMetadataValue,
} from '../../protocol/records/consumer-group.ts'
import type { Infer } from '../../protocol/schema.ts'
import type { CoordinatorRecord } from '../log.ts'
import { recordCodec } from '../record-codec.ts'

export type MemberMetadataValue = Infer<typeof consumerGroupMemberMetadataValue>
export type CurrentMemberAssignmentValue = Infer<typeof consumerGroupCurrentMemberAssignmentValue>
export type TargetAssignmentMemberValue = Infer<typeof consumerGroupTargetAssignmentMemberValue>
export type RegularExpressionValue = Infer<typeof consumerGroupRegularExpressionValue>

interface OfGroup<Type extends string, Value> {
  readonly type: Type
  readonly groupId: string
  /** Null takes the thing away. */
  readonly value: Value | null
}

interface OfMember<Type extends string, Value> extends OfGroup<Type, Value> {
  readonly memberId: string
}

export type ConsumerGroupRecord =
  | OfGroup<'ConsumerGroupMetadata', Infer<typeof consumerGroupMetadataValue>>
  | OfGroup<'ConsumerGroupPartitionMetadata', Infer<typeof consumerGroupPartitionMetadataValue>>
  | OfMember<'ConsumerGroupMemberMetadata', MemberMetadataValue>
  | OfGroup<'ConsumerGroupTargetAssignmentMetadata', Infer<typeof consumerGroupTargetAssignmentMetadataValue>>
  | OfMember<'ConsumerGroupTargetAssignmentMember', TargetAssignmentMemberValue>
  | OfMember<'ConsumerGroupCurrentMemberAssignment', CurrentMemberAssignmentValue>
  | (OfGroup<'ConsumerGroupRegularExpression', RegularExpressionValue> & {
      readonly regularExpression: string
    })

const metadata = recordCodec(
  CONSUMER_GROUP_METADATA_KEY_TYPE,
  consumerGroupMetadataKey,
  consumerGroupMetadataValue,
)
const partitionMetadata = recordCodec(
  CONSUMER_GROUP_PARTITION_METADATA_KEY_TYPE,
  consumerGroupPartitionMetadataKey,
  consumerGroupPartitionMetadataValue,
)
const memberMetadata = recordCodec(
  CONSUMER_GROUP_MEMBER_METADATA_KEY_TYPE,
  consumerGroupMemberMetadataKey,
  consumerGroupMemberMetadataValue,
)
const targetMetadata = recordCodec(
  CONSUMER_GROUP_TARGET_ASSIGNMENT_METADATA_KEY_TYPE,
  consumerGroupTargetAssignmentMetadataKey,
  consumerGroupTargetAssignmentMetadataValue,
)
const targetMember = recordCodec(
  CONSUMER_GROUP_TARGET_ASSIGNMENT_MEMBER_KEY_TYPE,
  consumerGroupTargetAssignmentMemberKey,
  consumerGroupTargetAssignmentMemberValue,
)
const currentAssignment = recordCodec(
  CONSUMER_GROUP_CURRENT_MEMBER_ASSIGNMENT_KEY_TYPE,
  consumerGroupCurrentMemberAssignmentKey,
  consumerGroupCurrentMemberAssignmentValue,
)
const regularExpression = recordCodec(
  CONSUMER_GROUP_REGULAR_EXPRESSION_KEY_TYPE,
  consumerGroupRegularExpressionKey,
  consumerGroupRegularExpressionValue,
)

export function encodeConsumerGroupRecord(record: ConsumerGroupRecord): CoordinatorRecord {
  switch (record.type) {
    case 'ConsumerGroupMetadata':
      return metadata.encode(record, record.value)
    case 'ConsumerGroupPartitionMetadata':
      return partitionMetadata.encode(record, record.value)
    case 'ConsumerGroupMemberMetadata':
      return memberMetadata.encode(record, record.value)
    case 'ConsumerGroupTargetAssignmentMetadata':
      return targetMetadata.encode(record, record.value)
    case 'ConsumerGroupTargetAssignmentMember':
      return targetMember.encode(record, record.value)
    case 'ConsumerGroupCurrentMemberAssignment':
      return currentAssignment.encode(record, record.value)
    case 'ConsumerGroupRegularExpression':
      return regularExpression.encode(record, record.value)
  }
}

/** Null for a key of another kind. Throws DecodeError on damaged bytes. */
export function decodeConsumerGroupRecord(
  keyType: number,
  record: CoordinatorRecord,
): ConsumerGroupRecord | null {
  switch (keyType) {
    case CONSUMER_GROUP_METADATA_KEY_TYPE:
      return { type: 'ConsumerGroupMetadata', ...metadata.decode(record) }
    case CONSUMER_GROUP_PARTITION_METADATA_KEY_TYPE:
      return { type: 'ConsumerGroupPartitionMetadata', ...partitionMetadata.decode(record) }
    case CONSUMER_GROUP_MEMBER_METADATA_KEY_TYPE:
      return { type: 'ConsumerGroupMemberMetadata', ...memberMetadata.decode(record) }
    case CONSUMER_GROUP_TARGET_ASSIGNMENT_METADATA_KEY_TYPE:
      return { type: 'ConsumerGroupTargetAssignmentMetadata', ...targetMetadata.decode(record) }
    case CONSUMER_GROUP_TARGET_ASSIGNMENT_MEMBER_KEY_TYPE:
      return { type: 'ConsumerGroupTargetAssignmentMember', ...targetMember.decode(record) }
    case CONSUMER_GROUP_CURRENT_MEMBER_ASSIGNMENT_KEY_TYPE:
      return { type: 'ConsumerGroupCurrentMemberAssignment', ...currentAssignment.decode(record) }
    case CONSUMER_GROUP_REGULAR_EXPRESSION_KEY_TYPE:
      return { type: 'ConsumerGroupRegularExpression', ...regularExpression.decode(record) }
    default:
      return null
  }
}
