import { defineApi } from '../api.ts'
import { array, bool, int16, int32, int64, int8, string, struct } from '../schema.ts'

/**
 * Brokers among themselves: the transaction coordinator has the outcome written into the partitions (KIP-98).
 *
 * 2: which version of the transaction protocol the marker belongs to.
 */
export const writeTxnMarkers = defineApi({
  key: 27,
  name: 'WriteTxnMarkers',
  versions: [1, 2],
  flexibleFrom: 1,
  request: struct({
    markers: array('0+', {
      producerId: int64('0+'),
      producerEpoch: int16('0+'),
      transactionResult: bool('0+'),
      topics: array('0+', { name: string('0+'), partitionIndexes: array('0+', int32()) }),
      coordinatorEpoch: int32('0+'),
      transactionVersion: int8('2+', { ignorable: true }),
    }),
  }),
  response: struct({
    markers: array('0+', {
      producerId: int64('0+'),
      topics: array('0+', {
        name: string('0+'),
        partitions: array('0+', { partitionIndex: int32('0+'), errorCode: int16('0+') }),
      }),
    }),
  }),
})
