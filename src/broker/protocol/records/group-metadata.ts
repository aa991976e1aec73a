/** The record of `__consumer_offsets` that holds a classic group. A null value removes the group. */
import { array, bytes, int32, int64, message, string, struct } from '../schema.ts'

export const GROUP_METADATA_KEY_TYPE = 2

/** The number in front of a coordinator key is the record's type, so this key has no other "version". */
export const groupMetadataKey = message(
  'GroupMetadataKey',
  [GROUP_METADATA_KEY_TYPE, GROUP_METADATA_KEY_TYPE],
  null,
  struct({
    group: string('0+'),
  }),
)

/** Kafka writes version 3 unless a newer metadata.version allows the flexible 4; both are read. */
export const groupMetadataValue = message(
  'GroupMetadataValue',
  [0, 4],
  4,
  struct({
    protocolType: string('0+'),
    generation: int32('0+'),
    protocol: string('0+', { nullable: '0+' }),
    leader: string('0+', { nullable: '0+' }),
    currentStateTimestamp: int64('2+', { default: -1, ignorable: true }),
    members: array('0+', {
      memberId: string('0+'),
      groupInstanceId: string('3+', { nullable: '3+', default: null, ignorable: true }),
      clientId: string('0+'),
      clientHost: string('0+'),
      rebalanceTimeout: int32('1+', { default: -1, ignorable: true }),
      sessionTimeout: int32('0+'),
      subscription: bytes('0+'),
      assignment: bytes('0+'),
    }),
  }),
)
