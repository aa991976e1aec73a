/**
 * BrokerRegistration v0–4, between brokers (KIP-631): a broker that starts asks the controller in. It gets its broker
 * epoch and stays fenced until its heartbeats show that it has read the metadata up to its own registration.
 *
 * Version notes: v2 log directories (KIP-858); v3 the epoch before a clean shutdown (KIP-966), which lets a broker that
 * lacks nothing keep its places in ISRs: see controller/broker-states.ts.
 * Gaps: one listener (the first) is kept; features and log directories are not looked at.
 */
import { brokerRegistration } from '../protocol/messages/62-broker-registration.ts'
import { internal } from './handler.ts'

export const brokerRegistrationHandler = internal(brokerRegistration, (request, _, { controller }) =>
  controller.registerBroker(request),
)
