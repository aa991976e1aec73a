import { join } from 'node:path'
import { systemClock } from '../clock.ts'
import { BrokerRemovals } from './broker-removals.ts'
import type { RemoveBrokerOptions } from './broker-removals.ts'
import { Checkpointer } from './checkpointer.ts'
import { interrupted, noCluster, notRunning, tooManyBrokers, unknownBroker } from './cluster-errors.ts'
import { ClusterEvents } from './cluster-events.ts'
import { MAX_BROKERS, checkConfig, createCluster, nextFreePort } from './creation.ts'
import type { CreateClusterOptions } from './creation.ts'
import { checkClusterName, readClusterDefinition, writeClusterDefinition } from './definition.ts'
import { ClusterFaults } from './faults/cluster-faults.ts'
import { ClusterLock } from './lock.ts'
import { ManagedBroker } from './managed-broker.ts'
import { removeFolder } from './removal.ts'
import type {
  BrokerDefinition,
  BrokerStatus,
  ClusterDefinition,
  ClusterEvent,
  ClusterState,
  ClusterStatus,
  LeavingBroker,
} from './types.ts'
import { ClusterError } from './types.ts'
import type { BrokerAddress, FromBroker, ToBroker } from './worker-protocol.ts'

export interface OpenClusterOptions {
  /** The broker thread's script; beside this module in a build. */
  workerUrl?: URL
  /** The checkpointing thread's script; beside this module in a build. */
  checkpointWorkerUrl?: URL
  onEvent?: (event: ClusterEvent) => void
}

/** Only this machine can connect. */
const HOST = '127.0.0.1'
const FAILURE_DETECTION = 'ottla.failure.detection'

/** One local cluster: its folder, its broker threads, and what can be done to them. */
export class ClusterSupervisor {
  readonly #directory: string
  #definition: ClusterDefinition
  readonly #options: OpenClusterOptions
  readonly #lock: ClusterLock
  readonly #brokers = new Map<number, ManagedBroker>()
  readonly #events: ClusterEvents
  #checkpointer: Checkpointer | null = null
  #state: ClusterState = 'stopped'
  #controllerId: number | null = null
  #startedAtMs: number | null = null
  #startupMs: number | null = null
  readonly #faults: ClusterFaults
  /** Brokers being killed: their end is no failure. */
  readonly #killing = new Set<number>()
  readonly #removals: BrokerRemovals
  /** The last broker being added: two at once would take the same id and port. */
  #adding: Promise<unknown> = Promise.resolve()

