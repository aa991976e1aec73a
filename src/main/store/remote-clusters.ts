import type { RemoteCluster } from '../../shared/ipc/clusters.ts'
import type { AppDatabase } from './database.ts'

interface Row {
  id: string
  name: string
  bootstrap_servers: string
}

/** Clusters the user added by address. */
export class RemoteClusterStore {
  readonly #database: AppDatabase

  constructor(database: AppDatabase) {
    this.#database = database
  }

  list(): RemoteCluster[] {
    return this.#database
      .prepare<[], Row>('SELECT id, name, bootstrap_servers FROM remote_cluster')
      .all()
      .map(({ id, name, bootstrap_servers }) => ({
        kind: 'remote',
        id,
        name,
        bootstrapServers: bootstrap_servers,
      }))
  }

  add({ id, name, bootstrapServers }: RemoteCluster): void {
    this.#database
      .prepare('INSERT INTO remote_cluster (id, name, bootstrap_servers) VALUES (?, ?, ?)')
      .run(id, name, bootstrapServers)
  }

  change({ id, name, bootstrapServers }: RemoteCluster): void {
    this.#database
      .prepare('UPDATE remote_cluster SET name = ?, bootstrap_servers = ? WHERE id = ?')
      .run(name, bootstrapServers, id)
  }

  remove(id: string): void {
    this.#database.prepare('DELETE FROM remote_cluster WHERE id = ?').run(id)
  }
}
