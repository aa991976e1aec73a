/**
 * ShareGroupDescribe v1: state, epochs, members and assignments of share groups (KIP-932). INVALID_GROUP_ID for an
 * empty id, GROUP_ID_NOT_FOUND for an unknown one and for groups of another kind.
 *
 * Gap: no ACLs, so authorizedOperations are never told.
 */
import { shareGroupDescribe } from '../protocol/messages/77-share-group-describe.ts'
import { handler } from './handler.ts'

export const shareGroupDescribeHandler = handler(
  shareGroupDescribe,
  async (request, _context, { shareGroups }) => ({ groups: await shareGroups.describe(request.groupIds) }),
)
