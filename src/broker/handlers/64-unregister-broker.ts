/**
 * UnregisterBroker v0 (KIP-631): the cluster forgets a broker that was taken away for good. Partitions keep naming
 * it as a replica until they are reassigned; a broker of that id that is still alive registers anew.
 */
import { unregisterBroker } from '../protocol/messages/64-unregister-broker.ts'
import { forwarded } from './handler.ts'

export const unregisterBrokerHandler = forwarded(unregisterBroker, (request, _, { controller }) =>
  controller.unregisterBroker(request),
)
