/**
 * OffsetCommit v2-10: a group's progress is written to `__consumer_offsets`, and answered once it is there.
 *
 * Who may commit: a member of the current generation; anybody with generation -1 while the group has no members
 * (consumers that assign their partitions themselves, admin tools), which also founds a group of offsets only.
 *
 * - v2-v4: retentionTimeMs gives the commit an expiry of its own. v5+ (KIP-211): the broker's retention alone.
 * - v6: the leader epoch is kept with the offset (KIP-320). v7: group.instance.id, with fencing (KIP-345).
 * - v9: GROUP_ID_NOT_FOUND where older clients get ILLEGAL_GENERATION, and the least for a member of the consumer
 *   protocol: older is UNSUPPORTED_VERSION (KIP-848). Its epoch may be behind if it had the partitions at that epoch
 *   already (KIP-1251); otherwise STALE_MEMBER_EPOCH.
 * - v10: topics by id; UNKNOWN_TOPIC_ID instead of UNKNOWN_TOPIC_OR_PARTITION (KIP-848).
 *
 * Gap: no ACLs, so nothing is ever refused for lack of a right.
 */
import { offsetCommit } from '../protocol/messages/08-offset-commit.ts'
import { handler } from './handler.ts'

export const offsetCommitHandler = handler(offsetCommit, (request, context, { groups }) =>
  groups.commitOffsets(context, request),
)
