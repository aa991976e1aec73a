/**
 * AlterShareGroupOffsets v0: sets where an empty share group starts (KIP-932): NON_EMPTY_GROUP, GROUP_ID_NOT_FOUND.
 * The state of the partitions begins anew, so that every record from there on is available again, with the next fetch:
 * a leader of Kafka's that has the share partition in memory first gives out what it knew.
 *
 * Gap: no ACLs.
 */
import { alterShareGroupOffsets } from '../protocol/messages/91-alter-share-group-offsets.ts'
import { handler } from './handler.ts'

export const alterShareGroupOffsetsHandler = handler(
  alterShareGroupOffsets,
  (request, _context, { shareGroups }) => shareGroups.offsets.alter(request),
)
