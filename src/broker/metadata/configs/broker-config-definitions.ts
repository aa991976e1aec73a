/** Every broker config this engine knows, by name. */
import { byName } from './definition.ts'
import { coordinatorConfigs } from './broker-configs-coordinators.ts'
import { coreConfigs } from './broker-configs-core.ts'
import { logConfigs } from './broker-configs-log.ts'
import { ottlaConfigs } from './broker-configs-ottla.ts'
import { shareConfigs } from './broker-configs-share.ts'

export const brokerConfigDefinitions = byName([
  ...coreConfigs,
  ...logConfigs,
  ...coordinatorConfigs,
  ...shareConfigs,
  ...ottlaConfigs,
])

/** Keys that mean the same in different units, the strongest first (DynamicBrokerConfig.brokerConfigSynonyms). */
const synonymGroups: readonly (readonly string[])[] = [
  ['log.roll.ms', 'log.roll.hours'],
  ['log.roll.jitter.ms', 'log.roll.jitter.hours'],
  ['log.flush.interval.ms', 'log.flush.scheduler.interval.ms'],
  ['log.retention.ms', 'log.retention.minutes', 'log.retention.hours'],
]

export function brokerConfigSynonyms(name: string): readonly string[] {
  return synonymGroups.find((group) => group.includes(name)) ?? [name]
}
