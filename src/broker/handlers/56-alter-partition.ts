/**
 * AlterPartition v2–3, between brokers (KIP-497): a leader asks the controller for another ISR. The controller
 * checks that it is the leader, that it knows the partition as it is now, and that every member is alive.
 *
 * Version notes: v2 topic ids; v3 members with their broker epochs (KIP-903), so that a replica which restarted
 * meanwhile cannot get in by an old fetch.
 */
import { alterPartition } from '../protocol/messages/56-alter-partition.ts'
import { internal } from './handler.ts'

export const alterPartitionHandler = internal(alterPartition, (request, _, { controller }) =>
  controller.alterPartition(request),
)
