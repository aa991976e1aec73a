/**
 * AlterPartitionReassignments v0–1 (KIP-455): moves partitions to other replicas; null replicas cancel a move.
 *
 * - The old and the new replicas are there together until the new ones are in sync; then the old ones delete theirs.
 *   A list in another order only changes who is preferred, and takes effect at once.
 * - Each partition by itself: UNKNOWN_TOPIC_OR_PARTITION, INVALID_REPLICA_ASSIGNMENT (nobody, an unregistered broker, one
 *   twice), NO_REASSIGNMENT_IN_PROGRESS for a cancel of nothing, INVALID_REPLICA_ASSIGNMENT for one that would need an
 *   unclean leader.
 * - Given while a move is under way, a new target replaces the old one; replicas that are on their way and not in the
 *   new target are removed. Back to the old replicas this is as good as a cancel, while Kafka goes on waiting for the
 *   replicas nobody wants any more.
 *
 * Version notes: v1 allowReplicationFactorChange=false guards the number of replicas, INVALID_REPLICATION_FACTOR
 * (KIP-860).
 */
import { alterPartitionReassignments } from '../protocol/messages/45-alter-partition-reassignments.ts'
import { forwarded } from './handler.ts'

export const alterPartitionReassignmentsHandler = forwarded(
  alterPartitionReassignments,
  async (request, _, { controller }) => {
    const response = controller.alterPartitionReassignments(request)
    await controller.propagated(request.timeoutMs)
    return response
  },
)
