import { defineApi } from '../api.ts'
import { array, int16, int32, int64, int8, MAX_INT64, records, string, struct, uuid } from '../schema.ts'

/**
 * Reads record batches: consumers from a partition's leader or nearest replica, followers from its leader.
 *
 * 7: sessions, which carry only what changed (KIP-227). 9: leader epochs (KIP-320). 11: the reader's rack
 * (KIP-392). 12: the point where a follower's log diverged, in place of a separate question. 13: topics by id
 * only (KIP-516). 15: a follower's broker epoch, and its id in a tag (KIP-903). 16: the new leader's address
 * (KIP-951). 18: the follower's high watermark, for a leader that may answer early when it lags (KIP-1166).
 */
export const fetch = defineApi({
  key: 1,
  name: 'Fetch',
  versions: [4, 18],
  flexibleFrom: 12,
  request: struct({
    clusterId: string('12+', {
      nullable: '12+',
      tagged: { tag: 0, versions: '12+' },
      default: null,
      ignorable: true,
    }),
    replicaId: int32('0-14', { default: -1 }),
    replicaState: struct(
      '15+',
      { tagged: { tag: 1, versions: '15+' } },
      {
        replicaId: int32('15+', { default: -1 }),
        replicaEpoch: int64('15+', { default: -1 }),
      },
    ),
    maxWaitMs: int32('0+'),
    minBytes: int32('0+'),
    maxBytes: int32('3+', { default: 0x7fffffff, ignorable: true }),
    isolationLevel: int8('4+', { ignorable: true }),
    sessionId: int32('7+', { ignorable: true }),
    sessionEpoch: int32('7+', { default: -1, ignorable: true }),
    topics: array('0+', {
      topic: string('0-12', { ignorable: true }),
      topicId: uuid('13+', { ignorable: true }),
      partitions: array('0+', {
        partition: int32('0+'),
        currentLeaderEpoch: int32('9+', { default: -1, ignorable: true }),
        fetchOffset: int64('0+'),
        lastFetchedEpoch: int32('12+', { default: -1 }),
        logStartOffset: int64('5+', { default: -1, ignorable: true }),
        partitionMaxBytes: int32('0+'),
        replicaDirectoryId: uuid('17+', { tagged: { tag: 0, versions: '17+' }, ignorable: true }),
        highWatermark: int64('18+', {
          tagged: { tag: 1, versions: '18+' },
          default: MAX_INT64,
          ignorable: true,
        }),
      }),
    }),
    forgottenTopicsData: array('7+', {
      topic: string('7-12', { ignorable: true }),
      topicId: uuid('13+', { ignorable: true }),
      partitions: array('7+', int32()),
    }),
    rackId: string('11+', { ignorable: true }),
  }),
  response: struct({
    throttleTimeMs: int32('1+', { ignorable: true }),
    errorCode: int16('7+', { ignorable: true }),
    sessionId: int32('7+'),
    responses: array('0+', {
      topic: string('0-12', { ignorable: true }),
      topicId: uuid('13+', { ignorable: true }),
      partitions: array('0+', {
        partitionIndex: int32('0+'),
        errorCode: int16('0+'),
        highWatermark: int64('0+'),
        lastStableOffset: int64('4+', { default: -1, ignorable: true }),
        logStartOffset: int64('5+', { default: -1, ignorable: true }),
        divergingEpoch: struct(
          '12+',
          { tagged: { tag: 0, versions: '12+' } },
          {
            epoch: int32('12+', { default: -1 }),
            endOffset: int64('12+', { default: -1 }),
          },
        ),
        currentLeader: struct(
          '12+',
          { tagged: { tag: 1, versions: '12+' } },
          {
            leaderId: int32('12+', { default: -1 }),
            leaderEpoch: int32('12+', { default: -1 }),
          },
        ),
        snapshotId: struct(
          '12+',
          { tagged: { tag: 2, versions: '12+' } },
          {
            endOffset: int64('0+', { default: -1 }),
            epoch: int32('0+', { default: -1 }),
          },
        ),
        abortedTransactions: array(
          '4+',
          { nullable: '4+', ignorable: true },
          {
            producerId: int64('4+'),
            firstOffset: int64('4+'),
          },
        ),
        preferredReadReplica: int32('11+', { default: -1 }),
        records: records('0+', { nullable: '0+' }),
      }),
    }),
    nodeEndpoints: array(
      '16+',
      { tagged: { tag: 0, versions: '16+' } },
      {
        nodeId: int32('16+'),
        host: string('16+'),
        port: int32('16+'),
        rack: string('16+', { nullable: '16+', default: null }),
      },
    ),
  }),
})
