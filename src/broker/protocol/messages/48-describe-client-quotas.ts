import { defineApi } from '../api.ts'
import { array, bool, float64, int16, int32, int8, string, struct } from '../schema.ts'

/**
 * Reads client quotas (KIP-546). Match types: 0 exactly the name, 1 the default entity, 2 any that has a
 * name.
 */
export const describeClientQuotas = defineApi({
  key: 48,
  name: 'DescribeClientQuotas',
  versions: [0, 1],
  flexibleFrom: 1,
  request: struct({
    components: array('0+', {
      entityType: string('0+'),
      matchType: int8('0+'),
      match: string('0+', { nullable: '0+' }),
    }),
    strict: bool('0+'),
  }),
  response: struct({
    throttleTimeMs: int32('0+'),
    errorCode: int16('0+'),
    errorMessage: string('0+', { nullable: '0+' }),
    entries: array(
      '0+',
      { nullable: '0+' },
      {
        entity: array('0+', {
          entityType: string('0+'),
          entityName: string('0+', { nullable: '0+' }),
        }),
        values: array('0+', { key: string('0+'), value: float64('0+') }),
      },
    ),
  }),
})
