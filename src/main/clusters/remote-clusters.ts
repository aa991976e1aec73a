import { randomUUID } from 'node:crypto'
import { FailureError } from '../../shared/channel/failure.ts'
import type { RemoteCluster, RemoteForm } from '../../shared/ipc/clusters.ts'
import type { RemoteClusterStore } from '../store/remote-clusters.ts'

const PREFIX = 'remote:'

/** The clusters the user added by address. They run elsewhere: here they are only known. */
export class RemoteClusters {
  readonly #store: RemoteClusterStore
  readonly #onChange: () => void

  constructor(store: RemoteClusterStore, onChange: () => void) {
    this.#store = store
    this.#onChange = onChange
  }

  entries(): RemoteCluster[] {
    return this.#store.list().sort((one, other) => one.name.localeCompare(other.name))
  }

  has(id: string): boolean {
    return id.startsWith(PREFIX)
  }

  add(form: RemoteForm): RemoteCluster {
    this.#requireFreeName(form.name)
    const entry: RemoteCluster = { kind: 'remote', id: `${PREFIX}${randomUUID()}`, ...form }
    this.#store.add(entry)
    this.#onChange()
    return entry
  }

  rename(id: string, name: string): RemoteCluster {
    return this.change(id, { ...this.#entry(id), name })
  }

  /** Another name, another address, or both. It stays the same cluster: pins and tabs are kept. */
  change(id: string, { name, bootstrapServers }: RemoteForm): RemoteCluster {
    const entry = this.#entry(id)
    if (entry.name !== name) this.#requireFreeName(name)
    const changed: RemoteCluster = { ...entry, name, bootstrapServers }
    this.#store.change(changed)
    this.#onChange()
    return changed
  }

  /** Forgets the address; the cluster itself is not touched. */
  remove(id: string): void {
    this.#entry(id)
    this.#store.remove(id)
    this.#onChange()
  }

  #entry(id: string): RemoteCluster {
    const entry = this.#store.list().find((each) => each.id === id)
    if (entry) return entry
    throw new FailureError({ code: 'UNKNOWN_CLUSTER', message: `There is no cluster "${id}".` })
  }

  #requireFreeName(name: string): void {
    if (!this.#store.list().some((each) => each.name === name)) return
    throw new FailureError({
      code: 'CLUSTER_EXISTS',
      message: `There is a cluster named "${name}" already.`,
      remedy: 'Choose another name.',
    })
  }
}
