import { defineApi } from '../api.ts'
import { array, int16, int32, int8, string, struct } from '../schema.ts'

/**
 * Lists the resources that have a configuration (KIP-1142). Version 0 knew client metrics subscriptions only
 * (type 16, KIP-714).
 */
export const listConfigResources = defineApi({
  key: 74,
  name: 'ListConfigResources',
  versions: [0, 1],
  flexibleFrom: 0,
  request: struct({
    resourceTypes: array('1+', int8()),
  }),
  response: struct({
    throttleTimeMs: int32('0+'),
    errorCode: int16('0+'),
    configResources: array('0+', {
      resourceName: string('0+'),
      resourceType: int8('1+', { default: 16, ignorable: true }),
    }),
  }),
})
