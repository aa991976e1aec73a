/**
 * DeleteShareGroupState v0: the group coordinator forgets what a group has done with partitions (KIP-932). What does
 * not exist is deleted already.
 *
 * Gap: no ACLs; Kafka allows it to brokers only.
 */
import { deleteShareGroupState } from '../protocol/messages/86-delete-share-group-state.ts'
import { handler } from './handler.ts'
import { forEachPartition } from './share-state-answers.ts'

export const deleteShareGroupStateHandler = handler(
  deleteShareGroupState,
  (request, _context, { shareCoordinator }) =>
    forEachPartition(request, async (id) => {
      await shareCoordinator.remove(id)
      return {}
    }),
)
