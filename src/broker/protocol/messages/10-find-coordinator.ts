import { defineApi } from '../api.ts'
import { array, int16, int32, int8, string, struct } from '../schema.ts'

/**
 * Finds the coordinator of a group (key type 0), a transactional id (1, from version 1) or a share partition
 * (2, from version 6, KIP-932).
 *
 * 4: several keys at once, in fields of their own (KIP-699).
 */
export const findCoordinator = defineApi({
  key: 10,
  name: 'FindCoordinator',
  versions: [0, 6],
  flexibleFrom: 3,
  request: struct({
    key: string('0-3'),
    keyType: int8('1+'),
    coordinatorKeys: array('4+', string()),
  }),
  response: struct({
    throttleTimeMs: int32('1+', { ignorable: true }),
    errorCode: int16('0-3'),
    errorMessage: string('1-3', { nullable: '1-3', ignorable: true }),
    nodeId: int32('0-3'),
    host: string('0-3'),
    port: int32('0-3'),
    coordinators: array('4+', {
      key: string('4+'),
      nodeId: int32('4+'),
      host: string('4+'),
      port: int32('4+'),
      errorCode: int16('4+'),
      errorMessage: string('4+', { nullable: '4+', ignorable: true }),
    }),
  }),
})