  private constructor(
    directory: string,
    definition: ClusterDefinition,
    lock: ClusterLock,
    options: OpenClusterOptions,
  ) {
    this.#directory = directory
    this.#definition = definition
    this.#options = options
    this.#lock = lock
    this.#events = new ClusterEvents(directory)
    this.#faults = new ClusterFaults({
      directory,
      brokers: this.#brokers,
      onHistory: (entry) => this.#events.emit({ type: 'history', entry }),
      onChange: (faults) => this.#events.emit({ type: 'faults', faults }),
    })
    this.#removals = new BrokerRemovals({
      brokers: this.#brokers,
      addresses: () => this.#addresses(),
      requireRunning: () => this.#requireRunning(),
      start: (broker) => this.startBroker(broker.id),
      remove: (broker) => this.#forget(broker),
      keep: (leaving) => this.#keepLeaving(leaving),
      onStay: (id, error) => this.#events.warn(`Broker ${id} stays: its removal did not go on`, error),
      isRunning: () => this.#state === 'running',
    })
    for (const broker of definition.brokers) this.#manage(broker)
    if (options.onEvent) this.#events.listen(options.onEvent)
  }

  /**
   * Creates a cluster's folder and its `cluster.json`. ClusterError: CLUSTER_EXISTS, PORT_TAKEN, INVALID_NAME,
   * INVALID_CONFIG, DIRECTORY.
   */
  static create(directory: string, options: CreateClusterOptions): Promise<ClusterDefinition> {
    return createCluster(directory, options)
  }

  /**
   * Removes a cluster that nobody runs, with everything in it. ClusterError: CLUSTER_RUNNING, DIRECTORY.
   *
   * No way back: what it would take away is told by `clusterContents`.
   */
  static async remove(directory: string): Promise<void> {
    if (readClusterDefinition(directory) === null) throw noCluster(directory)
    // Only to learn that nobody has it: an open file would keep Windows from moving the folder away.
    ClusterLock.acquire(directory).release()
    await removeFolder(directory)
  }

  /** Opens a cluster without starting it, and keeps every other process out. ClusterError: CLUSTER_RUNNING, DIRECTORY. */
  static async open(directory: string, options: OpenClusterOptions = {}): Promise<ClusterSupervisor> {
    const definition = readClusterDefinition(directory)
    if (definition === null) throw noCluster(directory)
    checkConfig(definition.config)
    return new ClusterSupervisor(directory, definition, ClusterLock.acquire(directory), options)
  }

  /** What is made to go wrong. */
  get faults(): ClusterFaults {
    return this.#faults
  }

  status(): ClusterStatus {
    const brokers = [...this.#brokers.values()].map((broker) => this.#brokerStatus(broker))
    return {
      name: this.#definition.name,
      clusterId: this.#definition.clusterId,
      directory: this.#directory,
      state: this.#state,
      startedAtMs: this.#startedAtMs,
      startupMs: this.#startupMs,
      bootstrapServers: brokers.map(({ host, port }) => `${host}:${port}`).join(','),
      controllerId: this.#controllerId,
      brokers,
    }
  }

  onEvent(listener: (event: ClusterEvent) => void): () => void {
    return this.#events.listen(listener)
  }

  /**
   * Starts every broker; resolves when the first produce would succeed. A broker that cannot start is `failed` with
   * its reason while the others go on; ClusterError with that reason when none can.
   */
  async start(): Promise<ClusterStatus> {
    if (this.#state !== 'stopped') return this.status()
    const begunAt = performance.now()
    this.#setState('starting')
    this.#events.record('cluster-started', null, 'askedFor', 'asked for')
    const checkpointer = new Checkpointer(
      this.#options.checkpointWorkerUrl ?? new URL('./checkpoint-worker.js', import.meta.url),
    )
    this.#checkpointer = checkpointer
    for (const broker of this.#brokers.values()) this.#launch(broker)
    await Promise.all([...this.#brokers.values()].map((broker) => broker.settled()))
    const running = [...this.#brokers.values()].filter(({ state }) => state === 'running')
    if (running.length === 0) {
      const failure = [...this.#brokers.values()].find((broker) => broker.failure !== null)?.failure
      await this.stop()
      throw new ClusterError(failure ?? interrupted)
    }
    // Only now: a cluster cut in two could not even come together.
    await this.#faults.spread()
    checkpointer.start()
    this.#startedAtMs = systemClock.now()
    this.#startupMs = Math.round(performance.now() - begunAt)
    this.#removals.resume(this.#definition.leaving ?? [])
    this.#setState('running')
    return this.status()
  }

  /** Ends every broker cleanly; the cluster can be started again. */
  async stop(): Promise<void> {
    if (this.#state === 'stopped') return
    this.#setState('stopping')
    await Promise.all([...this.#brokers.values()].map((broker) => broker.end(false)))
    await this.#removals.settled()
    await this.#checkpointer?.close()
    this.#checkpointer = null
    this.#controllerId = null
    this.#startedAtMs = null
    this.#startupMs = null
    this.#faults.save()
    this.#setState('stopped')
    this.#events.record('cluster-stopped', null, 'askedFor', 'asked for')
    this.#events.flush()
  }

  /** Stops the cluster and lets other processes have it. */
  async close(): Promise<void> {
    await this.stop()
    this.#events.close()
    this.#lock.release()
  }

  /** Resolves when the broker serves. ClusterError with the reason when it cannot. */
  async startBroker(id: number): Promise<void> {
    const broker = this.#broker(id)
    this.#requireRunning()
    if (broker.isUp) return
    this.#launch(broker)
    await broker.started()
  }

  /** Controlled shutdown: leaderships move to other brokers first. */
  async stopBroker(id: number): Promise<void> {
    const broker = this.#broker(id)
    this.#requireRunning()
    await broker.end(true)
  }

  /** Ends the broker's thread in the middle of whatever it does. */
  async killBroker(id: number): Promise<void> {
    const broker = this.#broker(id)
    this.#requireRunning()
    this.#killing.add(id)
    await broker.kill()
  }

  /**
   * Gives the cluster one more broker, with the next id and the next free port, and starts it; resolves to its id when
   * it serves. Existing partitions stay where they are, as in Kafka. A broker that cannot start is part of the cluster
   * all the same. ClusterError: NOT_RUNNING, TOO_MANY_BROKERS, PORT_TAKEN, DIRECTORY, or why it did not start.
   */
  addBroker(options: { rack?: string } = {}): Promise<number> {
    const turn = this.#adding.then(() => this.#addBroker(options.rack ?? null))
    this.#adding = turn.catch(() => undefined)
    return turn
  }

  /**
   * Takes a broker out of the cluster for good: its replicas move to the others, it shuts down in good order, the
   * cluster forgets it, and its folder goes. ClusterError: NOT_RUNNING, UNKNOWN_BROKER, REMOVAL_UNDERWAY,
   * TOO_FEW_BROKERS, SOLE_REPLICAS, REMOVAL_CANCELLED, UNREACHABLE; the broker is then part of the cluster as before.
   */
  async removeBroker(id: number, options: RemoveBrokerOptions = {}): Promise<void> {
    await this.#removals.remove(this.#broker(id), options)
  }

  /** Another name for people; folder and cluster id stay. ClusterError: INVALID_NAME, DIRECTORY. */
  rename(name: string): void {
    checkClusterName(name)
    this.#redefine({ ...this.#definition, name })
    this.#emitStatus()
  }

  async #addBroker(rack: string | null): Promise<number> {
    this.#requireRunning()
    const { brokers } = this.#definition
    if (brokers.length >= MAX_BROKERS) throw tooManyBrokers
    const port = await nextFreePort(Math.max(...brokers.map((broker) => broker.port)))
    // It may have been stopped while the ports were tried.
    this.#requireRunning()
    const definition = { id: Math.max(...brokers.map(({ id }) => id)) + 1, port, rack }
    // Read again: one may have been removed meanwhile.
    this.#redefine({ ...this.#definition, brokers: [...this.#definition.brokers, definition] })
    const broker = this.#manage(definition)
    this.#tellAll({ type: 'addresses', addresses: this.#addresses() })
    this.#launch(broker)
    await broker.started()
    return definition.id
  }

  #keepLeaving(leaving: readonly LeavingBroker[]): void {
    const { leaving: _before, ...definition } = this.#definition
    this.#redefine(leaving.length === 0 ? definition : { ...definition, leaving: [...leaving] })
    this.#emitStatus()
  }

  #forget({ id }: ManagedBroker): string {
    const { brokers } = this.#definition
    this.#redefine({ ...this.#definition, brokers: brokers.filter((broker) => broker.id !== id) })
    this.#brokers.delete(id)
    this.#tellAll({ type: 'addresses', addresses: this.#addresses() })
    this.#events.record('broker-removed', id, 'askedFor', 'asked for')
    this.#emitStatus()
    return join(this.#directory, `broker-${id}`)
  }

  /** On disk first: what could not be written is not so. */
  #redefine(definition: ClusterDefinition): void {
    writeClusterDefinition(this.#directory, definition)
    this.#definition = definition
  }

  #manage(definition: BrokerDefinition): ManagedBroker {
    const broker: ManagedBroker = new ManagedBroker(definition, {
      changed: () => this.#emitStatus(),
      message: (message) => this.#heard(broker.id, message),
      exited: () => this.#exited(broker),
    })
    this.#brokers.set(definition.id, broker)
    return broker
  }

  #broker(id: number): ManagedBroker {
    const broker = this.#brokers.get(id)
    if (broker === undefined) throw unknownBroker(id, this.#brokers.keys())
    return broker
  }

  #requireRunning(): void {
    if (this.#state !== 'running') throw notRunning(this.#definition.name, this.#state)
  }

  #launch(broker: ManagedBroker): void {
    const { id, port, rack } = broker.definition
    broker.launch(this.#options.workerUrl ?? new URL('./broker-worker.js', import.meta.url), {
      brokerId: id,
      host: HOST,
      port,
      rack,
      clusterId: this.#definition.clusterId,
      directory: join(this.#directory, `broker-${id}`),
      metadataFile: join(this.#directory, 'metadata.db'),
      config: this.#definition.config,
      addresses: this.#addresses(),
      checkpointPort: this.#checkpointer?.connect() ?? null,
      faults: this.#state === 'running' ? this.#faults.active() : [],
    })
  }

  #heard(brokerId: number, message: FromBroker): void {
    switch (message.type) {
      case 'controller':
        if (this.#controllerId === message.controllerId) break
        this.#controllerId = message.controllerId
        this.#emitStatus()
        break
      case 'log':
        this.#events.emit({ type: 'log', line: message.line })
        break
      case 'history':
        this.#events.emit({ type: 'history', entry: message.entry })
        break
      case 'ready':
        this.#events.record('broker-started', brokerId, 'threadServes', 'its thread serves')
        break
      case 'faultHits':
        this.#faults.hit(message.faultIds)
        break
      case 'failed':
      case 'frozen':
      case 'faultsApplied':
        break
    }
  }

  #exited(broker: ManagedBroker): void {
    const { id, failure } = broker
    if (this.#killing.delete(id))
      this.#events.record('broker-killed', id, 'threadKilled', 'its thread was ended on request')
    else if (failure === null) this.#events.record('broker-stopped', id, 'askedFor', 'asked for')
    else this.#events.record('broker-failed', id, failure.code, failure.message)
    this.#faults.brokerExited(id)
    if (this.#state !== 'stopping') this.#tellOfDeath(broker.id)
    this.#emitStatus()
  }

  #tellOfDeath(brokerId: number): void {
    if (this.#definition.config[FAILURE_DETECTION] === 'session') return
    if (this.#controllerId === brokerId) this.#controllerId = null
    this.#tellAll({ type: 'brokerDied', brokerId })
  }

  #tellAll(message: ToBroker): void {
    for (const broker of this.#brokers.values()) broker.send(message)
  }

  #addresses(): BrokerAddress[] {
    return this.#definition.brokers.map(({ id, port }) => ({ id, host: HOST, port }))
  }

  #brokerStatus({ definition, state, failure }: ManagedBroker): BrokerStatus {
    const { id } = definition
    const isController = id === this.#controllerId
    const isLeaving = (this.#definition.leaving ?? []).some(({ brokerId }) => brokerId === id)
    return { ...definition, host: HOST, state, isController, isLeaving, failure }
  }

  #setState(state: ClusterState): void {
    this.#state = state
    this.#emitStatus()
  }

  #emitStatus(): void {
    this.#events.emit({ type: 'status', status: this.status() })
  }
}
