import type { AppDatabase } from './database.ts'

/** Folders of the local clusters that were started and not stopped by the user: they run whenever the app does. */
export class StartedClusters {
  readonly #database: AppDatabase

  constructor(database: AppDatabase) {
    this.#database = database
  }

  list(): string[] {
    return this.#database
      .prepare<[], string>('SELECT folder FROM started_cluster ORDER BY folder')
      .pluck()
      .all()
  }

  add(folder: string): void {
    this.#database.prepare('INSERT OR IGNORE INTO started_cluster (folder) VALUES (?)').run(folder)
  }

  remove(folder: string): void {
    this.#database.prepare('DELETE FROM started_cluster WHERE folder = ?').run(folder)
  }
}
