/**
 * Brokers without a supervisor: real logs in SQLite, real ReplicaManagers, real handlers behind the real codec, but
 * one fake clock, an in-memory network and a controller that knows just enough of Kafka's rules.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '../../../src/broker/clock.ts'
import { LogManager } from '../../../src/broker/log/log-manager.ts'
import { createLogger } from '../../../src/broker/logger.ts'
import type { LogLine } from '../../../src/broker/logger.ts'
import { MetadataCache } from '../../../src/broker/metadata/cache.ts'
import { resolveBrokerConfig } from '../../../src/broker/metadata/configs/broker-config.ts'
import type { RequestInput, ResponseOf, Api } from '../../../src/broker/protocol/api.ts'
import { Dispatcher } from '../../../src/broker/handlers/dispatch.ts'
import { produceHandler } from '../../../src/broker/handlers/00-produce.ts'
import { fetchHandler } from '../../../src/broker/handlers/01-fetch.ts'
import { listOffsetsHandler } from '../../../src/broker/handlers/02-list-offsets.ts'
import { offsetForLeaderEpochHandler } from '../../../src/broker/handlers/23-offset-for-leader-epoch.ts'
import type { BrokerServices } from '../../../src/broker/handlers/services.ts'
import type { BrokerConnection } from '../../../src/broker/network/broker-connection.ts'
import type { Partition } from '../../../src/broker/replication/partition.ts'
import { ReplicaManager } from '../../../src/broker/replication/replica-manager.ts'
import { FakeClock } from '../fake-clock.ts'
import { MemoryConnection } from './memory-connection.ts'
import { TestController } from './test-controller.ts'
import { until } from './until.ts'

export const TOPIC = 'orders'
const CLUSTER_ID = 'b3R0bGEtdGVzdC1jbHVzdA'

export interface TestBroker {
  readonly id: number
  readonly epoch: number
  readonly logs: LogManager
  readonly metadata: MetadataCache
  readonly replicas: ReplicaManager
  readonly dispatcher: Dispatcher
  readonly lines: LogLine[]
  isRunning: boolean
}

export interface ClusterOptions {
  brokers?: number
  staticConfig?: Record<string, string>
  racks?: Record<number, string>
  /** Real time instead of the fake clock's, for tests over sockets. */
  clock?: Clock
  /** How a broker reaches the others, instead of the network in memory. */
  connector?: (from: number) => (to: number, purpose: string) => BrokerConnection
}

export class TestCluster {
  readonly clock = new FakeClock()
  readonly controller: TestController
  readonly brokers = new Map<number, TestBroker>()
  /** Links that are down: `from>to`. */
  readonly cut = new Set<string>()
  /** Seen by every fetch between brokers, before it is delivered. */
  onRequest: (from: number, to: number, api: string, body: unknown) => void = () => undefined
  readonly #directory = mkdtempSync(join(tmpdir(), 'ottla-replication-'))
  readonly #staticConfig: ReadonlyMap<string, string>
  readonly #racks: Record<number, string>
  readonly #connections = new Map<string, MemoryConnection>()
  readonly #clock: Clock
  readonly #connector: NonNullable<ClusterOptions['connector']>

  constructor({ brokers = 3, staticConfig = {}, racks = {}, clock, connector }: ClusterOptions = {}) {
    this.#clock = clock ?? this.clock
    this.#connector = connector ?? ((from) => (to, purpose) => this.#connection(from, to, purpose))
    this.#staticConfig = new Map(Object.entries(staticConfig))
    this.#racks = racks
    this.controller = new TestController(CLUSTER_ID, () =>
      [...this.brokers.values()].filter(({ isRunning }) => isRunning),
    )
    for (let id = 1; id <= brokers; id++) this.start(id)
  }

  broker(id: number): TestBroker {
    return this.brokers.get(id)!
  }

  partition(brokerId: number, topic = TOPIC, index = 0): Partition {
    return this.broker(brokerId).replicas.partition(topic, index)!
  }

  /** Starts a broker, or starts it again with the logs it left behind. */
  start(id: number): TestBroker {
    const epoch = this.controller.register(id, this.#racks[id] ?? null)
    const lines: LogLine[] = []
    const log = createLogger(id, (line) => lines.push(line))
    const metadata = new MetadataCache({ clusterId: CLUSTER_ID, clock: this.#clock })
    const logs = new LogManager({ dataDir: this.#dataDir(id), clock: this.#clock, log })
    const config = resolveBrokerConfig(this.#staticConfig)
    const replicas = new ReplicaManager({
      brokerId: id,
      brokerEpoch: () => epoch,
      config: () => config,
      staticConfig: this.#staticConfig,
      logs,
      metadata,
      clock: this.#clock,
      log,
      alterPartition: { alterPartition: (...args) => this.controller.alterPartition(id, ...args) },
      connect: this.#connector(id),
    })
    metadata.subscribe((delta, image) => replicas.applyMetadata(delta, image))
    const services = {
      brokerId: id,
      brokerEpoch: epoch,
      clusterId: CLUSTER_ID,
      config,
      clock: this.#clock,
      log,
      metadata,
      replicas,
    }
    const dispatcher = new Dispatcher(
      [produceHandler, fetchHandler, listOffsetsHandler, offsetForLeaderEpochHandler],
      services as unknown as BrokerServices,
    )
    const broker = { id, epoch, logs, metadata, replicas, dispatcher, lines, isRunning: true }
    this.brokers.set(id, broker)
    this.controller.catchUp(broker)
    this.controller.unfence(id)
    return broker
  }

  /** Everything the broker had not committed is lost, and what it would have answered too. */
  kill(id: number): void {
    const broker = this.broker(id)
    broker.isRunning = false
    void broker.replicas.shutdown()
    broker.logs.close()
  }

  /** A broker's database. */
  logFile(id: number): string {
    return join(this.#dataDir(id), 'log.db')
  }

  #dataDir(id: number): string {
    return join(this.#directory, `broker-${id}`)
  }

  /** As Peers does: one connection a broker and purpose. */
  #connection(from: number, to: number, purpose: string): MemoryConnection {
    const key = `${from}>${to}/${purpose}`
    const connection = this.#connections.get(key) ?? new MemoryConnection(this, from, to)
    this.#connections.set(key, connection)
    return connection
  }

  /** A client's connection to a broker. */
  client(brokerId: number, clientId = 'test'): MemoryConnection {
    return new MemoryConnection(this, -1, brokerId, clientId)
  }

  send<A extends Api>(
    brokerId: number,
    api: A,
    version: number,
    body: RequestInput<A>,
  ): Promise<ResponseOf<A>> {
    return this.client(brokerId).send(api, version, body)
  }

  /** Waits until every running replica has what the leader has. */
  async replicated(leaderId: number, topic = TOPIC, index = 0): Promise<void> {
    const leader = this.partition(leaderId, topic, index)
    await until(
      () => [...leader.followers].every(({ logEndOffset }) => logEndOffset === leader.log.logEndOffset),
      `followers of ${topic}-${index} have caught up`,
    )
  }

  async close(): Promise<void> {
    this.controller.isFrozen = false
    for (const { id, isRunning } of this.brokers.values()) if (isRunning) this.kill(id)
    await until(() => true)
    rmSync(this.#directory, { recursive: true, force: true })
  }
}
