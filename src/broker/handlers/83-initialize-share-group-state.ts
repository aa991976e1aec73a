/**
 * InitializeShareGroupState v0: the group coordinator begins the state of share partitions (KIP-932). A state epoch
 * below the known one is FENCED_STATE_EPOCH. Every broker answers for the partitions of `__share_group_state` it
 * leads (NOT_COORDINATOR).
 *
 * Gap: no ACLs; Kafka allows it to brokers only.
 */
import { initializeShareGroupState } from '../protocol/messages/83-initialize-share-group-state.ts'
import { handler } from './handler.ts'
import { forEachPartition } from './share-state-answers.ts'

export const initializeShareGroupStateHandler = handler(
  initializeShareGroupState,
  (request, _context, { shareCoordinator }) =>
    forEachPartition(request, async (id, { stateEpoch, startOffset }) => {
      await shareCoordinator.initialize(id, stateEpoch, startOffset)
      return {}
    }),
)
