/**
 * OffsetForLeaderEpoch v2-4: where the largest epoch ≤ the one asked for ends, in the leader's log (KIP-101, KIP-279).
 * Consumers use it after a leader change to see whether their position was truncated away (KIP-320).
 *
 * - An epoch the leader has never heard of: epoch −1, offset −1, no error.
 * - v2: the client's leader epoch is checked (FENCED_LEADER_EPOCH, UNKNOWN_LEADER_EPOCH). v3: replica id, which makes
 *   no difference without authorization.
 */
import { offsetForLeaderEpoch } from '../protocol/messages/23-offset-for-leader-epoch.ts'
import { handler } from './handler.ts'

export const offsetForLeaderEpochHandler = handler(offsetForLeaderEpoch, (request, _context, broker) => ({
  topics: request.topics.map(({ topic, partitions }) => ({
    topic,
    partitions: partitions.map(({ partition, currentLeaderEpoch, leaderEpoch }) => ({
      partition,
      ...broker.replicas.offsetForLeaderEpoch({ topic, partition, currentLeaderEpoch, leaderEpoch }),
    })),
  })),
}))
