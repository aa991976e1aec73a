import { defineApi } from '../api.ts'
import { array, int16, int32, string, struct } from '../schema.ts'

/**
 * Lists the groups this broker coordinates.
 *
 * 4: by state (KIP-518). 5: by type, classic or consumer (KIP-848).
 */
export const listGroups = defineApi({
  key: 16,
  name: 'ListGroups',
  versions: [0, 5],
  flexibleFrom: 3,
  request: struct({
    statesFilter: array('4+', string()),
    typesFilter: array('5+', string()),
  }),
  response: struct({
    throttleTimeMs: int32('1+', { ignorable: true }),
    errorCode: int16('0+'),
    groups: array('0+', {
      groupId: string('0+'),
      protocolType: string('0+'),
      groupState: string('4+', { ignorable: true }),
      groupType: string('5+', { ignorable: true }),
    }),
  }),
})
