/**
 * ListPartitionReassignments v0 (KIP-455): the moves under way, with the replicas that are being added and removed. Null
 * topics asks for all of them; what does not exist or does not move is left out.
 */
import { listPartitionReassignments } from '../protocol/messages/46-list-partition-reassignments.ts'
import { forwarded } from './handler.ts'

export const listPartitionReassignmentsHandler = forwarded(
  listPartitionReassignments,
  (request, _, { controller }) => controller.listPartitionReassignments(request),
)
