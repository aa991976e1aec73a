/**
 * The coordinator's records: what `__consumer_offsets` holds, in Kafka's own format, so that every tool that reads
 * that topic reads Ottla's too.
 */
import { coordinatorKeyType, decodeRecord, encodeRecord } from '../protocol/records/index.ts'
import {
  GROUP_METADATA_KEY_TYPE,
  groupMetadataKey,
  groupMetadataValue,
  OFFSET_COMMIT_KEY_TYPE,
  offsetCommitKey,
  offsetCommitValue,
} from '../protocol/records/index.ts'
import type { Infer } from '../protocol/schema.ts'
import { ZERO_UUID } from '../protocol/schema.ts'
import { decodeConsumerGroupRecord, encodeConsumerGroupRecord } from './consumer/records.ts'
import type { ConsumerGroupRecord } from './consumer/records.ts'
import { decodeShareGroupRecord, encodeShareGroupRecord, isShareGroupRecord } from './share/records.ts'
import type { ShareGroupRecord } from './share/records.ts'
import type { CoordinatorRecord } from './log.ts'

export type GroupMetadataValue = Infer<typeof groupMetadataValue>
export type OffsetCommitValue = Infer<typeof offsetCommitValue>

export interface GroupMetadataRecord {
  readonly type: 'GroupMetadata'
  readonly groupId: string
  /** Null: the group is deleted. */
  readonly value: GroupMetadataValue | null
}

export interface OffsetCommitRecord {
  readonly type: 'OffsetCommit'
  readonly groupId: string
  readonly topic: string
  readonly partition: number
  /** Null: the offset is deleted. */
  readonly value: OffsetCommitValue | null
}

export type GroupRecord = GroupMetadataRecord | OffsetCommitRecord | ConsumerGroupRecord | ShareGroupRecord

/** The newest version that is not flexible: older brokers and offset tools read it as well (KIP-915). */
const GROUP_METADATA_VALUE_VERSION = 3

export function encodeGroupRecord(record: GroupRecord): CoordinatorRecord {
  if (record.type === 'GroupMetadata') {
    return {
      key: encodeRecord(groupMetadataKey, GROUP_METADATA_KEY_TYPE, { group: record.groupId }),
      value:
        record.value === null
          ? null
          : encodeRecord(groupMetadataValue, GROUP_METADATA_VALUE_VERSION, record.value),
    }
  }
  if (isShareGroupRecord(record)) return encodeShareGroupRecord(record)
  if (record.type !== 'OffsetCommit') return encodeConsumerGroupRecord(record)
  const { groupId: group, topic, partition, value } = record
  return {
    key: encodeRecord(offsetCommitKey, OFFSET_COMMIT_KEY_TYPE, { group, topic, partition }),
    value: value === null ? null : encodeRecord(offsetCommitValue, offsetCommitVersion(value), value),
  }
}

/** Only version 1 has room for an expiry of the commit's own, only version 4 for the topic's id. */
function offsetCommitVersion({ expireTimestamp, topicId }: OffsetCommitValue): number {
  if (expireTimestamp !== -1) return 1
  return topicId === ZERO_UUID ? 3 : 4
}

/**
 * Null for a record this coordinator has no state for: those of other group protocols, as the log of
 * another build may hold them. Throws DecodeError on damaged bytes.
 */
export function decodeGroupRecord(record: CoordinatorRecord): GroupRecord | null {
  const { key, value } = record
  const keyType = coordinatorKeyType(key)
  switch (keyType) {
    case GROUP_METADATA_KEY_TYPE: {
      const { group } = decodeRecord(groupMetadataKey, key)
      return {
        type: 'GroupMetadata',
        groupId: group,
        value: value === null ? null : decodeRecord(groupMetadataValue, value),
      }
    }
    case OFFSET_COMMIT_KEY_TYPE: {
      const { group, topic, partition } = decodeRecord(offsetCommitKey, key)
      return {
        type: 'OffsetCommit',
        groupId: group,
        topic,
        partition,
        value: value === null ? null : decodeRecord(offsetCommitValue, value),
      }
    }
    default:
      return decodeConsumerGroupRecord(keyType, record) ?? decodeShareGroupRecord(keyType, record)
  }
}
