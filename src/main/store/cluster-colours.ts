import type { ClusterColour, ColouredCluster } from '../../shared/ipc/colours.ts'
import { CLUSTER_COLOURS } from '../../shared/ipc/colours.ts'
import type { AppDatabase } from './database.ts'

/** Colours that users gave their clusters. One that a later version left and nobody knows counts as none. */
export class ClusterColours {
  readonly #database: AppDatabase

  constructor(database: AppDatabase) {
    this.#database = database
  }

  list(): ColouredCluster[] {
    const known: readonly string[] = CLUSTER_COLOURS
    return this.#database
      .prepare<[], ColouredCluster>('SELECT cluster, colour FROM cluster_colour ORDER BY cluster')
      .all()
      .filter(({ colour }) => known.includes(colour))
  }

  set(cluster: string, colour: ClusterColour | null): ColouredCluster[] {
    if (colour === null) this.#database.prepare('DELETE FROM cluster_colour WHERE cluster = ?').run(cluster)
    else
      this.#database
        .prepare('INSERT OR REPLACE INTO cluster_colour (cluster, colour) VALUES (?, ?)')
        .run(cluster, colour)
    return this.list()
  }
}
