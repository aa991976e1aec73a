import { defineApi } from '../../api.ts'
import { array, int16, int32, int64, int8, string, struct } from '../../schema.ts'

/** What SteerGroup can do. */
export const SteerAction = { look: 0, rebalance: 1, setOffsets: 2 } as const

/**
 * What a person at the window may do to a group and Kafka has no request for: look at its members' sessions, make it
 * rebalance, and set the offsets of a group with members in one step. Asked of the group's coordinator.
 */
export const steerGroup = defineApi({
  key: 10002,
  name: 'SteerGroup',
  versions: [0, 0],
  flexibleFrom: 0,
  request: struct({
    groupId: string('0+'),
    action: int8('0+'),
    /** For `setOffsets` only. */
    topics: array('0+', {
      name: string('0+'),
      partitions: array('0+', {
        partitionIndex: int32('0+'),
        /** -1: nothing shall be committed. */
        offset: int64('0+'),
        leaderEpoch: int32('0+', { default: -1 }),
        metadata: string('0+', { nullable: '0+', default: null }),
      }),
    }),
  }),
  response: struct({
    errorCode: int16('0+'),
    errorMessage: string('0+', { nullable: '0+', default: null }),
    /** As they were before what was done to them. */
    members: array('0+', {
      memberId: string('0+'),
      /** Since anything was heard of it. */
      silentMs: int64('0+'),
      sessionTimeoutMs: int32('0+'),
      rebalanceTimeoutMs: int32('0+'),
      /** `join`, `sync`: the answer it waits for. Empty: none. */
      awaits: string('0+'),
    }),
  }),
})
