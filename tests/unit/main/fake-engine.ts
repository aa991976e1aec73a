import { mkdirSync, rmSync } from 'node:fs'
import { basename } from 'node:path'
import type {
  BrokerState,
  ClusterDefinition,
  ClusterEvent,
  ClusterStatus,
} from '../../../src/broker/supervisor/types.ts'
import { ClusterError } from '../../../src/broker/supervisor/types.ts'
import { FakeFaults } from '../supervisor/fake-faults.ts'
import type { ControlClient, Engine, Supervisor } from '../../../src/main/clusters/engine.ts'

/** A cluster without threads and sockets, which does what it is told at once. */
class FakeCluster implements Supervisor {
  definition: ClusterDefinition
  readonly directory: string
  readonly faults = new FakeFaults()
  running = false
  open = true
  failStart: ClusterError | null = null
  onDefinition: (definition: ClusterDefinition) => void = () => undefined
  readonly brokers: Map<number, BrokerState>
  readonly #listeners = new Set<(event: ClusterEvent) => void>()

  constructor(directory: string, definition: ClusterDefinition) {
    this.directory = directory
    this.definition = definition
    this.brokers = new Map(definition.brokers.map(({ id }) => [id, 'stopped']))
  }

  status(): ClusterStatus {
    const controllerId = [...this.brokers].find(([, state]) => state === 'running')?.[0] ?? null
    const { name, clusterId, brokers } = this.definition
    return {
      name,
      clusterId,
      directory: this.directory,
      state: this.running ? 'running' : 'stopped',
      startedAtMs: this.running ? 1_000 : null,
      startupMs: this.running ? 400 : null,
      bootstrapServers: brokers.map(({ port }) => `127.0.0.1:${port}`).join(','),
      controllerId,
      brokers: brokers.map((broker) => ({
        ...broker,
        host: '127.0.0.1',
        state: this.brokers.get(broker.id) ?? 'stopped',
        isController: broker.id === controllerId,
        isLeaving: false,
        failure: null,
      })),
    }
  }

  start(): Promise<ClusterStatus> {
    if (this.failStart) return Promise.reject(this.failStart)
    this.running = true
    for (const id of this.brokers.keys()) this.brokers.set(id, 'running')
    this.#tell()
    return Promise.resolve(this.status())
  }

  close(): Promise<void> {
    this.running = false
    this.open = false
    for (const id of this.brokers.keys()) this.brokers.set(id, 'stopped')
    this.#tell()
    return Promise.resolve()
  }

  startBroker(id: number): Promise<void> {
    return this.#set(id, 'running')
  }

  stopBroker(id: number): Promise<void> {
    return this.#set(id, 'stopped')
  }

  killBroker(id: number): Promise<void> {
    return this.#set(id, 'stopped')
  }

  async addBroker(): Promise<number> {
    const { brokers } = this.definition
    const last = brokers.at(-1) ?? { id: 0, port: 9091, rack: null }
    const added = { ...last, id: last.id + 1, port: last.port + 1 }
    this.#redefine({ ...this.definition, brokers: [...brokers, added] })
    await this.#set(added.id, 'running')
    return added.id
  }

  removeBroker(id: number): Promise<void> {
    const brokers = this.definition.brokers.filter((broker) => broker.id !== id)
    this.#redefine({ ...this.definition, brokers })
    this.brokers.delete(id)
    this.#tell()
    return Promise.resolve()
  }

  rename(name: string): void {
    this.#redefine({ ...this.definition, name })
    this.#tell()
  }

  #redefine(definition: ClusterDefinition): void {
    this.definition = definition
    this.onDefinition(definition)
  }

  onEvent(listener: (event: ClusterEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #set(id: number, state: BrokerState): Promise<void> {
    this.brokers.set(id, state)
    this.#tell()
    return Promise.resolve()
  }

  #tell(): void {
    for (const listener of this.#listeners) listener({ type: 'status', status: this.status() })
  }
}

