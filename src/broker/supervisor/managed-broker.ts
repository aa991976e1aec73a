import { mkdirSync } from 'node:fs'
import type { ActiveFault } from '../faults/spec.ts'
import { BrokerThread } from './broker-thread.ts'
import { interrupted } from './cluster-errors.ts'
import type { BrokerDefinition, BrokerState, Failure } from './types.ts'
import { ClusterError } from './types.ts'
import type { BrokerWorkerData, FromBroker, ToBroker } from './worker-protocol.ts'

export interface ManagedBrokerListener {
  /** Its state is another. */
  changed(): void
  message(message: FromBroker): void
  /** Its thread is gone, however it ended; its state says so already. */
  exited(): void
}

const STOP_TIMEOUT_MS = 10_000

/** One broker of a cluster through its lives: each start is a new thread. */
export class ManagedBroker {
  readonly definition: BrokerDefinition
  readonly #listener: ManagedBrokerListener
  #state: BrokerState = 'stopped'
  #thread: BrokerThread | null = null
  #failure: Failure | null = null

  constructor(definition: BrokerDefinition, listener: ManagedBrokerListener) {
    this.definition = definition
    this.#listener = listener
  }

  get id(): number {
    return this.definition.id
  }

  get state(): BrokerState {
    return this.#state
  }

  /** Why it is `failed`. */
  get failure(): Failure | null {
    return this.#failure
  }

  /** Whether it has a thread, in whatever state. */
  get isUp(): boolean {
    return this.#thread !== null
  }

  launch(workerUrl: URL, data: Omit<BrokerWorkerData, 'gate'>): void {
    mkdirSync(data.directory, { recursive: true })
    this.#state = 'starting'
    this.#failure = null
    const thread: BrokerThread = new BrokerThread(
      workerUrl,
      { ...data, gate: new SharedArrayBuffer(4) },
      {
        message: (message) => this.#heard(message),
        exited: () => this.#exited(thread),
      },
    )
    this.#thread = thread
    this.#listener.changed()
  }

  /** Resolves when it serves or its thread has ended. */
  async settled(): Promise<void> {
    await this.#thread?.settled()
  }

  /** Resolves when it serves. ClusterError with the reason when it cannot. */
  async started(): Promise<void> {
    await this.settled()
    if (this.#state !== 'running') throw new ClusterError(this.#failure ?? interrupted)
  }

  /** @param controlled its leaderships move to other brokers first */
  async end(controlled: boolean): Promise<void> {
    const thread = this.#thread
    if (thread === null) return
    this.#state = 'stopping'
    this.#listener.changed()
    await thread.stop(controlled, STOP_TIMEOUT_MS)
  }

  /** Ends its thread in the middle of whatever it does. */
  async kill(): Promise<void> {
    const thread = this.#thread
    if (thread === null) return
    this.#state = 'stopping'
    await thread.kill()
  }

  /** Resolves when it stands still. */
  async freeze(): Promise<void> {
    await this.#thread?.freeze()
  }

  thaw(): void {
    this.#thread?.thaw()
  }

  /** Resolves when these faults are in force there; a broker that does not run learns of them at its start. */
  async setFaults(faults: ActiveFault[]): Promise<void> {
    await this.#thread?.setFaults(faults)
  }

  send(message: ToBroker): void {
    this.#thread?.send(message)
  }

  #heard(message: FromBroker): void {
    if (message.type === 'ready') {
      if (this.#state === 'starting') this.#state = 'running'
      this.#listener.changed()
    }
    this.#listener.message(message)
  }

  #exited(thread: BrokerThread): void {
    this.#thread = null
    this.#failure = thread.failure
    this.#state = this.#state === 'stopping' && thread.failure === null ? 'stopped' : 'failed'
    this.#listener.exited()
  }
}
