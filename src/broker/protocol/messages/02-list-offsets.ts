import { defineApi } from '../api.ts'
import { array, int16, int32, int64, int8, string, struct } from '../schema.ts'

/**
 * Finds an offset by timestamp. Negative timestamps are questions of their own: -1 the end, -2 the start, -3
 * the record with the newest timestamp (version 7, KIP-734), and from -4 on places in tiered storage.
 *
 * 2: isolation level, so that read_committed consumers see the last stable offset as the end. 4: leader
 * epochs (KIP-320).
 */
export const listOffsets = defineApi({
  key: 2,
  name: 'ListOffsets',
  versions: [1, 11],
  flexibleFrom: 6,
  request: struct({
    replicaId: int32('0+'),
    isolationLevel: int8('2+'),
    topics: array('0+', {
      name: string('0+'),
      partitions: array('0+', {
        partitionIndex: int32('0+'),
        currentLeaderEpoch: int32('4+', { default: -1, ignorable: true }),
        timestamp: int64('0+'),
      }),
    }),
    timeoutMs: int32('10+', { ignorable: true }),
  }),
  response: struct({
    throttleTimeMs: int32('2+', { ignorable: true }),
    topics: array('0+', {
      name: string('0+'),
      partitions: array('0+', {
        partitionIndex: int32('0+'),
        errorCode: int16('0+'),
        timestamp: int64('1+', { default: -1 }),
        offset: int64('1+', { default: -1 }),
        leaderEpoch: int32('4+', { default: -1 }),
      }),
    }),
  }),
})
