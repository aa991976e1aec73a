import { defineApi } from '../api.ts'
import { int16, int32, int64, struct } from '../schema.ts'

/**
 * A broker gets a block of producer ids from the controller to give away (KIP-730).
 */
export const allocateProducerIds = defineApi({
  key: 67,
  name: 'AllocateProducerIds',
  versions: [0, 0],
  flexibleFrom: 0,
  request: struct({
    brokerId: int32('0+'),
    brokerEpoch: int64('0+', { default: -1 }),
  }),
  response: struct({
    throttleTimeMs: int32('0+'),
    errorCode: int16('0+'),
    producerIdStart: int64('0+'),
    producerIdLen: int32('0+'),
  }),
})
