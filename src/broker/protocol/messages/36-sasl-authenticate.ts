import { defineApi } from '../api.ts'
import { bytes, int16, int64, string, struct } from '../schema.ts'

/**
 * One step of a SASL exchange (KIP-152).
 *
 * 1: how long the session may live before the client must authenticate again (KIP-368).
 */
export const saslAuthenticate = defineApi({
  key: 36,
  name: 'SaslAuthenticate',
  versions: [0, 2],
  flexibleFrom: 2,
  request: struct({
    authBytes: bytes('0+'),
  }),
  response: struct({
    errorCode: int16('0+'),
    errorMessage: string('0+', { nullable: '0+' }),
    authBytes: bytes('0+'),
    sessionLifetimeMs: int64('1+', { ignorable: true }),
  }),
})
