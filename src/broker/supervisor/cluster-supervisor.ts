import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../clock.ts'
import { brokerConfigProblem } from '../metadata/configs/broker-config.ts'
import { BrokerThread } from './broker-thread.ts'
import { Checkpointer } from './checkpointer.ts'
import { checkClusterName, readClusterDefinition, writeClusterDefinition } from './definition.ts'
import { ClusterLock } from './lock.ts'
import { checkPorts } from './ports.ts'
import { removeFolder } from './removal.ts'
import type {
  BrokerDefinition,
  BrokerState,
  BrokerStatus,
  ClusterDefinition,
  ClusterEvent,
  ClusterState,
  ClusterStatus,
  Failure,
} from './types.ts'
import { ClusterError } from './types.ts'
import type { BrokerAddress, FromBroker, ToBroker } from './worker-protocol.ts'

export interface CreateClusterOptions {
  name: string
  brokers: number
  firstPort: number
  config?: Record<string, string>
}

export interface OpenClusterOptions {
  /** The broker thread's script; beside this module in a build. */
  workerUrl?: URL
  /** The checkpointing thread's script; beside this module in a build. */
  checkpointWorkerUrl?: URL
  onEvent?: (event: ClusterEvent) => void
}

/** Only this machine can connect. */
const HOST = '127.0.0.1'
const STOP_TIMEOUT_MS = 10_000
const FAILURE_DETECTION = 'ottla.failure.detection'

interface BrokerRecord {
  definition: BrokerDefinition
  state: BrokerState
  thread: BrokerThread | null
  failure: Failure | null
}

