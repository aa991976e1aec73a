/**
 * SyncGroup v0-5: the leader of a new generation brings the assignment, every member takes its own away. It is in
 * `__consumer_offsets` before anybody is answered.
 *
 * - v3: group.instance.id (KIP-345). v5: protocolType and protocolName, which must be there and must be the group's
 *   (KIP-559).
 *
 * Gap: no ACLs.
 */
import { ErrorCode } from '../protocol/errors.ts'
import { syncGroup } from '../protocol/messages/14-sync-group.ts'
import { handler } from './handler.ts'

const PROTOCOL_VERSION = 5

export const syncGroupHandler = handler(syncGroup, (request, context, { groups }) => {
  const isIncomplete = request.protocolType === null || request.protocolName === null
  if (context.apiVersion >= PROTOCOL_VERSION && isIncomplete) {
    return { errorCode: ErrorCode.INCONSISTENT_GROUP_PROTOCOL }
  }
  return groups.syncGroup(request)
})
