/**
 * CreateTopics v2–7: the controller places the replicas, stores the topic, and answers when the live brokers have
 * heard of it (at most 200 ms later, where Kafka does not wait).
 *
 * Version notes: v5 answers partition count, replication factor and configs in force (KIP-525); v7 the topic id
 * (KIP-516).
 * `__consumer_offsets` and `__transaction_state` with -1 partitions and -1 replicas get what the configuration says,
 * cut down to what a local cluster can bear: see controller/internal-topics.ts.
 * Gaps: no create.topic.policy.class.name, no controller mutation quota (KIP-599).
 */
import { createTopics } from '../protocol/messages/19-create-topics.ts'
import { forwarded } from './handler.ts'

export const createTopicsHandler = forwarded(createTopics, async (request, _, { controller }) => {
  const response = controller.createTopics(request)
  await controller.propagated(request.timeoutMs)
  return response
})
