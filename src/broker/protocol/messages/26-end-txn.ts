import { defineApi } from '../api.ts'
import { bool, int16, int32, int64, string, struct } from '../schema.ts'

/**
 * Commits or aborts a transaction.
 *
 * 5: every transaction ends with a new producer epoch, and perhaps a new id, in the answer (KIP-890).
 */
export const endTxn = defineApi({
  key: 26,
  name: 'EndTxn',
  versions: [0, 5],
  flexibleFrom: 3,
  request: struct({
    transactionalId: string('0+'),
    producerId: int64('0+'),
    producerEpoch: int16('0+'),
    committed: bool('0+'),
  }),
  response: struct({
    throttleTimeMs: int32('0+'),
    errorCode: int16('0+'),
    producerId: int64('5+', { default: -1, ignorable: true }),
    producerEpoch: int16('5+', { default: -1, ignorable: true }),
  }),
})
