import { defineApi } from '../api.ts'
import { array, bool, int16, int32, string, struct, uuid } from '../schema.ts'

/**
 * Describes topics a page at a time, with their eligible leader replicas (KIP-966).
 */
export const describeTopicPartitions = defineApi({
  key: 75,
  name: 'DescribeTopicPartitions',
  versions: [0, 0],
  flexibleFrom: 0,
  request: struct({
    topics: array('0+', { name: string('0+') }),
    responsePartitionLimit: int32('0+', { default: 2000 }),
    cursor: struct(
      '0+',
      { nullable: '0+', default: null },
      {
        topicName: string('0+'),
        partitionIndex: int32('0+'),
      },
    ),
  }),
  response: struct({
    throttleTimeMs: int32('0+', { ignorable: true }),
    topics: array('0+', {
      errorCode: int16('0+'),
      name: string('0+', { nullable: '0+' }),
      topicId: uuid('0+', { ignorable: true }),
      isInternal: bool('0+', { ignorable: true }),
      partitions: array('0+', {
        errorCode: int16('0+'),
        partitionIndex: int32('0+'),
        leaderId: int32('0+'),
        leaderEpoch: int32('0+', { default: -1, ignorable: true }),
        replicaNodes: array('0+', int32()),
        isrNodes: array('0+', int32()),
        eligibleLeaderReplicas: array('0+', { nullable: '0+', default: null }, int32()),
        lastKnownElr: array('0+', { nullable: '0+', default: null }, int32()),
        offlineReplicas: array('0+', { ignorable: true }, int32()),
      }),
      topicAuthorizedOperations: int32('0+', { default: -(2 ** 31) }),
    }),
    nextCursor: struct(
      '0+',
      { nullable: '0+', default: null },
      {
        topicName: string('0+'),
        partitionIndex: int32('0+'),
      },
    ),
  }),
})
