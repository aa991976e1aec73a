import { basename } from 'node:path'
import type { ClusterDefinition, ClusterEvent, RemoveBrokerOptions } from '../../broker/index.ts'
import type { Failure } from '../../shared/channel/failure.ts'
import { FailureError } from '../../shared/channel/failure.ts'
import type { ClusterContents, LocalCluster } from '../../shared/ipc/clusters.ts'
import { describeFailure } from '../failures.ts'
import { AttachedRun } from './attached-run.ts'
import { entryOfDefinition, entryOfStatus } from './cluster-entry.ts'
import type { Engine } from './engine.ts'
import { HostedRun } from './hosted-run.ts'
import type { RunFaults } from './faults.ts'
import type { BrokerAction, Run } from './run.ts'

export interface ClusterHostOptions {
  engine: Engine
  directory: string
  definition: ClusterDefinition
  onChange: () => void
  onEvent: (event: ClusterEvent) => void
  /** Whether the cluster should run whenever the app does: true at a start, false at a stop the user wanted. */
  remember: (started: boolean) => void
}

/** One folder with a local cluster in it, running or not. Starts and stops of it happen one after the other. */
export class ClusterHost {
  readonly id: string
  readonly #options: ClusterHostOptions
  #definition: ClusterDefinition
  #run: Run | null = null
  #failure: Failure | null = null
  #isDue = false
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: ClusterHostOptions) {
    this.#options = options
    this.#definition = options.definition
    this.id = `local:${basename(options.directory)}`
  }

  entry(): LocalCluster {
    const { directory } = this.#options
    const frame = { id: this.id, directory, runBy: this.#run?.by ?? null, failure: this.#failure }
    if (this.#run) return entryOfStatus(frame, this.#run.status())
    const entry = entryOfDefinition(frame, this.#definition)
    return this.#isDue ? { ...entry, state: 'starting' } : entry
  }

  /**
   * Resolves when the first produce would succeed; at once where another process runs the cluster already. With `when`
   * it counts as starting, and takes nobody's time before that.
   */
  start(when?: Promise<void>): Promise<void> {
    this.#isDue = when !== undefined
    return this.#inTurn(async () => {
      await when
      this.#isDue = false
      if (this.#run) return
      this.#options.remember(true)
      await this.#attempt(() => this.#startHosted())
    })
  }

  stop(): Promise<void> {
    return this.#inTurn(async () => {
      this.#options.remember(false)
      await this.#attempt(async () => {
        await this.#run?.stop()
        this.#ended()
      })
    })
  }

  async broker(action: BrokerAction, id: number): Promise<void> {
    await this.#running().broker(action, id)
    this.#options.onChange()
  }

  async addBroker(rack?: string): Promise<void> {
    try {
      await this.#running().addBroker(rack)
    } finally {
      // One that did not start is part of the cluster all the same.
      this.#options.onChange()
    }
  }

  /** Its replicas move to the others first. */
  async removeBroker(id: number, options: RemoveBrokerOptions): Promise<void> {
    try {
      await this.#running().removeBroker(id, options)
    } finally {
      this.#options.onChange()
    }
  }

  /** Of a cluster this app runs: another process's removals end with whoever joined them. */
  leavingBrokers(): number[] {
    if (this.#run?.by !== 'app') return []
    const { state, brokers } = this.#run.status()
    return state === 'running' ? brokers.filter(({ isLeaving }) => isLeaving).map(({ id }) => id) : []
  }

  /** Of something that nobody waits for; shown until the next start or stop. */
  report(error: unknown): void {
    this.#failure = describeFailure(error)
    this.#options.onChange()
  }

  /** Null while it does not run. */
  get faults(): RunFaults | null {
    return this.#run?.faults ?? null
  }

  /** FailureError NOT_RUNNING. */
  requireFaults(): RunFaults {
    return this.#running().faults
  }

  /** Of a cluster that runs, or of one that does not. */
  rename(name: string): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#run) this.#run.rename(name)
      else await this.#renameStopped(name)
      this.#options.onChange()
    })
  }

  /** What would go with the folder. FailureError NOT_STOPPED. */
  async contents(): Promise<ClusterContents> {
    this.#requireStopped()
    const { engine, directory } = this.#options
    // First the size: to look into the databases leaves a few files of SQLite's own beside them.
    const sizeInBytes = await engine.sizeInBytes(directory)
    this.#requireStopped()
    return { ...engine.contents(directory), sizeInBytes }
  }

  /** The folder and everything in it. FailureError NOT_STOPPED; ClusterError where another process has it. */
  remove(): Promise<void> {
    return this.#inTurn(async () => {
      this.#requireStopped()
      this.#options.remember(false)
      await this.#options.engine.remove(this.#options.directory)
    })
  }

  sizeInBytes(): Promise<number> {
    return this.#options.engine.sizeInBytes(this.#options.directory)
  }

  /** Looks whether another process runs the cluster by now. */
  attach(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#run) return
      try {
        this.#run = await this.#openAttached()
        this.#failure = null
        this.#options.onChange()
      } catch {
        // Nobody runs it, which is what the entry says already.
        this.#run = null
      }
    })
  }

  /** For the end of the app. The cluster is remembered as it is. */
  leave(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#run?.leave()
      this.#run = null
    })
  }

  #running(): Run {
    if (this.#run) return this.#run
    throw new FailureError({
      code: 'NOT_RUNNING',
      message: 'The cluster is not running.',
      remedy: 'Start it first.',
    })
  }

  #requireStopped(): void {
    if (!this.#run) return
    throw new FailureError({
      code: 'NOT_STOPPED',
      message: 'The cluster is running.',
      remedy: 'Stop it first.',
    })
  }

  /** Under the cluster's lock, so that no other process has read the old name a moment ago. */
  async #renameStopped(name: string): Promise<void> {
    const supervisor = await this.#options.engine.open(this.#options.directory)
    try {
      supervisor.rename(name)
    } finally {
      await supervisor.close()
    }
    this.#ended()
  }

  /** It runs no more; brokers and name may have changed while it did. */
  #ended(): void {
    this.#run = null
    const { engine, directory } = this.#options
    this.#definition = engine.readDefinition(directory) ?? this.#definition
  }

  async #startHosted(): Promise<void> {
    try {
      const run = await HostedRun.open({
        engine: this.#options.engine,
        directory: this.#options.directory,
        onEvent: (event) => {
          this.#options.onEvent(event)
          if (event.type === 'status') this.#options.onChange()
        },
        onStopAsked: () => this.stop(),
      })
      this.#run = run
      await run.start()
    } catch (error) {
      if (describeFailure(error).code === 'CLUSTER_RUNNING') {
        this.#run = await this.#openAttached()
        return
      }
      const run = this.#run
      this.#ended()
      await run?.leave()
      throw error
    }
  }

  #openAttached(): Promise<AttachedRun> {
    return AttachedRun.open({
      engine: this.#options.engine,
      directory: this.#options.directory,
      onStatus: this.#options.onChange,
      onGone: () => {
        this.#ended()
        this.#options.onChange()
      },
    })
  }

  /** Keeps the failure for the entry, and tells of the change whichever way it went. */
  async #attempt(act: () => Promise<void>): Promise<void> {
    this.#failure = null
    try {
      await act()
    } catch (error) {
      this.#failure = describeFailure(error)
      throw error
    } finally {
      this.#options.onChange()
    }
  }

  #inTurn(act: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(act)
    this.#last = turn.catch(() => undefined)
    return turn
  }
}
