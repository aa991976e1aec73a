import type { Clock } from '../clock.ts'
import type { Controller } from '../controller/controller.ts'
import type { GroupCoordinator } from '../groups/coordinator.ts'
import type { ShareGroups } from '../groups/share/share-groups.ts'
import type { Logger } from '../logger.ts'
import type { MetadataCache } from '../metadata/cache.ts'
import type { BrokerConfig } from '../metadata/configs/broker-config.ts'
import type { BrokerConnection } from '../network/broker-connection.ts'
import type { ReplicaManager } from '../replication/replica-manager.ts'
import type { ShareManager } from '../share/share-manager.ts'
import type { ShareCoordinator } from '../share/state/state-coordinator.ts'

/**
 * A way to the active controller, wherever it is: follows it when it moves, tries until `timeoutMs` is over. Rejects
 * with KafkaError (REQUEST_TIMED_OUT) when no controller answered in time.
 */
export type ControllerChannel = BrokerConnection

/** Everything a handler may use of the broker it runs in. */
export interface BrokerServices {
  readonly brokerId: number
  readonly brokerEpoch: number
  readonly clusterId: string
  /** The configuration in force, dynamic changes included. */
  readonly config: BrokerConfig
  /** As given at start (`--set`), before any dynamic change. */
  readonly staticConfig: ReadonlyMap<string, string>
  readonly clock: Clock
  readonly log: Logger
  readonly metadata: MetadataCache
  readonly replicas: ReplicaManager
  readonly groups: GroupCoordinator
  /** Share groups this broker coordinates (KIP-932). */
  readonly shareGroups: ShareGroups
  /** What share groups do with the partitions this broker leads (KIP-932). */
  readonly shares: ShareManager
  readonly shareCoordinator: ShareCoordinator
  readonly controller: Controller
  readonly controllerChannel: ControllerChannel
  readonly producerIds: { next(): Promise<number> }
}
