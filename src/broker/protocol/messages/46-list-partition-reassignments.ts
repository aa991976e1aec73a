import { defineApi } from '../api.ts'
import { array, int16, int32, string, struct } from '../schema.ts'

/**
 * Lists the moves that are under way; null asks for all (KIP-455).
 */
export const listPartitionReassignments = defineApi({
  key: 46,
  name: 'ListPartitionReassignments',
  versions: [0, 0],
  flexibleFrom: 0,
  request: struct({
    timeoutMs: int32('0+', { default: 60000 }),
    topics: array(
      '0+',
      { nullable: '0+', default: null },
      {
        name: string('0+'),
        partitionIndexes: array('0+', int32()),
      },
    ),
  }),
  response: struct({
    throttleTimeMs: int32('0+'),
    errorCode: int16('0+'),
    errorMessage: string('0+', { nullable: '0+' }),
    topics: array('0+', {
      name: string('0+'),
      partitions: array('0+', {
        partitionIndex: int32('0+'),
        replicas: array('0+', int32()),
        addingReplicas: array('0+', int32()),
        removingReplicas: array('0+', int32()),
      }),
    }),
  }),
})
