import { defineApi } from '../api.ts'
import { array, int16, int32, string, struct } from '../schema.ts'

/**
 * Leaves a classic group.
 *
 * 3: several members at once, by member id or instance id, so that an operator can remove them (KIP-345). 5:
 * a reason for the log (KIP-800).
 */
export const leaveGroup = defineApi({
  key: 13,
  name: 'LeaveGroup',
  versions: [0, 5],
  flexibleFrom: 4,
  request: struct({
    groupId: string('0+'),
    memberId: string('0-2'),
    members: array('3+', {
      memberId: string('3+'),
      groupInstanceId: string('3+', { nullable: '3+', default: null }),
      reason: string('5+', { nullable: '5+', default: null, ignorable: true }),
    }),
  }),
  response: struct({
    throttleTimeMs: int32('1+', { ignorable: true }),
    errorCode: int16('0+'),
    members: array('3+', {
      memberId: string('3+'),
      groupInstanceId: string('3+', { nullable: '3+' }),
      errorCode: int16('3+'),
    }),
  }),
})
