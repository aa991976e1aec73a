/**
 * ListGroups v0-5: the groups this broker coordinates; a client that wants all asks every broker.
 *
 * - v4: state, and a filter of states (KIP-518). v5: type, and a filter of types (KIP-848). Upper and lower case are
 *   the same in both.
 * - While a partition of `__consumer_offsets` is loading, the answer is COORDINATOR_LOAD_IN_PROGRESS and no groups.
 *
 * Gap: no ACLs, so nothing is left out.
 */
import { listGroups } from '../protocol/messages/16-list-groups.ts'
import { handler } from './handler.ts'

export const listGroupsHandler = handler(listGroups, (request, _context, { groups }) =>
  groups.listGroups(request),
)
