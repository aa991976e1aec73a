import { defineApi } from '../api.ts'
import { array, bool, bytes, int16, int32, string, struct } from '../schema.ts'

/**
 * Joins a classic group and waits for the rebalance. The floor must be 0: librdkafka decides by it whether
 * the broker has consumer groups at all (KAFKA-19444).
 *
 * 4: a member without an id gets one and an error first (KIP-394). 5: static members (KIP-345). 7: the
 * protocol type in the answer (KIP-559). 8: a reason for the log (KIP-800). 9: a static leader that rejoins
 * is told not to assign (KIP-814).
 */
export const joinGroup = defineApi({
  key: 11,
  name: 'JoinGroup',
  versions: [0, 9],
  flexibleFrom: 6,
  request: struct({
    groupId: string('0+'),
    sessionTimeoutMs: int32('0+'),
    rebalanceTimeoutMs: int32('1+', { default: -1, ignorable: true }),
    memberId: string('0+'),
    groupInstanceId: string('5+', { nullable: '5+', default: null }),
    protocolType: string('0+'),
    protocols: array('0+', { name: string('0+'), metadata: bytes('0+') }),
    reason: string('8+', { nullable: '8+', default: null, ignorable: true }),
  }),
  response: struct({
    throttleTimeMs: int32('2+', { ignorable: true }),
    errorCode: int16('0+'),
    generationId: int32('0+', { default: -1 }),
    protocolType: string('7+', { nullable: '7+', default: null, ignorable: true }),
    protocolName: string('0+', { nullable: '7+' }),
    leader: string('0+'),
    skipAssignment: bool('9+'),
    memberId: string('0+'),
    members: array('0+', {
      memberId: string('0+'),
      groupInstanceId: string('5+', { nullable: '5+', default: null, ignorable: true }),
      metadata: bytes('0+'),
    }),
  }),
})
