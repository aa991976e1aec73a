/** A share group's records, and their bytes. */
import {
  SHARE_GROUP_CURRENT_MEMBER_ASSIGNMENT_KEY_TYPE,
  SHARE_GROUP_MEMBER_METADATA_KEY_TYPE,
  SHARE_GROUP_METADATA_KEY_TYPE,
  SHARE_GROUP_STATE_PARTITION_METADATA_KEY_TYPE,
  SHARE_GROUP_TARGET_ASSIGNMENT_MEMBER_KEY_TYPE,
  SHARE_GROUP_TARGET_ASSIGNMENT_METADATA_KEY_TYPE,
  shareGroupCurrentMemberAssignmentKey,
  shareGroupCurrentMemberAssignmentValue,
  shareGroupMemberMetadataKey,
  shareGroupMemberMetadataValue,
  shareGroupMetadataKey,
  shareGroupMetadataValue,
  shareGroupStatePartitionMetadataKey,
  shareGroupStatePartitionMetadataValue,
  shareGroupTargetAssignmentMemberKey,
  shareGroupTargetAssignmentMemberValue,
  shareGroupTargetAssignmentMetadataKey,
  shareGroupTargetAssignmentMetadataValue,
} from '../../protocol/records/index.ts'
import type { Infer } from '../../protocol/schema.ts'
import type { CoordinatorRecord } from '../log.ts'
import { recordCodec } from '../record-codec.ts'

interface OfGroup<Type extends string, Value> {
  readonly type: Type
  readonly groupId: string
  /** Null takes the thing away. */
  readonly value: Value | null
}

interface OfMember<Type extends string, Value> extends OfGroup<Type, Value> {
  readonly memberId: string
}

export type StatePartitionMetadataValue = Infer<typeof shareGroupStatePartitionMetadataValue>

export type ShareGroupRecord =
  | OfGroup<'ShareGroupMetadata', Infer<typeof shareGroupMetadataValue>>
  | OfMember<'ShareGroupMemberMetadata', Infer<typeof shareGroupMemberMetadataValue>>
  | OfGroup<'ShareGroupTargetAssignmentMetadata', Infer<typeof shareGroupTargetAssignmentMetadataValue>>
  | OfMember<'ShareGroupTargetAssignmentMember', Infer<typeof shareGroupTargetAssignmentMemberValue>>
  | OfMember<'ShareGroupCurrentMemberAssignment', Infer<typeof shareGroupCurrentMemberAssignmentValue>>
  | OfGroup<'ShareGroupStatePartitionMetadata', StatePartitionMetadataValue>

const metadata = recordCodec(SHARE_GROUP_METADATA_KEY_TYPE, shareGroupMetadataKey, shareGroupMetadataValue)
const memberMetadata = recordCodec(
  SHARE_GROUP_MEMBER_METADATA_KEY_TYPE,
  shareGroupMemberMetadataKey,
  shareGroupMemberMetadataValue,
)
const targetMetadata = recordCodec(
  SHARE_GROUP_TARGET_ASSIGNMENT_METADATA_KEY_TYPE,
  shareGroupTargetAssignmentMetadataKey,
  shareGroupTargetAssignmentMetadataValue,
)
const targetMember = recordCodec(
  SHARE_GROUP_TARGET_ASSIGNMENT_MEMBER_KEY_TYPE,
  shareGroupTargetAssignmentMemberKey,
  shareGroupTargetAssignmentMemberValue,
)
const currentAssignment = recordCodec(
  SHARE_GROUP_CURRENT_MEMBER_ASSIGNMENT_KEY_TYPE,
  shareGroupCurrentMemberAssignmentKey,
  shareGroupCurrentMemberAssignmentValue,
)
const statePartitions = recordCodec(
  SHARE_GROUP_STATE_PARTITION_METADATA_KEY_TYPE,
  shareGroupStatePartitionMetadataKey,
  shareGroupStatePartitionMetadataValue,
)

export function isShareGroupRecord(record: { readonly type: string }): record is ShareGroupRecord {
  return record.type.startsWith('ShareGroup')
}

export function encodeShareGroupRecord(record: ShareGroupRecord): CoordinatorRecord {
  switch (record.type) {
    case 'ShareGroupMetadata':
      return metadata.encode(record, record.value)
    case 'ShareGroupMemberMetadata':
      return memberMetadata.encode(record, record.value)
    case 'ShareGroupTargetAssignmentMetadata':
      return targetMetadata.encode(record, record.value)
    case 'ShareGroupTargetAssignmentMember':
      return targetMember.encode(record, record.value)
    case 'ShareGroupCurrentMemberAssignment':
      return currentAssignment.encode(record, record.value)
    case 'ShareGroupStatePartitionMetadata':
      return statePartitions.encode(record, record.value)
  }
}

/** Null for a key of another kind. Throws DecodeError on damaged bytes. */
export function decodeShareGroupRecord(keyType: number, record: CoordinatorRecord): ShareGroupRecord | null {
  switch (keyType) {
    case SHARE_GROUP_METADATA_KEY_TYPE:
      return { type: 'ShareGroupMetadata', ...metadata.decode(record) }
    case SHARE_GROUP_MEMBER_METADATA_KEY_TYPE:
      return { type: 'ShareGroupMemberMetadata', ...memberMetadata.decode(record) }
    case SHARE_GROUP_TARGET_ASSIGNMENT_METADATA_KEY_TYPE:
      return { type: 'ShareGroupTargetAssignmentMetadata', ...targetMetadata.decode(record) }
    case SHARE_GROUP_TARGET_ASSIGNMENT_MEMBER_KEY_TYPE:
      return { type: 'ShareGroupTargetAssignmentMember', ...targetMember.decode(record) }
    case SHARE_GROUP_CURRENT_MEMBER_ASSIGNMENT_KEY_TYPE:
      return { type: 'ShareGroupCurrentMemberAssignment', ...currentAssignment.decode(record) }
    case SHARE_GROUP_STATE_PARTITION_METADATA_KEY_TYPE:
      return { type: 'ShareGroupStatePartitionMetadata', ...statePartitions.decode(record) }
    default:
      return null
  }
}
