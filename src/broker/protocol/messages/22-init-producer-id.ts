import { defineApi } from '../api.ts'
import { int16, int32, int64, string, struct } from '../schema.ts'

/**
 * Gives a producer its id and epoch.
 *
 * 3: a producer that got into trouble asks for the next epoch of the id it has (KIP-360). Version 6
 * (two-phase commit, KIP-939) is not stable in Kafka and is left out.
 */
export const initProducerId = defineApi({
  key: 22,
  name: 'InitProducerId',
  versions: [0, 5],
  flexibleFrom: 2,
  request: struct({
    transactionalId: string('0+', { nullable: '0+' }),
    transactionTimeoutMs: int32('0+'),
    producerId: int64('3+', { default: -1 }),
    producerEpoch: int16('3+', { default: -1 }),
  }),
  response: struct({
    throttleTimeMs: int32('0+', { ignorable: true }),
    errorCode: int16('0+'),
    producerId: int64('0+', { default: -1 }),
    producerEpoch: int16('0+'),
  }),
})
