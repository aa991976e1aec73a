/** The share coordinator's records: what `__share_group_state` holds, in Kafka's own format. */
import {
  coordinatorKeyType,
  decodeRecord,
  encodeRecord,
  SHARE_SNAPSHOT_KEY_TYPE,
  SHARE_UPDATE_KEY_TYPE,
  shareSnapshotKey,
  shareSnapshotValue,
  shareUpdateKey,
  shareUpdateValue,
} from '../../protocol/records/index.ts'
import type { ShareSnapshotValue, ShareUpdateValue } from './share-state.ts'

export interface SharePartitionId {
  readonly groupId: string
  readonly topicId: string
  readonly partition: number
}

export type ShareStateRecord =
  /** Null: the state is removed. */
  | { readonly type: 'Snapshot'; readonly id: SharePartitionId; readonly value: ShareSnapshotValue | null }
  | { readonly type: 'Update'; readonly id: SharePartitionId; readonly value: ShareUpdateValue }

/** As FindCoordinator's clients and the partition of `__share_group_state` name a share partition. */
export function coordinatorKeyOf({ groupId, topicId, partition }: SharePartitionId): string {
  return `${groupId}:${topicId}:${partition}`
}

export function encodeStateRecord(record: ShareStateRecord): { key: Buffer; value: Buffer | null } {
  if (record.type === 'Update') {
    return {
      key: encodeRecord(shareUpdateKey, SHARE_UPDATE_KEY_TYPE, record.id),
      value: encodeRecord(shareUpdateValue, 0, record.value),
    }
  }
  return {
    key: encodeRecord(shareSnapshotKey, SHARE_SNAPSHOT_KEY_TYPE, record.id),
    value: record.value === null ? null : encodeRecord(shareSnapshotValue, 0, record.value),
  }
}

/** Null for a record of a type from the future. Throws DecodeError on damaged bytes. */
export function decodeStateRecord(logged: { key: Buffer; value: Buffer | null }): ShareStateRecord | null {
  const { key, value } = logged
  switch (coordinatorKeyType(key)) {
    case SHARE_SNAPSHOT_KEY_TYPE:
      return {
        type: 'Snapshot',
        id: decodeRecord(shareSnapshotKey, key),
        value: value === null ? null : decodeRecord(shareSnapshotValue, value),
      }
    case SHARE_UPDATE_KEY_TYPE:
      return value === null
        ? null
        : {
            type: 'Update',
            id: decodeRecord(shareUpdateKey, key),
            value: decodeRecord(shareUpdateValue, value),
          }
    default:
      return null
  }
}
