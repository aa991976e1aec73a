/**
 * DeleteGroups v0-3: groups without members go, with all their offsets: NON_EMPTY_GROUP, GROUP_ID_NOT_FOUND.
 *
 * v3 has room for a message, which Kafka leaves empty for these codes, too.
 *
 * Gap: no ACLs.
 */
import { deleteGroups } from '../protocol/messages/42-delete-groups.ts'
import { handler } from './handler.ts'

export const deleteGroupsHandler = handler(deleteGroups, async (request, _context, { shareGroups }) => ({
  results: await shareGroups.deleteGroups(request.groupsNames),
}))
