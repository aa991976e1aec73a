/** The record of `__consumer_offsets` that holds one committed offset. A null value removes it. */
import { int32, int64, message, string, struct, uuid } from '../schema.ts'

/** Type 0 had the same fields and a value without a leader epoch; no supported Kafka writes it. */
export const OFFSET_COMMIT_KEY_TYPE = 1

/** The number in front of a coordinator key is the record's type, so this key has no other "version". */
export const offsetCommitKey = message(
  'OffsetCommitKey',
  [OFFSET_COMMIT_KEY_TYPE, OFFSET_COMMIT_KEY_TYPE],
  null,
  struct({
    group: string('0+'),
    topic: string('0+'),
    partition: int32('0+'),
  }),
)

/** Kafka writes 3, or 1 when the commit sets an expiry of its own. 4 is flexible and has the topic id. */
export const offsetCommitValue = message(
  'OffsetCommitValue',
  [0, 4],
  4,
  struct({
    offset: int64('0+'),
    leaderEpoch: int32('3+', { default: -1, ignorable: true }),
    metadata: string('0+'),
    commitTimestamp: int64('0+'),
    expireTimestamp: int64('1', { default: -1, ignorable: true }),
    topicId: uuid('4+', { tagged: { tag: 0, versions: '4+' }, ignorable: true }),
  }),
)
