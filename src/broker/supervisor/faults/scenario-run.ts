import type { Clock, Timer } from '../../clock.ts'
import type { Fault } from './fault.ts'
import type { Scenario, ScenarioStep } from './scenario.ts'

/** What a scenario acts on; ClusterSupervisor is one. */
export interface ScenarioCluster {
  readonly faults: {
    apply(spec: unknown, cause: string): Promise<Fault>
    remove(id: number, cause: string): Promise<void>
    clear(cause: string): Promise<number>
    list(): Fault[]
  }
  killBroker(id: number): Promise<void>
  stopBroker(id: number): Promise<void>
  startBroker(id: number): Promise<void>
}

export interface ScenarioRunOptions {
  cluster: ScenarioCluster
  scenario: Scenario
  clock: Clock
  /** A step could not be carried out; the others go on. */
  onProblem(step: ScenarioStep, error: unknown): void
}

/** Carries a scenario out, from now on. */
export class ScenarioRun {
  readonly #options: ScenarioRunOptions
  readonly #timers = new Set<Timer>()

  constructor(options: ScenarioRunOptions) {
    this.#options = options
  }

  /** Takes the place of all that went wrong before. Resolves when the faults that are there from the beginning are in force; the steps follow by the clock. */
  async start(): Promise<void> {
    const { cluster, scenario } = this.#options
    await cluster.faults.clear('a scenario begins')
    for (const spec of scenario.faults) await cluster.faults.apply(spec, 'the scenario begins with it')
    for (const step of scenario.steps) this.#after(step.atMs, () => this.#take(step))
  }

  /** What has been done stays. */
  stop(): void {
    for (const timer of this.#timers) timer.cancel()
    this.#timers.clear()
  }

  #take(step: ScenarioStep): void {
    const problem = (error: unknown) => {
      this.#options.onProblem(step, error)
      return null
    }
    const acted = this.#act(step).catch(problem)
    if (step.forMs === null) return
    this.#after(step.forMs, () => void acted.then((undo) => undo?.()).catch(problem))
  }

  /** @returns what takes it back */
  async #act({ action, line }: ScenarioStep): Promise<() => Promise<unknown>> {
    const { cluster } = this.#options
    const cause = `line ${line} of the scenario`
    switch (action.type) {
      case 'fault': {
        const { id } = await cluster.faults.apply(action.spec, cause)
        return async () => {
          const isThere = cluster.faults.list().some((fault) => fault.id === id)
          if (isThere) await cluster.faults.remove(id, `${cause} is over`)
        }
      }
      case 'kill':
        await cluster.killBroker(action.brokerId)
        return () => cluster.startBroker(action.brokerId)
      case 'stop':
        await cluster.stopBroker(action.brokerId)
        return () => cluster.startBroker(action.brokerId)
      case 'start':
        await cluster.startBroker(action.brokerId)
        return () => Promise.resolve()
      case 'clear':
        await cluster.faults.clear(cause)
        return () => Promise.resolve()
    }
  }

  #after(delayMs: number, run: () => void): void {
    const timer = this.#options.clock.setTimer(delayMs, () => {
      this.#timers.delete(timer)
      run()
    })
    this.#timers.add(timer)
  }
}