/** The engine's door on clusters that live in memory. Folders are real, because they are what the app lists. */
export class FakeEngine implements Engine {
  readonly definitions = new Map<string, ClusterDefinition>()
  readonly opened = new Map<string, FakeCluster>()
  /** Clusters that another process runs, by folder. */
  readonly elsewhere = new Map<string, FakeCluster>()
  failStart: ClusterError | null = null
  stopFromOutside: (() => Promise<void>) | null = null

  add(directory: string, brokers = 3, firstPort = 9092): ClusterDefinition {
    mkdirSync(directory, { recursive: true })
    const definition: ClusterDefinition = {
      formatVersion: 1,
      name: basename(directory),
      clusterId: 'AAAAAAAAAAAAAAAAAAAAAA',
      createdAtMs: 0,
      brokers: Array.from({ length: brokers }, (_, index) => ({
        id: index + 1,
        port: firstPort + index,
        rack: null,
      })),
      config: {},
    }
    this.definitions.set(directory, definition)
    return definition
  }

  async runElsewhere(directory: string): Promise<FakeCluster> {
    const cluster = new FakeCluster(directory, this.definitions.get(directory) ?? this.add(directory))
    await cluster.start()
    this.elsewhere.set(directory, cluster)
    return cluster
  }

  create(
    directory: string,
    { brokers, firstPort }: { brokers: number; firstPort: number },
  ): Promise<ClusterDefinition> {
    return Promise.resolve(this.add(directory, brokers, firstPort))
  }

  open(directory: string): Promise<FakeCluster> {
    if (this.elsewhere.has(directory)) return Promise.reject(clusterError('CLUSTER_RUNNING'))
    const definition = this.definitions.get(directory)
    if (!definition) return Promise.reject(clusterError('DIRECTORY'))
    const cluster = new FakeCluster(directory, definition)
    cluster.failStart = this.failStart
    cluster.onDefinition = (changed) => this.definitions.set(directory, changed)
    this.opened.set(directory, cluster)
    return Promise.resolve(cluster)
  }

  serveControl(_supervisor: Supervisor, { stop }: { stop: () => Promise<void> }) {
    this.stopFromOutside = stop
    return Promise.resolve({ withdraw: () => undefined, close: () => Promise.resolve() })
  }

  connectControl(directory: string): Promise<ControlClient> {
    const cluster = this.elsewhere.get(directory)
    if (!cluster?.running) return Promise.reject(clusterError('NOT_RUNNING'))
    const actions = { start: 'startBroker', stop: 'stopBroker', kill: 'killBroker' } as const
    return Promise.resolve({
      status: () =>
        cluster.running ? Promise.resolve(cluster.status()) : Promise.reject(clusterError('CONNECTION_LOST')),
      stop: () => cluster.close(),
      broker: async (action, id) => {
        await cluster[actions[action]](id)
        return cluster.status()
      },
      addBroker: async () => {
        await cluster.addBroker()
        return cluster.status()
      },
      removeBroker: async (id) => {
        await cluster.removeBroker(id)
        return cluster.status()
      },
      faults: () => Promise.resolve(cluster.faults.list()),
      applyFault: (spec) => cluster.faults.apply(spec),
      removeFaults: async (ids) => {
        for (const id of ids) await cluster.faults.remove(id)
        return cluster.faults.list()
      },
      clearFaults: () => cluster.faults.clear(),
      close: () => undefined,
    })
  }

  remove(directory: string): Promise<void> {
    this.definitions.delete(directory)
    rmSync(directory, { recursive: true })
    return Promise.resolve()
  }

  contents() {
    return { topics: 2, partitions: 12, records: 1_204_332 }
  }

  sizeInBytes(): Promise<number> {
    return Promise.resolve(4_096)
  }

  readDefinition(directory: string): ClusterDefinition | null {
    if (basename(directory) === 'damaged') throw clusterError('DIRECTORY')
    return this.definitions.get(directory) ?? null
  }

  checkPorts(first: number): Promise<{ taken: number[]; suggestion: number }> {
    return Promise.resolve({ taken: [], suggestion: first })
  }
}

export function clusterError(code: string): ClusterError {
  return new ClusterError({ code, message: `${code} happened.`, remedy: 'Mend it.' })
}
