/**
 * DeleteShareGroupOffsets v0: an empty share group forgets topics (KIP-932): NON_EMPTY_GROUP, GROUP_ID_NOT_FOUND. What
 * it never began with is forgotten already.
 *
 * Gap: no ACLs.
 */
import { deleteShareGroupOffsets } from '../protocol/messages/92-delete-share-group-offsets.ts'
import { handler } from './handler.ts'

export const deleteShareGroupOffsetsHandler = handler(
  deleteShareGroupOffsets,
  (request, _context, { shareGroups }) => shareGroups.offsets.delete(request),
)
