/**
 * OffsetDelete v0 (KIP-496): committed offsets of topics a group no longer reads go.
 *
 * A topic that a member subscribes to is refused with GROUP_SUBSCRIBED_TO_TOPIC; a group of other than consumers has
 * to be empty (NON_EMPTY_GROUP), for nobody knows what it reads. A topic that is not there is
 * UNKNOWN_TOPIC_OR_PARTITION: its offsets went with it. An offset that is not there is deleted without an error.
 *
 * Gap: no ACLs.
 */
import { offsetDelete } from '../protocol/messages/47-offset-delete.ts'
import { handler } from './handler.ts'

export const offsetDeleteHandler = handler(offsetDelete, (request, _context, { groups }) =>
  groups.deleteOffsets(request),
)
