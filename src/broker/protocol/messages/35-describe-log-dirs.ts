import { defineApi } from '../api.ts'
import { array, bool, int16, int32, int64, string, struct } from '../schema.ts'

/**
 * Sizes of a broker's partitions and log directories (KIP-113).
 *
 * 3: an error for the whole answer. 4: size of the volume (KIP-827). 5: directories closed to new partitions
 * (KIP-1066).
 */
export const describeLogDirs = defineApi({
  key: 35,
  name: 'DescribeLogDirs',
  versions: [1, 5],
  flexibleFrom: 2,
  request: struct({
    topics: array(
      '0+',
      { nullable: '0+' },
      {
        topic: string('0+'),
        partitions: array('0+', int32()),
      },
    ),
  }),
  response: struct({
    throttleTimeMs: int32('0+'),
    errorCode: int16('3+', { ignorable: true }),
    results: array('0+', {
      errorCode: int16('0+'),
      logDir: string('0+'),
      topics: array('0+', {
        name: string('0+'),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
          partitionSize: int64('0+'),
          offsetLag: int64('0+'),
          isFutureKey: bool('0+'),
        }),
      }),
      totalBytes: int64('4+', { default: -1, ignorable: true }),
      usableBytes: int64('4+', { default: -1, ignorable: true }),
      isCordoned: bool('5+', { ignorable: true }),
    }),
  }),
})
