/**
 * AlterConfigs v0–2: what is given replaces all that was set for the resource; everything else goes back to its
 * default. Deprecated in favour of IncrementalAlterConfigs, but kafkajs and older tools know nothing else.
 *
 * Version notes: none (v2 is the flexible encoding).
 * Broker configs are checked by the controller, not by the broker they are for; only registered brokers can have
 * some. Gaps: BROKER_LOGGER and CLIENT_METRICS resources, alter.config.policy.class.name.
 */
import { alterConfigs } from '../protocol/messages/33-alter-configs.ts'
import { forwarded } from './handler.ts'

export const alterConfigsHandler = forwarded(alterConfigs, async (request, _, { controller }) => {
  const response = controller.alterConfigs(request)
  await controller.propagated()
  return response
})
