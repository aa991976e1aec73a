import { defineApi } from '../api.ts'
import { array, int16, int32, string, struct } from '../schema.ts'

/**
 * Deletes committed offsets of a group (KIP-496). Kafka never gave this one a flexible version.
 */
export const offsetDelete = defineApi({
  key: 47,
  name: 'OffsetDelete',
  versions: [0, 0],
  flexibleFrom: null,
  request: struct({
    groupId: string('0+'),
    topics: array('0+', {
      name: string('0+'),
      partitions: array('0+', { partitionIndex: int32('0+') }),
    }),
  }),
  response: struct({
    errorCode: int16('0+'),
    throttleTimeMs: int32('0+', { ignorable: true }),
    topics: array('0+', {
      name: string('0+'),
      partitions: array('0+', { partitionIndex: int32('0+'), errorCode: int16('0+') }),
    }),
  }),
})
