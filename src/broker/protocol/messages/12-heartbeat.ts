import { defineApi } from '../api.ts'
import { int16, int32, string, struct } from '../schema.ts'

/**
 * Keeps a member of a classic group alive, and tells it when a rebalance has begun.
 *
 * 3: static members (KIP-345).
 */
export const heartbeat = defineApi({
  key: 12,
  name: 'Heartbeat',
  versions: [0, 4],
  flexibleFrom: 4,
  request: struct({
    groupId: string('0+'),
    generationId: int32('0+'),
    memberId: string('0+'),
    groupInstanceId: string('3+', { nullable: '3+', default: null }),
  }),
  response: struct({
    throttleTimeMs: int32('1+', { ignorable: true }),
    errorCode: int16('0+'),
  }),
})
