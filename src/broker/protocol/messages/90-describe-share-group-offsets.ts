import { defineApi } from '../api.ts'
import { array, int16, int32, int64, string, struct, uuid } from '../schema.ts'

/**
 * Reads where share groups start (KIP-932).
 *
 * 1: lag.
 */
export const describeShareGroupOffsets = defineApi({
  key: 90,
  name: 'DescribeShareGroupOffsets',
  versions: [0, 1],
  flexibleFrom: 0,
  request: struct({
    groups: array('0+', {
      groupId: string('0+'),
      topics: array(
        '0+',
        { nullable: '0+' },
        {
          topicName: string('0+'),
          partitions: array('0+', int32()),
        },
      ),
    }),
  }),
  response: struct({
    throttleTimeMs: int32('0+'),
    groups: array('0+', {
      groupId: string('0+'),
      topics: array('0+', {
        topicName: string('0+'),
        topicId: uuid('0+'),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
          startOffset: int64('0+'),
          leaderEpoch: int32('0+'),
          lag: int64('1+', { default: -1, ignorable: true }),
          errorCode: int16('0+'),
          errorMessage: string('0+', { nullable: '0+', default: null }),
        }),
      }),
      errorCode: int16('0+'),
      errorMessage: string('0+', { nullable: '0+', default: null }),
    }),
  }),
})
