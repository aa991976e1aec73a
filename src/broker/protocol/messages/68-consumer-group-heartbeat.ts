import { defineApi } from '../api.ts'
import { array, int16, int32, string, struct, uuid } from '../schema.ts'

const topicPartitions = {
  topicId: uuid('0+'),
  partitions: array('0+', int32()),
}

/**
 * The consumer protocol in one request: join, leave, stay alive, subscribe, and get an assignment, which
 * comes a step at a time (KIP-848). Null means "as before", in both directions.
 *
 * 1: subscription by regular expression, and members choose their own ids (KIP-1082).
 */
export const consumerGroupHeartbeat = defineApi({
  key: 68,
  name: 'ConsumerGroupHeartbeat',
  versions: [0, 1],
  flexibleFrom: 0,
  request: struct({
    groupId: string('0+'),
    memberId: string('0+'),
    memberEpoch: int32('0+'),
    instanceId: string('0+', { nullable: '0+', default: null }),
    rackId: string('0+', { nullable: '0+', default: null }),
    rebalanceTimeoutMs: int32('0+', { default: -1 }),
    subscribedTopicNames: array('0+', { nullable: '0+', default: null }, string()),
    subscribedTopicRegex: string('1+', { nullable: '1+', default: null }),
    serverAssignor: string('0+', { nullable: '0+', default: null }),
    topicPartitions: array(
      '0+',
      { nullable: '0+', default: null },
      {
        topicId: uuid('0+'),
        partitions: array('0+', int32()),
      },
    ),
  }),
  response: struct({
    throttleTimeMs: int32('0+'),
    errorCode: int16('0+'),
    errorMessage: string('0+', { nullable: '0+', default: null }),
    memberId: string('0+', { nullable: '0+', default: null }),
    memberEpoch: int32('0+'),
    heartbeatIntervalMs: int32('0+'),
    assignment: struct(
      '0+',
      { nullable: '0+', default: null },
      {
        topicPartitions: array('0+', topicPartitions),
      },
    ),
  }),
})
