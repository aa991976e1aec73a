import { defineApi } from '../api.ts'
import { array, int16, int32, int8, string, struct } from '../schema.ts'

/**
 * Makes the controller elect leaders: the preferred replica (0), or any replica at all (1, from version 1,
 * KIP-460). Null asks for every partition.
 */
export const electLeaders = defineApi({
  key: 43,
  name: 'ElectLeaders',
  versions: [0, 2],
  flexibleFrom: 2,
  request: struct({
    electionType: int8('1+'),
    topicPartitions: array(
      '0+',
      { nullable: '0+' },
      {
        topic: string('0+'),
        partitions: array('0+', int32()),
      },
    ),
    timeoutMs: int32('0+', { default: 60000 }),
  }),
  response: struct({
    throttleTimeMs: int32('0+'),
    errorCode: int16('1+'),
    replicaElectionResults: array('0+', {
      topic: string('0+'),
      partitionResult: array('0+', {
        partitionId: int32('0+'),
        errorCode: int16('0+'),
        errorMessage: string('0+', { nullable: '0+' }),
      }),
    }),
  }),
})
