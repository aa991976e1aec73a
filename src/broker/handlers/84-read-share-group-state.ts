/**
 * ReadShareGroupState v0: the leader of a partition reads the state of a share partition (KIP-932), and fences earlier
 * leaders by its epoch (FENCED_LEADER_EPOCH for one of those).
 *
 * Gap: no ACLs; Kafka allows it to brokers only.
 */
import { readShareGroupState } from '../protocol/messages/84-read-share-group-state.ts'
import { handler } from './handler.ts'
import { forEachPartition } from './share-state-answers.ts'

export const readShareGroupStateHandler = handler(
  readShareGroupState,
  (request, _context, { shareCoordinator }) =>
    forEachPartition(request, async (id, { leaderEpoch }) => {
      const { stateBatches, ...state } = await shareCoordinator.read(id, leaderEpoch)
      return { ...state, stateBatches: [...stateBatches] }
    }),
)
