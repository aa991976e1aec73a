import { defineApi } from '../api.ts'
import { array, bool, bytes, int16, int32, string, struct } from '../schema.ts'

/**
 * Describes classic groups. A group that does not exist is "Dead", until version 6, which says
 * GROUP_ID_NOT_FOUND (KIP-1043).
 *
 * 3: authorized operations (KIP-430). 4: static members (KIP-345).
 */
export const describeGroups = defineApi({
  key: 15,
  name: 'DescribeGroups',
  versions: [0, 6],
  flexibleFrom: 5,
  request: struct({
    groups: array('0+', string()),
    includeAuthorizedOperations: bool('3+'),
  }),
  response: struct({
    throttleTimeMs: int32('1+', { ignorable: true }),
    groups: array('0+', {
      errorCode: int16('0+'),
      errorMessage: string('6+', { nullable: '6+', default: null }),
      groupId: string('0+'),
      groupState: string('0+'),
      protocolType: string('0+'),
      protocolData: string('0+'),
      members: array('0+', {
        memberId: string('0+'),
        groupInstanceId: string('4+', { nullable: '4+', default: null, ignorable: true }),
        clientId: string('0+'),
        clientHost: string('0+'),
        memberMetadata: bytes('0+'),
        memberAssignment: bytes('0+'),
      }),
      authorizedOperations: int32('3+', { default: -(2 ** 31) }),
    }),
  }),
})
