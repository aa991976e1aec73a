import { defineApi } from '../api.ts'
import { int16, int32, string, struct } from '../schema.ts'

/**
 * Makes the cluster forget a broker that will not come back (KIP-631).
 */
export const unregisterBroker = defineApi({
  key: 64,
  name: 'UnregisterBroker',
  versions: [0, 0],
  flexibleFrom: 0,
  request: struct({
    brokerId: int32('0+'),
  }),
  response: struct({
    throttleTimeMs: int32('0+'),
    errorCode: int16('0+'),
    errorMessage: string('0+', { nullable: '0+' }),
  }),
})
