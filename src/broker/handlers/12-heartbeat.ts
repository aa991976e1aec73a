/**
 * Heartbeat v0-4: keeps a classic member's session, and tells it to rejoin (REBALANCE_IN_PROGRESS) while the group
 * rebalances, which keeps the session too.
 *
 * - v3: group.instance.id, with FENCED_INSTANCE_ID (KIP-345).
 * - A coordinator that is still loading answers NONE: the member need not do anything about it.
 *
 * Gap: no ACLs.
 */
import { heartbeat } from '../protocol/messages/12-heartbeat.ts'
import { handler } from './handler.ts'

export const heartbeatHandler = handler(heartbeat, (request, _context, { groups }) =>
  groups.heartbeat(request),
)
