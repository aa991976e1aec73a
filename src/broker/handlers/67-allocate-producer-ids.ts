/**
 * AllocateProducerIds v0, between brokers (KIP-730): a block of 1000 producer ids that no other broker has.
 */
import { allocateProducerIds } from '../protocol/messages/67-allocate-producer-ids.ts'
import { internal } from './handler.ts'

export const allocateProducerIdsHandler = internal(allocateProducerIds, (request, _, { controller }) =>
  controller.allocateProducerIds(request),
)
