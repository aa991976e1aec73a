/**
 * WriteShareGroupState v0-1: the leader of a partition writes what has changed in a share partition (KIP-932).
 * FENCED_STATE_EPOCH when the group has begun anew since, FENCED_LEADER_EPOCH when there is a later leader,
 * INVALID_REQUEST when the share partition has not begun.
 *
 * - v1: how many records are done with behind the start offset (KIP-1226).
 *
 * Gap: no ACLs; Kafka allows it to brokers only.
 */
import { writeShareGroupState } from '../protocol/messages/85-write-share-group-state.ts'
import { handler } from './handler.ts'
import { forEachPartition } from './share-state-answers.ts'

export const writeShareGroupStateHandler = handler(
  writeShareGroupState,
  (request, _context, { shareCoordinator }) =>
    forEachPartition(request, async (id, change) => {
      await shareCoordinator.write(id, change)
      return {}
    }),
)
