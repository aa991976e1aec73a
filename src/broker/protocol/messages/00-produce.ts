import { defineApi } from '../api.ts'
import { array, int16, int32, int64, records, string, struct, uuid } from '../schema.ts'

/**
 * Appends record batches. Version 3 is the true floor (record batches, KIP-98), but 0 is what clients are
 * told: every released librdkafka turns compression off when the advertised range does not reach down to 0
 * (KAFKA-18659).
 *
 * 8: which records of a batch were bad (KIP-467). 10: the new leader, so that a client need not ask for
 * metadata (KIP-951). 12: partitions join a transaction by being written to (KIP-890). 13: topics by id
 * (KIP-516).
 */
export const produce = defineApi({
  key: 0,
  name: 'Produce',
  versions: [3, 13],
  advertisedMin: 0,
  flexibleFrom: 9,
  request: struct({
    transactionalId: string('3+', { nullable: '3+', default: null }),
    acks: int16('0+'),
    timeoutMs: int32('0+'),
    topicData: array('0+', {
      name: string('0-12', { ignorable: true }),
      topicId: uuid('13+', { ignorable: true }),
      partitionData: array('0+', {
        index: int32('0+'),
        records: records('0+', { nullable: '0+' }),
      }),
    }),
  }),
  response: struct({
    responses: array('0+', {
      name: string('0-12', { ignorable: true }),
      topicId: uuid('13+', { ignorable: true }),
      partitionResponses: array('0+', {
        index: int32('0+'),
        errorCode: int16('0+'),
        baseOffset: int64('0+'),
        logAppendTimeMs: int64('2+', { default: -1, ignorable: true }),
        logStartOffset: int64('5+', { default: -1, ignorable: true }),
        recordErrors: array(
          '8+',
          { ignorable: true },
          {
            batchIndex: int32('8+'),
            batchIndexErrorMessage: string('8+', { nullable: '8+', default: null }),
          },
        ),
        errorMessage: string('8+', { nullable: '8+', default: null, ignorable: true }),
        currentLeader: struct(
          '10+',
          { tagged: { tag: 0, versions: '10+' } },
          {
            leaderId: int32('10+', { default: -1 }),
            leaderEpoch: int32('10+', { default: -1 }),
          },
        ),
      }),
    }),
    throttleTimeMs: int32('1+', { ignorable: true }),
    nodeEndpoints: array(
      '10+',
      { tagged: { tag: 0, versions: '10+' } },
      {
        nodeId: int32('10+'),
        host: string('10+'),
        port: int32('10+'),
        rack: string('10+', { nullable: '10+', default: null }),
      },
    ),
  }),
})
