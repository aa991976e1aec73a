import type { RemoveBrokerOptions } from '../../../src/broker/supervisor/broker-removals.ts'
import type { ControlledCluster } from '../../../src/broker/supervisor/control-server.ts'
import { writeClusterDefinition } from '../../../src/broker/supervisor/definition.ts'
import { FakeFaults } from './fake-faults.ts'
import type {
  BrokerState,
  BrokerStatus,
  ClusterDefinition,
  ClusterState,
  ClusterStatus,
} from '../../../src/broker/supervisor/types.ts'

export const exampleDefinition: ClusterDefinition = {
  formatVersion: 1,
  name: 'local',
  clusterId: 'AAAAAAAAAAAAAAAAAAAAAA',
  createdAtMs: 1_700_000_000_000,
  brokers: [
    { id: 1, port: 9092, rack: null },
    { id: 2, port: 9093, rack: 'north' },
  ],
  config: { 'num.partitions': '6' },
}

/** A cluster whose brokers are only said to do what they are told. */
export class FakeCluster implements ControlledCluster {
  readonly directory: string
  readonly calls: string[] = []
  readonly faults = new FakeFaults()
  /** What the next calls have to wait for. */
  gate: Promise<void> = Promise.resolve()
  /** What the next calls fail with. */
  error: Error | null = null
  #state: ClusterState = 'running'
  readonly #brokers: BrokerStatus[] = exampleDefinition.brokers.map((broker) => ({
    ...broker,
    host: '127.0.0.1',
    state: 'running',
    isController: broker.id === 1,
    isLeaving: false,
    failure: null,
  }))

  constructor(directory: string) {
    this.directory = directory
    writeClusterDefinition(directory, exampleDefinition)
  }

  status(): ClusterStatus {
    return {
      name: exampleDefinition.name,
      clusterId: exampleDefinition.clusterId,
      directory: this.directory,
      state: this.#state,
      startedAtMs: 1_700_000_001_000,
      startupMs: 321,
      bootstrapServers: '127.0.0.1:9092,127.0.0.1:9093',
      controllerId: 1,
      brokers: this.#brokers,
    }
  }

  async stop(): Promise<void> {
    await this.#called('stop')
    this.#state = 'stopped'
  }

  startBroker(id: number): Promise<void> {
    return this.#turn('start', id, 'running')
  }

  stopBroker(id: number): Promise<void> {
    return this.#turn('stop', id, 'stopped')
  }

  killBroker(id: number): Promise<void> {
    return this.#turn('kill', id, 'stopped')
  }

  async addBroker({ rack }: { rack?: string } = {}): Promise<number> {
    await this.#called(['add', rack].filter(Boolean).join(' '))
    const id = this.#brokers.length + 1
    this.#brokers.push({
      id,
      port: 9091 + id,
      rack: rack ?? null,
      host: '127.0.0.1',
      state: 'running',
      isController: false,
      isLeaving: false,
      failure: null,
    })
    return id
  }

  async removeBroker(id: number, { onProgress, signal }: RemoveBrokerOptions = {}): Promise<void> {
    onProgress?.({ step: 'moving', movedReplicas: 1, totalReplicas: 2, copiedBytes: 3, totalBytes: 4 })
    signal?.addEventListener('abort', () => this.calls.push(`cancelled ${id}`))
    await this.#called(`remove ${id}`)
    this.#brokers.splice(
      this.#brokers.findIndex((broker) => broker.id === id),
      1,
    )
  }

  async #turn(action: string, id: number, state: BrokerState): Promise<void> {
    await this.#called(`${action} ${id}`)
    for (const broker of this.#brokers.filter((each) => each.id === id)) broker.state = state
  }

  async #called(call: string): Promise<void> {
    this.calls.push(call)
    await this.gate
    if (this.error) throw this.error
  }
}
