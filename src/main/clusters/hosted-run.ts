import type { ClusterEvent, ClusterStatus, RemoveBrokerOptions } from '../../broker/index.ts'
import type { Control, Engine, Supervisor } from './engine.ts'
import type { RunFaults } from './faults.ts'
import type { BrokerAction, Run } from './run.ts'

export interface HostedRunOptions {
  engine: Engine
  directory: string
  onEvent: (event: ClusterEvent) => void
  /** Another process asked for the cluster to stop; carried out by whoever owns this run. */
  onStopAsked: () => Promise<void>
}

/** A cluster whose broker threads live in this process. */
export class HostedRun implements Run {
  readonly by = 'app'
  readonly #supervisor: Supervisor
  #control: Control | null = null
  /** Whether somebody on the control channel still waits to hear that the cluster stopped. */
  #answering = false

  private constructor(supervisor: Supervisor) {
    this.#supervisor = supervisor
  }

  /** Takes the cluster's lock. ClusterError CLUSTER_RUNNING when another process has it. */
  static async open({ engine, directory, onEvent, onStopAsked }: HostedRunOptions): Promise<HostedRun> {
    const supervisor = await engine.open(directory)
    const run = new HostedRun(supervisor)
    supervisor.onEvent(onEvent)
    try {
      run.#control = await engine.serveControl(supervisor, {
        stop: async () => {
          run.#answering = true
          await onStopAsked()
        },
        onStopped: () => void run.#control?.close(),
      })
    } catch (error) {
      await supervisor.close()
      throw error
    }
    return run
  }

  status(): ClusterStatus {
    return this.#supervisor.status()
  }

  /** Resolves when the first produce would succeed. */
  async start(): Promise<void> {
    await this.#supervisor.start()
  }

  broker(action: BrokerAction, id: number): Promise<void> {
    switch (action) {
      case 'start':
        return this.#supervisor.startBroker(id)
      case 'stop':
        return this.#supervisor.stopBroker(id)
      case 'kill':
        return this.#supervisor.killBroker(id)
    }
  }

  async addBroker(rack?: string): Promise<void> {
    await this.#supervisor.addBroker(rack === undefined ? {} : { rack })
  }

  removeBroker(id: number, options: RemoveBrokerOptions): Promise<void> {
    return this.#supervisor.removeBroker(id, options)
  }

  get faults(): RunFaults {
    const { faults } = this.#supervisor
    return {
      list: () => Promise.resolve(faults.list()),
      apply: (spec) => faults.apply(spec),
      remove: async (ids) => {
        for (const id of ids) await faults.remove(id)
        return faults.list()
      },
      clear: async () => void (await faults.clear()),
    }
  }

  rename(name: string): void {
    this.#supervisor.rename(name)
  }

  async stop(): Promise<void> {
    this.#control?.withdraw()
    await this.#supervisor.close()
    if (!this.#answering) await this.#control?.close()
  }

  leave(): Promise<void> {
    return this.stop()
  }
}
