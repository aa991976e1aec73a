export { consumerProtocolAssignment, consumerProtocolSubscription } from './consumer-protocol.ts'
export { decodeAssignment, decodeSubscription } from './consumer-protocol.ts'
export { GROUP_METADATA_KEY_TYPE, groupMetadataKey, groupMetadataValue } from './group-metadata.ts'
export { OFFSET_COMMIT_KEY_TYPE, offsetCommitKey, offsetCommitValue } from './offset-commit.ts'
export {
  SHARE_GROUP_MEMBER_METADATA_KEY_TYPE,
  SHARE_GROUP_METADATA_KEY_TYPE,
  SHARE_GROUP_TARGET_ASSIGNMENT_METADATA_KEY_TYPE,
  SHARE_GROUP_TARGET_ASSIGNMENT_MEMBER_KEY_TYPE,
  SHARE_GROUP_CURRENT_MEMBER_ASSIGNMENT_KEY_TYPE,
  SHARE_GROUP_STATE_PARTITION_METADATA_KEY_TYPE,
  shareGroupMemberMetadataKey,
  shareGroupMemberMetadataValue,
  shareGroupMetadataKey,
  shareGroupMetadataValue,
  shareGroupTargetAssignmentMetadataKey,
  shareGroupTargetAssignmentMetadataValue,
  shareGroupTargetAssignmentMemberKey,
  shareGroupTargetAssignmentMemberValue,
  shareGroupCurrentMemberAssignmentKey,
  shareGroupCurrentMemberAssignmentValue,
  shareGroupStatePartitionMetadataKey,
  shareGroupStatePartitionMetadataValue,
} from './share-group.ts'
export {
  SHARE_SNAPSHOT_KEY_TYPE,
  SHARE_UPDATE_KEY_TYPE,
  shareSnapshotKey,
  shareSnapshotValue,
  shareUpdateKey,
  shareUpdateValue,
} from './share-state.ts'
export { coordinatorKeyType, decodeRecord, encodeRecord } from './versioned.ts'
