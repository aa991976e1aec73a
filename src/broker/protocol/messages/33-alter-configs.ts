import { defineApi } from '../api.ts'
import { array, bool, int16, int32, int8, string, struct } from '../schema.ts'

/**
 * Replaces the whole configuration of a resource; what is not named goes back to its default.
 * IncrementalAlterConfigs exists because of that.
 */
export const alterConfigs = defineApi({
  key: 33,
  name: 'AlterConfigs',
  versions: [0, 2],
  flexibleFrom: 2,
  request: struct({
    resources: array('0+', {
      resourceType: int8('0+'),
      resourceName: string('0+'),
      configs: array('0+', { name: string('0+'), value: string('0+', { nullable: '0+' }) }),
    }),
    validateOnly: bool('0+'),
  }),
  response: struct({
    throttleTimeMs: int32('0+'),
    responses: array('0+', {
      errorCode: int16('0+'),
      errorMessage: string('0+', { nullable: '0+' }),
      resourceType: int8('0+'),
      resourceName: string('0+'),
    }),
  }),
})
