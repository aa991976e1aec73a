import type { Result } from '../../shared/channel/failure.ts'
import { FailureError } from '../../shared/channel/failure.ts'
import type { LocalCluster } from '../../shared/ipc/clusters.ts'
import type { DemoSettings, DemoState } from '../../shared/ipc/demo.ts'
import { DEMO_PARTITIONS, DEMO_TOPIC } from '../../shared/ipc/demo.ts'
import { Demo } from './demo.ts'
import type { BeginThread } from './demo-thread.ts'

const MOST_REPLICAS = 3
/** Neither the end of a cluster nor that of the app waits long for goodbyes. */
const HASTY_GOODBYE_MS = 1_000

export type CreateTopic = (
  cluster: string,
  topic: { name: string; partitions: number; replicationFactor: number },
) => Promise<Result<unknown>>

export interface DemosOptions {
  begin: BeginThread
  createTopic: CreateTopic
  onChange: (demos: DemoState[]) => void
}

/** The demos of all clusters, at most one in each. A demo ends with its cluster, and with the app. */
export class Demos {
  readonly #options: DemosOptions
  readonly #demos = new Map<string, Demo>()
  readonly #starting = new Set<string>()
  #clusters: readonly LocalCluster[] = []

  constructor(options: DemosOptions) {
    this.#options = options
  }

  list(): DemoState[] {
    return [...this.#demos.values()].map((demo) => demo.state())
  }

  /** Told whenever clusters change: a demo without a cluster is ended. */
  follow(clusters: readonly LocalCluster[]): void {
    this.#clusters = clusters
    for (const [cluster, demo] of this.#demos) {
      if (clusters.some(({ id, state }) => id === cluster && state === 'running')) continue
      this.#demos.delete(cluster)
      void demo.stop(HASTY_GOODBYE_MS)
      this.#tell()
    }
  }

  /** A demo that runs goes on with the new settings. */
  async start(cluster: string, settings: DemoSettings): Promise<void> {
    const running = this.#demos.get(cluster)
    if (running) {
      running.change(settings)
      return
    }
    if (this.#starting.has(cluster)) return
    this.#starting.add(cluster)
    try {
      await this.#makeTopic(cluster)
      const { bootstrapServers } = this.#running(cluster)
      const demo = new Demo({
        cluster,
        bootstrapServers: bootstrapServers.split(','),
        settings,
        begin: this.#options.begin,
        nowMs: Date.now,
        onChange: () => this.#tell(),
      })
      this.#demos.set(cluster, demo)
      this.#tell()
    } finally {
      this.#starting.delete(cluster)
    }
  }

  async stop(cluster: string): Promise<void> {
    const demo = this.#demos.get(cluster)
    if (!demo) return
    await demo.stop()
    this.#demos.delete(cluster)
    this.#tell()
  }

  /** Rejects where no demo runs. */
  of(cluster: string): Demo {
    const demo = this.#demos.get(cluster)
    if (demo) return demo
    throw new FailureError({
      code: 'NO_DEMO',
      message: 'No demo runs in this cluster.',
      remedy: 'Start one.',
    })
  }

  async close(): Promise<void> {
    const demos = [...this.#demos.values()]
    this.#demos.clear()
    await Promise.all(demos.map((demo) => demo.stop(HASTY_GOODBYE_MS)))
  }

  async #makeTopic(cluster: string): Promise<void> {
    const { brokers } = this.#running(cluster)
    const alive = brokers.filter(({ state }) => state === 'running').length
    const created = await this.#options.createTopic(cluster, {
      name: DEMO_TOPIC,
      partitions: DEMO_PARTITIONS,
      replicationFactor: Math.min(MOST_REPLICAS, alive),
    })
    if (created.ok || created.failure.kafka?.errorName === 'TOPIC_ALREADY_EXISTS') return
    throw new FailureError(created.failure)
  }

  #running(cluster: string): LocalCluster {
    const found = this.#clusters.find(({ id, state }) => id === cluster && state === 'running')
    if (found) return found
    throw new FailureError({
      code: 'NOT_RUNNING',
      message: 'The cluster is not running.',
      remedy: 'Start it first.',
    })
  }

  #tell(): void {
    this.#options.onChange(this.list())
  }
}