/** One local cluster: its folder, its broker threads, and what can be done to them. */
export class ClusterSupervisor {
  readonly #directory: string
  #definition: ClusterDefinition
  readonly #options: OpenClusterOptions
  readonly #lock: ClusterLock
  readonly #brokers: Map<number, BrokerRecord>
  readonly #listeners = new Set<(event: ClusterEvent) => void>()
  #checkpointer: Checkpointer | null = null
  #state: ClusterState = 'stopped'
  #controllerId: number | null = null
  #startedAtMs: number | null = null
  #startupMs: number | null = null
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
    this.#brokers = new Map(definition.brokers.map((broker) => [broker.id, stoppedBroker(broker)]))
    if (options.onEvent) this.#listeners.add(options.onEvent)
  }

  /**
   * Creates a cluster's folder and its `cluster.json`. ClusterError: CLUSTER_EXISTS, PORT_TAKEN, INVALID_NAME,
   * INVALID_CONFIG, DIRECTORY.
   */
  static async create(directory: string, options: CreateClusterOptions): Promise<ClusterDefinition> {
    checkClusterName(options.name)
    checkConfig(options.config ?? {})
    checkSize(options)
    if (readClusterDefinition(directory) !== null) {
      throw new ClusterError({
        code: 'CLUSTER_EXISTS',
        message: `There is a cluster in ${directory} already.`,
        remedy: 'Open it, or choose another name or folder.',
      })
    }
    await requireFreePorts(options.firstPort, options.brokers)
    const definition: ClusterDefinition = {
      formatVersion: 1,
      name: options.name,
      clusterId: randomBytes(16).toString('base64url'),
      createdAtMs: systemClock.now(),
      brokers: Array.from({ length: options.brokers }, (_, index) => ({
        id: index + 1,
        port: options.firstPort + index,
        rack: null,
      })),
      config: { ...options.config },
    }
    writeClusterDefinition(directory, definition)
    return definition
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
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /**
   * Starts every broker; resolves when the first produce would succeed. A broker that cannot start is `failed` with
   * its reason while the others go on; ClusterError with that reason when none can.
   */
  async start(): Promise<ClusterStatus> {
    if (this.#state !== 'stopped') return this.status()
    const begunAt = performance.now()
    this.#setState('starting')
    const checkpointer = new Checkpointer(
      this.#options.checkpointWorkerUrl ?? new URL('./checkpoint-worker.js', import.meta.url),
    )
    this.#checkpointer = checkpointer
    for (const broker of this.#brokers.values()) this.#launch(broker)
    await Promise.all([...this.#brokers.values()].flatMap(({ thread }) => thread?.settled() ?? []))
    const running = [...this.#brokers.values()].filter(({ state }) => state === 'running')
    if (running.length === 0) {
      const failure = [...this.#brokers.values()].find((broker) => broker.failure !== null)?.failure
      await this.stop()
      throw new ClusterError(failure ?? interrupted)
    }
    checkpointer.start()
    this.#startedAtMs = systemClock.now()
    this.#startupMs = Math.round(performance.now() - begunAt)
    this.#setState('running')
    return this.status()
  }

  /** Ends every broker cleanly; the cluster can be started again. */
  async stop(): Promise<void> {
    if (this.#state === 'stopped') return
    this.#setState('stopping')
    await Promise.all([...this.#brokers.values()].map((broker) => this.#end(broker, false)))
    await this.#checkpointer?.close()
    this.#checkpointer = null
    this.#controllerId = null
    this.#startedAtMs = null
    this.#startupMs = null
    this.#setState('stopped')
  }

  /** Stops the cluster and lets other processes have it. */
  async close(): Promise<void> {
    await this.stop()
    this.#lock.release()
  }

  /** Resolves when the broker serves. ClusterError with the reason when it cannot. */
  async startBroker(id: number): Promise<void> {
    const broker = this.#broker(id)
    this.#requireRunning()
    if (broker.thread !== null) return
    this.#launch(broker)
    await this.#started(broker)
  }

  /** Controlled shutdown: leaderships move to other brokers first. */
  async stopBroker(id: number): Promise<void> {
    const broker = this.#broker(id)
    this.#requireRunning()
    await this.#end(broker, true)
  }

  /** Ends the broker's thread in the middle of whatever it does. */
  async killBroker(id: number): Promise<void> {
    const broker = this.#broker(id)
    this.#requireRunning()
    const { thread } = broker
    if (thread === null) return
    broker.state = 'stopping'
    await thread.kill()
  }

  /**
   * Gives the cluster one more broker, with the next id and the next free port, and starts it; resolves to its id when
   * it serves. Existing partitions stay where they are, as in Kafka. A broker that cannot start is part of the cluster
   * all the same. ClusterError: NOT_RUNNING, TOO_MANY_BROKERS, PORT_TAKEN, DIRECTORY, or why it did not start.
   */
  addBroker(): Promise<number> {
    const turn = this.#adding.then(() => this.#addBroker())
    this.#adding = turn.catch(() => undefined)
    return turn
  }

  /** Another name for people; folder and cluster id stay. ClusterError: INVALID_NAME, DIRECTORY. */
  rename(name: string): void {
    checkClusterName(name)
    this.#redefine({ ...this.#definition, name })
    this.#emitStatus()
  }

  async #addBroker(): Promise<number> {
    this.#requireRunning()
    const { brokers } = this.#definition
    if (brokers.length >= MAX_BROKERS) throw tooManyBrokers
    const port = await nextFreePort(Math.max(...brokers.map((broker) => broker.port)))
    // It may have been stopped while the ports were tried.
    this.#requireRunning()
    const definition = { id: Math.max(...brokers.map(({ id }) => id)) + 1, port, rack: null }
    this.#redefine({ ...this.#definition, brokers: [...brokers, definition] })
    const broker = stoppedBroker(definition)
    this.#brokers.set(definition.id, broker)
    this.#tellAll({ type: 'addresses', addresses: this.#addresses() })
    this.#launch(broker)
    await this.#started(broker)
    return definition.id
  }

  /** On disk first: what could not be written is not so. */
  #redefine(definition: ClusterDefinition): void {
    writeClusterDefinition(this.#directory, definition)
    this.#definition = definition
  }

  async #started(broker: BrokerRecord): Promise<void> {
    await broker.thread?.settled()
    if (broker.state !== 'running') throw new ClusterError(broker.failure ?? interrupted)
  }

  #broker(id: number): BrokerRecord {
    const broker = this.#brokers.get(id)
    if (broker !== undefined) return broker
    throw new ClusterError({
      code: 'UNKNOWN_BROKER',
      message: `The cluster has no broker ${id}.`,
      remedy: `Its brokers are ${[...this.#brokers.keys()].join(', ')}.`,
    })
  }

  #requireRunning(): void {
    if (this.#state === 'running') return
    throw new ClusterError({
      code: 'NOT_RUNNING',
      message: `The cluster "${this.#definition.name}" is ${this.#state}.`,
      remedy: 'Start it first.',
    })
  }

  #launch(broker: BrokerRecord): void {
    const { definition } = broker
    const directory = join(this.#directory, `broker-${definition.id}`)
    mkdirSync(directory, { recursive: true })
    broker.state = 'starting'
    broker.failure = null
    const thread: BrokerThread = new BrokerThread(
      this.#options.workerUrl ?? new URL('./broker-worker.js', import.meta.url),
      {
        brokerId: definition.id,
        host: HOST,
        port: definition.port,
        rack: definition.rack,
        clusterId: this.#definition.clusterId,
        directory,
        metadataFile: join(this.#directory, 'metadata.db'),
        config: this.#definition.config,
        addresses: this.#addresses(),
        checkpointPort: this.#checkpointer?.connect() ?? null,
      },
      {
        message: (message) => this.#heard(broker, message),
        exited: () => this.#exited(broker, thread),
      },
    )
    broker.thread = thread
    this.#emitStatus()
  }

  async #end(broker: BrokerRecord, controlled: boolean): Promise<void> {
    const { thread } = broker
    if (thread === null) return
    broker.state = 'stopping'
    this.#emitStatus()
    await thread.stop(controlled, STOP_TIMEOUT_MS)
  }

  #heard(broker: BrokerRecord, message: FromBroker): void {
    switch (message.type) {
      case 'ready':
        if (broker.state === 'starting') broker.state = 'running'
        this.#emitStatus()
        break
      case 'controller':
        if (this.#controllerId === message.controllerId) break
        this.#controllerId = message.controllerId
        this.#emitStatus()
        break
      case 'log':
        this.#emit({ type: 'log', line: message.line })
        break
      case 'history':
        this.#emit({ type: 'history', entry: message.entry })
        break
      case 'failed':
        break
    }
  }

  #exited(broker: BrokerRecord, thread: BrokerThread): void {
    broker.thread = null
    broker.failure = thread.failure
    broker.state = broker.state === 'stopping' && thread.failure === null ? 'stopped' : 'failed'
    if (this.#state !== 'stopping') this.#tellOfDeath(broker.definition.id)
    this.#emitStatus()
  }

  #tellOfDeath(brokerId: number): void {
    if (this.#definition.config[FAILURE_DETECTION] === 'session') return
    if (this.#controllerId === brokerId) this.#controllerId = null
    this.#tellAll({ type: 'brokerDied', brokerId })
  }

  #tellAll(message: ToBroker): void {
    for (const { thread } of this.#brokers.values()) thread?.send(message)
  }

  #addresses(): BrokerAddress[] {
    return this.#definition.brokers.map(({ id, port }) => ({ id, host: HOST, port }))
  }

  #brokerStatus({ definition, state, failure }: BrokerRecord): BrokerStatus {
    return { ...definition, host: HOST, state, isController: definition.id === this.#controllerId, failure }
  }

  #setState(state: ClusterState): void {
    this.#state = state
    this.#emitStatus()
  }

  #emitStatus(): void {
    this.#emit({ type: 'status', status: this.status() })
  }

  #emit(event: ClusterEvent): void {
    for (const listener of this.#listeners) listener(event)
  }
}

async function requireFreePorts(first: number, count: number): Promise<void> {
  const { taken, suggestion } = await checkPorts(first, count)
  if (taken.length === 0) return
  const ports = taken.length === 1 ? `Port ${taken[0]} is` : `Ports ${taken.join(', ')} are`
  throw new ClusterError({
    code: 'PORT_TAKEN',
    message: `${ports} used by another program.`,
    remedy:
      suggestion === 0
        ? 'Stop that program.'
        : `Stop that program, or take ${count === 1 ? 'a free port' : 'free ports'} from ${suggestion} on.`,
  })
}

function checkConfig(config: Record<string, string>): void {
  for (const [name, value] of Object.entries(config)) {
    const problem = brokerConfigProblem(name, value)
    if (problem === null) continue
    throw new ClusterError({
      code: 'INVALID_CONFIG',
      message: problem,
      remedy: 'Correct it, or leave it out.',
    })
  }
}

function stoppedBroker(definition: BrokerDefinition): BrokerRecord {
  return { definition, state: 'stopped', thread: null, failure: null }
}

function noCluster(directory: string): ClusterError {
  return new ClusterError({
    code: 'DIRECTORY',
    message: `There is no cluster in ${directory}.`,
    remedy: 'Create one there, or choose another folder.',
  })
}

async function nextFreePort(last: number): Promise<number> {
  const { suggestion } = last < MAX_PORT ? await checkPorts(last + 1, 1) : await checkPorts(last, 1)
  if (suggestion > 0) return suggestion
  throw new ClusterError({
    code: 'PORT_TAKEN',
    message: 'No port is free for another broker.',
    remedy: 'Stop a program that listens on one.',
  })
}

const MAX_BROKERS = 9
const MAX_PORT = 65_535

function checkSize({ brokers, firstPort }: CreateClusterOptions): void {
  if (!Number.isInteger(brokers) || brokers < 1 || brokers > MAX_BROKERS) {
    throw new ClusterError({
      code: 'INVALID_CONFIG',
      message: `A local cluster cannot have ${brokers} brokers.`,
      remedy: `Choose 1 to ${MAX_BROKERS}.`,
    })
  }
  if (!Number.isInteger(firstPort) || firstPort < 1 || firstPort + brokers - 1 > MAX_PORT) {
    throw new ClusterError({
      code: 'INVALID_CONFIG',
      message: `Ports ${firstPort} to ${firstPort + brokers - 1} are not all ports.`,
      remedy: `Choose a first port from 1 to ${MAX_PORT - brokers + 1}.`,
    })
  }
}

const tooManyBrokers = new ClusterError({
  code: 'TOO_MANY_BROKERS',
  message: `A local cluster has at most ${MAX_BROKERS} brokers.`,
  remedy: 'Create another cluster for more.',
})

const interrupted: Failure = {
  code: 'START_INTERRUPTED',
  message: 'The broker was stopped before it served.',
  remedy: 'Start it again.',
}
