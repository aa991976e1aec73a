/**
 * ConsumerGroupDescribe v0-1: epochs, state and assignor of groups of the consumer protocol (KIP-848), and of each
 * member what it has and what it shall have. A group that does not exist, or is of another protocol, is
 * GROUP_ID_NOT_FOUND.
 *
 * - v1: whether a member speaks the classic protocol still (0) or the consumer protocol (1).
 *
 * Gap: there are no ACLs, so everybody may do everything with a group, and the field says so.
 */
import { ErrorCode } from '../protocol/errors.ts'
import { consumerGroupDescribe } from '../protocol/messages/69-consumer-group-describe.ts'
import { ALL_GROUP_OPERATIONS } from './authorized-operations.ts'
import { handler } from './handler.ts'

export const consumerGroupDescribeHandler = handler(
  consumerGroupDescribe,
  async ({ groupIds, includeAuthorizedOperations }, _context, { groups }) => {
    const described = await groups.describeConsumerGroups(groupIds)
    if (!includeAuthorizedOperations) return { groups: described }
    return {
      groups: described.map((group) =>
        group.errorCode === ErrorCode.NONE ? { ...group, authorizedOperations: ALL_GROUP_OPERATIONS } : group,
      ),
    }
  },
)
