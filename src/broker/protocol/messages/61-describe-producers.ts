import { defineApi } from '../api.ts'
import { array, int16, int32, int64, string, struct } from '../schema.ts'

/**
 * Describes the producers active on partitions: what an operator needs to find a hanging transaction
 * (KIP-664).
 */
export const describeProducers = defineApi({
  key: 61,
  name: 'DescribeProducers',
  versions: [0, 0],
  flexibleFrom: 0,
  request: struct({
    topics: array('0+', { name: string('0+'), partitionIndexes: array('0+', int32()) }),
  }),
  response: struct({
    throttleTimeMs: int32('0+'),
    topics: array('0+', {
      name: string('0+'),
      partitions: array('0+', {
        partitionIndex: int32('0+'),
        errorCode: int16('0+'),
        errorMessage: string('0+', { nullable: '0+', default: null }),
        activeProducers: array('0+', {
          producerId: int64('0+'),
          producerEpoch: int32('0+'),
          lastSequence: int32('0+', { default: -1 }),
          lastTimestamp: int64('0+', { default: -1 }),
          coordinatorEpoch: int32('0+'),
          currentTxnStartOffset: int64('0+', { default: -1 }),
        }),
      }),
    }),
  }),
})
