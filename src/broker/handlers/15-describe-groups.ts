/**
 * DescribeGroups v0-6: state, protocol and members of classic groups; metadata and assignments, the clients' own
 * bytes, while the group is stable.
 *
 * - v3: authorized operations, on demand. v4: group.instance.id (KIP-345).
 * - An unknown group is "Dead" and no error up to v5; from v6 it is GROUP_ID_NOT_FOUND (KIP-1043). So is a group of
 *   another protocol, which has an API of its own.
 *
 * Gap: there are no ACLs, so everybody may do everything with a group, and the field says so.
 */
import { ErrorCode } from '../protocol/errors.ts'
import { describeGroups } from '../protocol/messages/15-describe-groups.ts'
import { ALL_GROUP_OPERATIONS } from './authorized-operations.ts'
import { handler } from './handler.ts'

const AUTHORIZED_OPERATIONS_VERSION = 3

export const describeGroupsHandler = handler(describeGroups, async (request, context, broker) => {
  const groups = await broker.groups.describeGroups(context, request.groups)
  const isAsked = request.includeAuthorizedOperations && context.apiVersion >= AUTHORIZED_OPERATIONS_VERSION
  if (!isAsked) return { groups }
  return {
    groups: groups.map((group) =>
      group.errorCode === ErrorCode.NONE ? { ...group, authorizedOperations: ALL_GROUP_OPERATIONS } : group,
    ),
  }
})
