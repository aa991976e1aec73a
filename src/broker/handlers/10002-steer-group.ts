/**
 * SteerGroup v0, from Ottla's window: what a person may do to a group that Kafka has no request for. Only the group's
 * coordinator answers; others say NOT_COORDINATOR.
 */
import { steerGroup } from '../protocol/messages/internal/steer-group.ts'
import { internal } from './handler.ts'

export const steerGroupHandler = internal(steerGroup, (request, _context, { groups }) =>
  groups.steerGroup(request),
)
