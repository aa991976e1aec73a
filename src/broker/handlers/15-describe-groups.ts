/**
 * DescribeGroups v0-6: state, protocol and members of classic groups; metadata and assignments, the clients' own
 * bytes, while the group is stable.
 *
 * - v3: authorized operations, on demand. v4: group.instance.id (KIP-345).
 * - An unknown group is "Dead" and no error up to v5; from v6 it is GROUP_ID_NOT_FOUND (KIP-1043).
 *
 * Gap: there are no ACLs, so everybody may do everything with a group, and the field says so.
 */
import { ErrorCode } from '../protocol/errors.ts'
import { describeGroups } from '../protocol/messages/15-describe-groups.ts'
import { handler } from './handler.ts'

const AUTHORIZED_OPERATIONS_VERSION = 3
/** What can be done with a group, as a bit field of AclOperation codes. */
const [READ, DELETE, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS] = [3, 6, 8, 10, 11]
const ALL_OPERATIONS = [READ, DELETE, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS].reduce(
  (bits, operation) => bits | (1 << operation),
  0,
)

export const describeGroupsHandler = handler(describeGroups, async (request, context, broker) => {
  const groups = await broker.groups.describeGroups(context, request.groups)
  const isAsked = request.includeAuthorizedOperations && context.apiVersion >= AUTHORIZED_OPERATIONS_VERSION
  if (!isAsked) return { groups }
  return {
    groups: groups.map((group) =>
      group.errorCode === ErrorCode.NONE ? { ...group, authorizedOperations: ALL_OPERATIONS } : group,
    ),
  }
})
