import { defineApi } from '../api.ts'
import { array, bool, int16, int32, string, struct } from '../schema.ts'

/**
 * Adds partitions to topics (KIP-195).
 */
export const createPartitions = defineApi({
  key: 37,
  name: 'CreatePartitions',
  versions: [0, 3],
  flexibleFrom: 2,
  request: struct({
    topics: array('0+', {
      name: string('0+'),
      count: int32('0+'),
      assignments: array('0+', { nullable: '0+' }, { brokerIds: array('0+', int32()) }),
    }),
    timeoutMs: int32('0+'),
    validateOnly: bool('0+'),
  }),
  response: struct({
    throttleTimeMs: int32('0+'),
    results: array('0+', {
      name: string('0+'),
      errorCode: int16('0+'),
      errorMessage: string('0+', { nullable: '0+', default: null }),
    }),
  }),
})
