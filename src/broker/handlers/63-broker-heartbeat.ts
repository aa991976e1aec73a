/**
 * BrokerHeartbeat v0–2, between brokers (KIP-631): a sign of life, by which a broker is also unfenced, asks to be
 * fenced, or to leave. One that leaves is told to stop when its leaderships have moved and the others know it.
 *
 * Version notes: v1 offline log directories (KIP-858); v2 cordoned ones (KIP-1066).
 * Gaps: offline and cordoned log directories are not looked at: a broker has one directory and stops with it.
 */
import { brokerHeartbeat } from '../protocol/messages/63-broker-heartbeat.ts'
import { internal } from './handler.ts'

export const brokerHeartbeatHandler = internal(brokerHeartbeat, (request, _, { controller }) =>
  controller.heartbeat(request),
)
