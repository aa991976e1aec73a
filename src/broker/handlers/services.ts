import type { Clock } from '../clock.ts'
import type { Controller } from '../controller/controller.ts'
import type { GroupCoordinator } from '../groups/coordinator.ts'
import type { Logger } from '../logger.ts'
import type { MetadataCache } from '../metadata/cache.ts'
import type { BrokerConfig } from '../metadata/configs/broker-config.ts'
import type { Api, RequestInput, ResponseOf } from '../protocol/api.ts'
import type { ReplicaManager } from '../replication/replica-manager.ts'

/** A way to the active controller, wherever it is: follows it when it moves, tries until `timeoutMs` is over. */
export interface ControllerChannel {
  /** Rejects with KafkaError (REQUEST_TIMED_OUT) when no controller answered in time. */
  send<A extends Api>(
    api: A,
    version: number,
    body: RequestInput<A>,
    options?: { timeoutMs?: number },
  ): Promise<ResponseOf<A>>
}

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
  readonly controller: Controller
  readonly controllerChannel: ControllerChannel
  readonly producerIds: { next(): Promise<number> }
}
