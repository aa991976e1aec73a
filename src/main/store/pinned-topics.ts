import type { AppDatabase } from './database.ts'

/** Topics a user wants on top of the list, cluster by cluster. */
export class PinnedTopics {
  readonly #database: AppDatabase

  constructor(database: AppDatabase) {
    this.#database = database
  }

  list(cluster: string): string[] {
    return this.#database
      .prepare<[string], string>('SELECT topic FROM pinned_topic WHERE cluster = ? ORDER BY topic')
      .pluck()
      .all(cluster)
  }

  set(cluster: string, topic: string, pinned: boolean): string[] {
    const statement = pinned
      ? 'INSERT OR IGNORE INTO pinned_topic (cluster, topic) VALUES (?, ?)'
      : 'DELETE FROM pinned_topic WHERE cluster = ? AND topic = ?'
    this.#database.prepare(statement).run(cluster, topic)
    return this.list(cluster)
  }
}
