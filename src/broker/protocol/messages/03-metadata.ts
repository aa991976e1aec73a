import { defineApi } from '../api.ts'
import { array, bool, int16, int32, string, struct, uuid } from '../schema.ts'

/**
 * Where everything is: brokers, topics, leaders, replicas.
 *
 * 0: an empty list asks for all topics; from 1 on null does, and an empty list for none. 4: whether asking
 * may create a topic. 8: authorized operations (KIP-430); those of the cluster moved to DescribeCluster with
 * 11 (KIP-700). 10: topic ids in the answer, 12: in the question (KIP-516). 13: an error for the whole answer
 * (KIP-1102).
 */
export const metadata = defineApi({
  key: 3,
  name: 'Metadata',
  versions: [0, 13],
  flexibleFrom: 9,
  request: struct({
    topics: array(
      '0+',
      { nullable: '1+' },
      {
        topicId: uuid('10+', { ignorable: true }),
        name: string('0+', { nullable: '10+' }),
      },
    ),
    allowAutoTopicCreation: bool('4+', { default: true }),
    includeClusterAuthorizedOperations: bool('8-10'),
    includeTopicAuthorizedOperations: bool('8+'),
  }),
  response: struct({
    throttleTimeMs: int32('3+', { ignorable: true }),
    brokers: array('0+', {
      nodeId: int32('0+'),
      host: string('0+'),
      port: int32('0+'),
      rack: string('1+', { nullable: '1+', default: null, ignorable: true }),
    }),
    clusterId: string('2+', { nullable: '2+', default: null, ignorable: true }),
    controllerId: int32('1+', { default: -1, ignorable: true }),
    topics: array('0+', {
      errorCode: int16('0+'),
      name: string('0+', { nullable: '12+' }),
      topicId: uuid('10+', { ignorable: true }),
      isInternal: bool('1+', { ignorable: true }),
      partitions: array('0+', {
        errorCode: int16('0+'),
        partitionIndex: int32('0+'),
        leaderId: int32('0+'),
        leaderEpoch: int32('7+', { default: -1, ignorable: true }),
        replicaNodes: array('0+', int32()),
        isrNodes: array('0+', int32()),
        offlineReplicas: array('5+', { ignorable: true }, int32()),
      }),
      topicAuthorizedOperations: int32('8+', { default: -(2 ** 31) }),
    }),
    clusterAuthorizedOperations: int32('8-10', { default: -(2 ** 31) }),
    errorCode: int16('13+', { ignorable: true }),
  }),
})
