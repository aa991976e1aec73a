import { defineApi } from '../api.ts'
import { array, int16, int32, int64, string, struct } from '../schema.ts'

/**
 * Lists the transactions a coordinator knows (KIP-664).
 *
 * 1: those that run for long (KIP-994). 2: by pattern (KIP-1152).
 */
export const listTransactions = defineApi({
  key: 66,
  name: 'ListTransactions',
  versions: [0, 2],
  flexibleFrom: 0,
  request: struct({
    stateFilters: array('0+', string()),
    producerIdFilters: array('0+', int64()),
    durationFilter: int64('1+', { default: -1 }),
    transactionalIdPattern: string('2+', { nullable: '2+', default: null }),
  }),
  response: struct({
    throttleTimeMs: int32('0+'),
    errorCode: int16('0+'),
    unknownStateFilters: array('0+', string()),
    transactionStates: array('0+', {
      transactionalId: string('0+'),
      producerId: int64('0+'),
      transactionState: string('0+'),
    }),
  }),
})
