/**
 * ConsumerGroupHeartbeat v0-1: the whole of the consumer protocol (KIP-848). Epoch 0 joins, -1 leaves, -2 is a static
 * member that leaves to come back; any other epoch says that the member lives and what it has, and is told the next
 * step towards what it shall have.
 *
 * - v1: subscription by regular expression (RE2), and member ids made by the clients (KIP-1082); in v0 an empty
 *   member id asks for one.
 * - FENCED_MEMBER_EPOCH: abandon everything and rejoin. UNRELEASED_INSTANCE_ID: the former static member has neither
 *   left nor timed out. GROUP_ID_NOT_FOUND: no such group, or one of another protocol that cannot be converted; the
 *   message says why (`group.consumer.migration.policy`).
 * - Topics that come, grow or go are noticed at the next heartbeat of any member.
 *
 * Gap: no ACLs. Unlike in Kafka a regular expression never matches an internal topic.
 */
import { consumerGroupHeartbeat } from '../protocol/messages/68-consumer-group-heartbeat.ts'
import { handler } from './handler.ts'

export const consumerGroupHeartbeatHandler = handler(consumerGroupHeartbeat, (request, context, { groups }) =>
  groups.consumerGroupHeartbeat(context, request),
)
