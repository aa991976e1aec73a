import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { ClusterEvent } from '../../broker/index.ts'
import type { Failure } from '../../shared/channel/failure.ts'
import { FailureError } from '../../shared/channel/failure.ts'
import type { ClusterContents, ClusterForm, FolderSize, LocalCluster } from '../../shared/ipc/clusters.ts'
import { clusterForm } from '../../shared/ipc/clusters.ts'
import type { StartedClusters } from '../store/started-clusters.ts'
import { ClusterHost } from './cluster-host.ts'
import type { Engine } from './engine.ts'

export interface LocalClustersOptions {
  engine: Engine
  /** The folder with one folder for each cluster. */
  directory: string
  started: StartedClusters
  onChange: (entries: LocalCluster[]) => void
  onEvent: (id: string, event: ClusterEvent) => void
  /** A folder that can't be read as a cluster, or a cluster that did not start with the app. */
  onProblem: (folder: string, error: unknown) => void
}

/** All local clusters of this user: those in the clusters folder, whoever made or runs them. */
export class LocalClusters {
  readonly #options: LocalClustersOptions
  readonly #hosts = new Map<string, ClusterHost>()
  #leaving = false

  constructor(options: LocalClustersOptions) {
    this.#options = options
    mkdirSync(options.directory, { recursive: true })
    this.#readFolder()
  }

  entries(): LocalCluster[] {
    return [...this.#hosts.values()]
      .map((host) => host.entry())
      .sort((one, other) => one.name.localeCompare(other.name))
  }

  hosts(): ClusterHost[] {
    return [...this.#hosts.values()]
  }

  /** FailureError UNKNOWN_CLUSTER. */
  host(id: string): ClusterHost {
    return this.#host(id)
  }

  entry(id: string): LocalCluster {
    return this.#host(id).entry()
  }

  /** Finds clusters that `ottla up` made since, and those it began to run. */
  async refresh(): Promise<void> {
    const known = this.#hosts.size
    this.#readFolder()
    if (this.#hosts.size !== known) this.#tell()
    await Promise.all([...this.#hosts.values()].map((host) => host.attach()))
  }

  /** Starts again what ran when the app was last closed, from `when` on. Failures are kept in the entries. */
  async startRemembered(when?: Promise<void>): Promise<void> {
    const { started, onProblem } = this.#options
    const startOne = async (folder: string) => {
      try {
        await this.#hosts.get(idOf(folder))?.start(when)
      } catch (error) {
        onProblem(folder, error)
      }
    }
    await Promise.all(started.list().map(startOne))
  }

  /** Makes the cluster and begins to start it. */
  async create({ name, brokers, firstPort }: ClusterForm): Promise<LocalCluster> {
    const { engine, directory, onProblem } = this.#options
    this.#requireFreeName(name)
    const folder = freeFolder(directory, name)
    await engine.create(join(directory, folder), { name, brokers, firstPort })
    this.#readFolder()
    this.#tell()
    const host = this.#host(idOf(folder))
    host.start().catch((error: unknown) => onProblem(name, error))
    return host.entry()
  }

  async start(id: string): Promise<LocalCluster> {
    const host = this.#host(id)
    await host.start()
    return host.entry()
  }

  async stop(id: string): Promise<LocalCluster> {
    const host = this.#host(id)
    await host.stop()
    return host.entry()
  }

  async broker(action: 'start' | 'stop' | 'kill', id: string, broker: number): Promise<LocalCluster> {
    const host = this.#host(id)
    await host.broker(action, broker)
    return host.entry()
  }

  async addBroker(id: string, rack?: string): Promise<LocalCluster> {
    const host = this.#host(id)
    await host.addBroker(rack)
    return host.entry()
  }

  async rename(id: string, name: string): Promise<LocalCluster> {
    const host = this.#host(id)
    if (host.entry().name !== name) {
      if (!clusterForm.shape.name.safeParse(name).success) throw new FailureError(invalidName)
      this.#requireFreeName(name)
      await host.rename(name)
    }
    return host.entry()
  }

  contents(id: string): Promise<ClusterContents> {
    return this.#host(id).contents()
  }

  /** Of all of them. A folder that can't be read counts as empty here: its cluster says so itself. */
  async sizes(): Promise<FolderSize[]> {
    const { onProblem } = this.#options
    const measured = await Promise.all(
      [...this.#hosts.values()].map(async (host) => {
        try {
          return [{ id: host.id, sizeInBytes: await host.sizeInBytes() }]
        } catch (error) {
          onProblem(host.id, error)
          return []
        }
      }),
    )
    return measured.flat()
  }

  /** Everything in the folder goes. `name` is typed by the user, who so says which cluster is meant. */
  async delete(id: string, name: string): Promise<void> {
    const host = this.#host(id)
    if (host.entry().name !== name) throw new FailureError(otherName)
    await host.remove()
    this.#hosts.delete(id)
    this.#tell()
  }

  checkPorts(first: number, count: number): Promise<{ taken: number[]; suggestion: number }> {
    return this.#options.engine.checkPorts(first, count)
  }

  /** Stops what the app runs; what others run goes on. */
  async leave(): Promise<void> {
    this.#leaving = true
    await Promise.allSettled([...this.#hosts.values()].map((host) => host.leave()))
  }

  #requireFreeName(name: string): void {
    if (!this.entries().some((entry) => entry.name === name)) return
    throw new FailureError({
      code: 'CLUSTER_EXISTS',
      message: `There is a cluster named "${name}" already.`,
      remedy: 'Choose another name.',
    })
  }

  #host(id: string): ClusterHost {
    const host = this.#hosts.get(id)
    if (host) return host
    throw new FailureError({ code: 'UNKNOWN_CLUSTER', message: `There is no cluster "${id}".` })
  }

  #readFolder(): void {
    const { engine, directory, onProblem } = this.#options
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      if (!entry.isDirectory() || this.#hosts.has(idOf(entry.name))) continue
      try {
        const definition = engine.readDefinition(join(directory, entry.name))
        if (definition) this.#add(join(directory, entry.name), definition)
      } catch (error) {
        onProblem(entry.name, error)
      }
    }
  }

  #add(directory: string, definition: ConstructorParameters<typeof ClusterHost>[0]['definition']): void {
    const { engine, started, onEvent } = this.#options
    const folder = basename(directory)
    const host = new ClusterHost({
      engine,
      directory,
      definition,
      onChange: () => this.#tell(),
      onEvent: (event) => onEvent(idOf(folder), event),
      remember: (runs) => (runs ? started.add(folder) : started.remove(folder)),
    })
    this.#hosts.set(host.id, host)
  }

  #tell(): void {
    if (!this.#leaving) this.#options.onChange(this.entries())
  }
}

function idOf(folder: string): string {
  return `local:${folder}`
}

/** The name's own, unless a cluster that was renamed since has it. */
function freeFolder(directory: string, name: string): string {
  for (let number = 1; ; number++) {
    const folder = number === 1 ? name : `${name}-${number}`
    if (!existsSync(join(directory, folder))) return folder
  }
}

const invalidName: Failure = {
  code: 'INVALID_NAME',
  message: 'The name has characters that are not allowed.',
  remedy: 'Use 1 to 40 letters, digits, dots, underscores and hyphens.',
}

const otherName: Failure = {
  code: 'OTHER_NAME',
  message: 'The cluster has another name by now.',
  remedy: 'Type the name as it stands.',
}
