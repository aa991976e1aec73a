/**
 * ReadShareGroupStateSummary v0-1: where share partitions start, for DescribeShareGroupOffsets (KIP-932); −1 when
 * nobody has found out yet.
 *
 * - v1: how many records are done with behind the start offset (KIP-1226).
 *
 * Gap: no ACLs; Kafka allows it to brokers only.
 */
import { readShareGroupStateSummary } from '../protocol/messages/87-read-share-group-state-summary.ts'
import { handler } from './handler.ts'
import { forEachPartition } from './share-state-answers.ts'

export const readShareGroupStateSummaryHandler = handler(
  readShareGroupStateSummary,
  (request, _context, { shareCoordinator }) =>
    forEachPartition(request, (id) => shareCoordinator.summary(id)),
)
