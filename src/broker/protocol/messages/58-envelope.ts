import { defineApi } from '../api.ts'
import { bytes, int16, struct } from '../schema.ts'

/**
 * Carries a client's request from the broker that got it to the controller, with who sent it (KIP-590).
 */
export const envelope = defineApi({
  key: 58,
  name: 'Envelope',
  versions: [0, 0],
  flexibleFrom: 0,
  request: struct({
    requestData: bytes('0+'),
    requestPrincipal: bytes('0+', { nullable: '0+' }),
    clientHostAddress: bytes('0+'),
  }),
  response: struct({
    responseData: bytes('0+', { nullable: '0+', default: null }),
    errorCode: int16('0+'),
  }),
})
