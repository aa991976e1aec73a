import { defineApi } from '../api.ts'
import { array, bytes, int16, int32, int8, string, struct } from '../schema.ts'

/**
 * Adds, changes and removes SCRAM credentials (KIP-554). The client sends the salted password, not the
 * password.
 */
export const alterUserScramCredentials = defineApi({
  key: 51,
  name: 'AlterUserScramCredentials',
  versions: [0, 0],
  flexibleFrom: 0,
  request: struct({
    deletions: array('0+', { name: string('0+'), mechanism: int8('0+') }),
    upsertions: array('0+', {
      name: string('0+'),
      mechanism: int8('0+'),
      iterations: int32('0+'),
      salt: bytes('0+'),
      saltedPassword: bytes('0+'),
    }),
  }),
  response: struct({
    throttleTimeMs: int32('0+'),
    results: array('0+', {
      user: string('0+'),
      errorCode: int16('0+'),
      errorMessage: string('0+', { nullable: '0+' }),
    }),
  }),
})
