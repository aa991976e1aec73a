/**
 * ElectLeaders v0–2: makes preferred replicas leaders again, or (unclean) gives leaderless partitions any replica
 * that is alive, at the price of records. Null topics asks for all partitions and leaves out those in order.
 *
 * Version notes: v0 is preferred elections only; v1 adds the type (KIP-460). A type nobody knows is INVALID_REQUEST,
 * for the request and for each partition of it.
 */
import { electLeaders } from '../protocol/messages/43-elect-leaders.ts'
import { forwarded } from './handler.ts'

export const electLeadersHandler = forwarded(electLeaders, async (request, _, { controller }) => {
  const response = controller.electLeaders(request)
  await controller.propagated(request.timeoutMs)
  return response
})
