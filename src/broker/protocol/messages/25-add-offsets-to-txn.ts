import { defineApi } from '../api.ts'
import { int16, int32, int64, string, struct } from '../schema.ts'

/**
 * Adds a group's offsets partition to a transaction, ahead of TxnOffsetCommit (KIP-98).
 */
export const addOffsetsToTxn = defineApi({
  key: 25,
  name: 'AddOffsetsToTxn',
  versions: [0, 4],
  flexibleFrom: 3,
  request: struct({
    transactionalId: string('0+'),
    producerId: int64('0+'),
    producerEpoch: int16('0+'),
    groupId: string('0+'),
  }),
  response: struct({
    throttleTimeMs: int32('0+'),
    errorCode: int16('0+'),
  }),
})
