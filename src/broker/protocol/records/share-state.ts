/**
 * The records of `__share_group_state`: how far a share group has got with one partition (KIP-932). A snapshot says
 * everything; the updates after it, until the next snapshot, say what has changed. A null snapshot removes the state.
 */
import { array, int16, int32, int64, int8, message, string, struct, uuid } from '../schema.ts'

export const SHARE_SNAPSHOT_KEY_TYPE = 0
export const SHARE_UPDATE_KEY_TYPE = 1

const sharePartitionKey = {
  groupId: string('0+'),
  topicId: uuid('0+'),
  partition: int32('0+'),
}

const stateBatches = array('0+', {
  firstOffset: int64('0+'),
  lastOffset: int64('0+'),
  deliveryState: int8('0+'),
  deliveryCount: int16('0+'),
})

/** KIP-1226; −1 in records written before it. */
const deliveryCompleteCount = int32('0+', {
  tagged: { tag: 0, versions: '0+' },
  default: -1,
  ignorable: true,
})

export const shareSnapshotKey = message(
  'ShareSnapshotKey',
  [SHARE_SNAPSHOT_KEY_TYPE, SHARE_SNAPSHOT_KEY_TYPE],
  null,
  struct(sharePartitionKey),
)

export const shareSnapshotValue = message(
  'ShareSnapshotValue',
  [0, 0],
  0,
  struct({
    snapshotEpoch: int32('0+'),
    stateEpoch: int32('0+'),
    leaderEpoch: int32('0+'),
    startOffset: int64('0+'),
    deliveryCompleteCount,
    createTimestamp: int64('0+'),
    writeTimestamp: int64('0+'),
    stateBatches,
  }),
)

export const shareUpdateKey = message(
  'ShareUpdateKey',
  [SHARE_UPDATE_KEY_TYPE, SHARE_UPDATE_KEY_TYPE],
  null,
  struct(sharePartitionKey),
)

export const shareUpdateValue = message(
  'ShareUpdateValue',
  [0, 0],
  0,
  struct({
    snapshotEpoch: int32('0+'),
    leaderEpoch: int32('0+'),
    /** −1: unchanged. */
    startOffset: int64('0+'),
    deliveryCompleteCount,
    stateBatches,
  }),
)
