/** Members of consumer groups (KIP-848), as a client library would play them, step by step. */
import type { RequestInput, ResponseOf } from '../../src/broker/protocol/api.ts'
import { ErrorCode, errorName } from '../../src/broker/protocol/errors.ts'
import { consumerGroupHeartbeat } from '../../src/broker/protocol/messages/68-consumer-group-heartbeat.ts'
import type { Client } from './client.ts'
import type { Topic } from './topics.ts'

export type HeartbeatRequest = RequestInput<typeof consumerGroupHeartbeat>
export type HeartbeatResponse = ResponseOf<typeof consumerGroupHeartbeat>

export function heartbeat(
  client: Client,
  version: number,
  request: HeartbeatRequest,
): Promise<HeartbeatResponse> {
  return client.call(consumerGroupHeartbeat, version, request)
}

export function joinRequest(groupId: string, topic: Topic, memberId = 'some-member'): HeartbeatRequest {
  return {
    groupId,
    memberId,
    memberEpoch: 0,
    rebalanceTimeoutMs: 30_000,
    subscribedTopicNames: [topic.name],
    topicPartitions: [],
  }
}

export async function joinAsConsumer(
  client: Client,
  groupId: string,
  topic: Topic,
  different: HeartbeatRequest = {},
): Promise<HeartbeatResponse> {
  const response = await heartbeat(client, 1, { ...joinRequest(groupId, topic), ...different })
  if (response.errorCode !== ErrorCode.NONE) throw new Error(errorName(response.errorCode))
  return response
}
