import type { ClusterStatus, RemoveBrokerOptions } from '../../broker/index.ts'
import { FailureError } from '../../shared/channel/failure.ts'
import type { ControlClient, Engine } from './engine.ts'
import type { RunFaults } from './faults.ts'
import type { BrokerAction, Run } from './run.ts'

const POLL_INTERVAL_MS = 1_000

export interface AttachedRunOptions {
  engine: Engine
  directory: string
  onStatus: () => void
  /** The other process ended or stopped the cluster. */
  onGone: () => void
}

/** A cluster that another process runs, as `ottla up` does in a terminal. Its control channel is asked once a second. */
export class AttachedRun implements Run {
  readonly by = 'other'
  readonly #client: ControlClient
  readonly #options: AttachedRunOptions
  readonly #timer: NodeJS.Timeout
  #status: ClusterStatus
  #asking = false
  #gone = false

  private constructor(client: ControlClient, status: ClusterStatus, options: AttachedRunOptions) {
    this.#client = client
    this.#status = status
    this.#options = options
    this.#timer = setInterval(() => void this.#poll(), POLL_INTERVAL_MS)
  }

  /** ClusterError NOT_RUNNING when no process runs the cluster. */
  static async open(options: AttachedRunOptions): Promise<AttachedRun> {
    const client = await options.engine.connectControl(options.directory)
    try {
      return new AttachedRun(client, await client.status(), options)
    } catch (error) {
      client.close()
      throw error
    }
  }

  status(): ClusterStatus {
    return this.#status
  }

  async broker(action: BrokerAction, id: number): Promise<void> {
    this.#take(await this.#client.broker(action, id))
  }

  async addBroker(rack?: string): Promise<void> {
    this.#take(await this.#client.addBroker(rack === undefined ? {} : { rack }))
  }

  async removeBroker(id: number, options: RemoveBrokerOptions): Promise<void> {
    this.#take(await this.#client.removeBroker(id, options))
  }

  get faults(): RunFaults {
    const client = this.#client
    return {
      list: () => client.faults(),
      apply: (spec) => client.applyFault(spec),
      remove: (ids) => client.removeFaults(ids),
      clear: async () => void (await client.clearFaults()),
    }
  }

  rename(): void {
    throw new FailureError({
      code: 'RUN_BY_OTHER',
      message: 'Another process runs the cluster and keeps its name.',
      remedy: 'Stop it first.',
    })
  }

  async stop(): Promise<void> {
    await this.#client.stop()
    this.#end()
  }

  leave(): Promise<void> {
    this.#end()
    return Promise.resolve()
  }

  async #poll(): Promise<void> {
    // A process that hangs gets one question, not a heap of them.
    if (this.#asking) return
    this.#asking = true
    try {
      this.#take(await this.#client.status())
    } catch {
      // Whatever the reason, it can't be asked any more: for the user the cluster is not run by anyone known.
      if (!this.#gone) {
        this.#end()
        this.#options.onGone()
      }
    } finally {
      this.#asking = false
    }
  }

  #take(status: ClusterStatus): void {
    this.#status = status
    if (!this.#gone) this.#options.onStatus()
  }

  #end(): void {
    this.#gone = true
    clearInterval(this.#timer)
    this.#client.close()
  }
}
