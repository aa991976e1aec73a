/**
 * JoinGroup v0-9: a member joins or rejoins a classic group, and is answered when the new generation begins: when
 * everybody has rejoined, or after the longest rebalance time-out of all.
 *
 * - v0: one time-out for session and rebalance. librdkafka up to 2.0 (kcat) needs this version to be there.
 * - v4: a dynamic member joins twice, the second time with the id MEMBER_ID_REQUIRED gave it (KIP-394).
 * - v5: group.instance.id (KIP-345). v7: protocolType, and null instead of "" for no protocol (KIP-559).
 * - v8: the client's reason (KIP-800), told with the rebalance event. v9: skipAssignment for a static leader that
 *   returns to a stable group (KIP-814).
 *
 * To a consumer group (KIP-848) it may be, too: classic members live in one during an online upgrade or downgrade, and
 * the coordinator assigns to them. A consumer group without members gives way to a classic one.
 *
 * Gap: no ACLs.
 */
import { joinGroup } from '../protocol/messages/11-join-group.ts'
import { handler } from './handler.ts'

const NULLABLE_PROTOCOL_VERSION = 7

export const joinGroupHandler = handler(joinGroup, async (request, context, { groups }) => {
  const { protocolName, ...response } = await groups.joinGroup(context, request)
  const noProtocol = context.apiVersion >= NULLABLE_PROTOCOL_VERSION ? null : ''
  return { ...response, protocolName: protocolName ?? noProtocol }
})
