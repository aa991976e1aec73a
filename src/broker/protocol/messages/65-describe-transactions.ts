import { defineApi } from '../api.ts'
import { array, int16, int32, int64, string, struct } from '../schema.ts'

/**
 * Describes transactions by transactional id (KIP-664).
 */
export const describeTransactions = defineApi({
  key: 65,
  name: 'DescribeTransactions',
  versions: [0, 0],
  flexibleFrom: 0,
  request: struct({
    transactionalIds: array('0+', string()),
  }),
  response: struct({
    throttleTimeMs: int32('0+'),
    transactionStates: array('0+', {
      errorCode: int16('0+'),
      transactionalId: string('0+'),
      transactionState: string('0+'),
      transactionTimeoutMs: int32('0+'),
      transactionStartTimeMs: int64('0+'),
      producerId: int64('0+'),
      producerEpoch: int16('0+'),
      topics: array('0+', { topic: string('0+'), partitions: array('0+', int32()) }),
    }),
  }),
})
