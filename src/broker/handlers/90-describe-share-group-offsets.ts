/**
 * DescribeShareGroupOffsets v0-1: where share groups start, of the partitions named or of all they have begun with
 * (KIP-932); −1 while the group has not been given anything of the partition yet.
 *
 * - v1: lag, records done with behind the start offset not counted (KIP-1226); −1 when it cannot be known.
 *
 * Gap: no ACLs.
 */
import { describeShareGroupOffsets } from '../protocol/messages/90-describe-share-group-offsets.ts'
import { handler } from './handler.ts'

export const describeShareGroupOffsetsHandler = handler(
  describeShareGroupOffsets,
  async (request, _context, { shareGroups }) => ({
    groups: await Promise.all(request.groups.map((group) => shareGroups.offsets.describe(group))),
  }),
)
