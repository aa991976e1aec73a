import { configScenarios } from './configs.ts'
import { consumerGroupScenarios } from './consumer-groups.ts'
import { consumerMigrationScenarios } from './consumer-migration.ts'
import { consumerRebalanceScenarios } from './consumer-rebalances.ts'
import { createTopicScenarios } from './create-topics.ts'
import { fetchScenarios } from './fetch.ts'
import { groupOffsetScenarios } from './group-offsets.ts'
import { groupScenarios } from './groups.ts'
import { leadershipScenarios } from './leadership.ts'
import { metadataScenarios } from './metadata.ts'
import { produceScenarios } from './produce.ts'
import { reassignScenarios } from './reassign.ts'
import type { Scenario } from './scenario.ts'
import { shareDeliveryScenarios } from './share-deliveries.ts'
import { shareGroupScenarios } from './share-groups.ts'

/** In the order they are played: what kills brokers comes last. */
export const scenarios: readonly Scenario[] = [
  ...metadataScenarios,
  ...createTopicScenarios,
  ...produceScenarios,
  ...fetchScenarios,
  ...configScenarios,
  ...groupScenarios,
  ...groupOffsetScenarios,
  ...consumerGroupScenarios,
  ...consumerRebalanceScenarios,
  ...consumerMigrationScenarios,
  ...shareGroupScenarios,
  ...shareDeliveryScenarios,
  ...reassignScenarios,
  ...leadershipScenarios,
]
