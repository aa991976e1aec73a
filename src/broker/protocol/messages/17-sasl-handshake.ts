import { defineApi } from '../api.ts'
import { array, int16, string, struct } from '../schema.ts'

/**
 * Chooses a SASL mechanism. After version 0 the client's tokens follow naked, after 1 inside SaslAuthenticate
 * (KIP-152).
 */
export const saslHandshake = defineApi({
  key: 17,
  name: 'SaslHandshake',
  versions: [0, 1],
  flexibleFrom: null,
  request: struct({
    mechanism: string('0+'),
  }),
  response: struct({
    errorCode: int16('0+'),
    mechanisms: array('0+', string()),
  }),
})
