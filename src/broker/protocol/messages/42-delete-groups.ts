import { defineApi } from '../api.ts'
import { array, int16, int32, string, struct } from '../schema.ts'

/**
 * Deletes empty groups (KIP-229).
 *
 * 3: error messages.
 */
export const deleteGroups = defineApi({
  key: 42,
  name: 'DeleteGroups',
  versions: [0, 3],
  flexibleFrom: 2,
  request: struct({
    groupsNames: array('0+', string()),
  }),
  response: struct({
    throttleTimeMs: int32('0+'),
    results: array('0+', {
      groupId: string('0+'),
      errorCode: int16('0+'),
      errorMessage: string('3+', { nullable: '3+', default: null, ignorable: true }),
    }),
  }),
})
