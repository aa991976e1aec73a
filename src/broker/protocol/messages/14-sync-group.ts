import { defineApi } from '../api.ts'
import { array, bytes, int16, int32, string, struct } from '../schema.ts'

/**
 * Gets a member its assignment; the leader's request brings everybody's.
 *
 * 3: static members (KIP-345). 5: the protocol the member believes in, which must be the group's (KIP-559).
 */
export const syncGroup = defineApi({
  key: 14,
  name: 'SyncGroup',
  versions: [0, 5],
  flexibleFrom: 4,
  request: struct({
    groupId: string('0+'),
    generationId: int32('0+'),
    memberId: string('0+'),
    groupInstanceId: string('3+', { nullable: '3+', default: null }),
    protocolType: string('5+', { nullable: '5+', default: null, ignorable: true }),
    protocolName: string('5+', { nullable: '5+', default: null, ignorable: true }),
    assignments: array('0+', { memberId: string('0+'), assignment: bytes('0+') }),
  }),
  response: struct({
    throttleTimeMs: int32('1+', { ignorable: true }),
    errorCode: int16('0+'),
    protocolType: string('5+', { nullable: '5+', default: null, ignorable: true }),
    protocolName: string('5+', { nullable: '5+', default: null, ignorable: true }),
    assignment: bytes('0+'),
  }),
})
