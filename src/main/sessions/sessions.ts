import { join } from 'node:path'
import type { Failure } from '../../shared/channel/failure.ts'
import type { Cluster } from '../../shared/ipc/clusters.ts'
import type { OverviewSample } from '../../shared/ipc/overview.ts'
import type { TrafficSample } from '../../shared/ipc/traffic.ts'
import { Session } from './session.ts'

export interface SessionsOptions {
  workerUrl: URL
  /** Where the groups' lags of a day are kept, a file for each cluster. */
  lagDirectory?: string
  onSample: (sample: OverviewSample) => void
  onTraffic: (sample: TrafficSample) => void
  onDeath: (id: string, failure: Failure) => void
}

/** The sessions of all open clusters. A local cluster is open while it runs, a remote one as long as it is known. */
export class Sessions {
  readonly #options: SessionsOptions
  readonly #sessions = new Map<string, Session>()

  constructor(options: SessionsOptions) {
    this.#options = options
  }

  /** Opens and closes sessions so that they are those of the clusters that run. */
  follow(clusters: readonly Cluster[]): void {
    const open = new Map(clusters.filter(isOpen).map((each) => [each.id, each]))
    for (const id of [...this.#sessions.keys()]) if (!open.has(id)) this.#close(id)
    for (const cluster of open.values()) {
      // A local cluster's session learns of new brokers by itself; another address is another way to a remote one.
      if (cluster.kind === 'remote' && this.#isElsewhere(cluster)) this.#close(cluster.id)
      this.#open(cluster.id, cluster.bootstrapServers.split(','))
    }
  }

  /** Null for a cluster that is not open. */
  find(id: string): Session | null {
    return this.#sessions.get(id) ?? null
  }

  latest(): OverviewSample[] {
    return [...this.#sessions.values()].map(({ latest }) => latest).filter((sample) => sample !== null)
  }

  async close(): Promise<void> {
    const sessions = [...this.#sessions.values()]
    this.#sessions.clear()
    await Promise.all(sessions.map((session) => session.close()))
  }

  #isElsewhere({ id, bootstrapServers }: Cluster): boolean {
    const session = this.#sessions.get(id)
    return session !== undefined && session.bootstrapServers.join(',') !== bootstrapServers
  }

  #open(id: string, bootstrapServers: string[]): void {
    if (this.#sessions.has(id)) return
    const { workerUrl, lagDirectory, onSample, onTraffic, onDeath } = this.#options
    const lagFile = lagDirectory === undefined ? null : join(lagDirectory, `${encodeURIComponent(id)}.db`)
    const listener = { onSample, onTraffic, onDeath: (failure: Failure) => onDeath(id, failure) }
    const session = new Session(id, bootstrapServers, workerUrl, listener, lagFile)
    this.#sessions.set(id, session)
  }

  #close(id: string): void {
    void this.#sessions.get(id)?.close()
    this.#sessions.delete(id)
  }
}

function isOpen(cluster: Cluster): boolean {
  return cluster.kind === 'remote' || cluster.state === 'running'
}
