/**
 * IncrementalAlterConfigs v0–1 (KIP-339): SET, DELETE, and for lists APPEND and SUBTRACT, for topics, groups, one
 * broker, or (broker `''`) all of them. A resource is changed as a whole or not at all.
 *
 * Broker configs are checked by the controller, not by the broker they are for; only registered brokers can have
 * some. A changed unclean.leader.election.enable takes effect at once.
 * Gaps: BROKER_LOGGER and CLIENT_METRICS resources, alter.config.policy.class.name.
 */
import { incrementalAlterConfigs } from '../protocol/messages/44-incremental-alter-configs.ts'
import { forwarded } from './handler.ts'

export const incrementalAlterConfigsHandler = forwarded(
  incrementalAlterConfigs,
  async (request, _, { controller }) => {
    const response = controller.incrementalAlterConfigs(request)
    await controller.propagated()
    return response
  },
)
