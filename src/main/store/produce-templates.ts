import type { Template } from '../../shared/ipc/produce.ts'
import type { AppDatabase } from './database.ts'

/** Records kept under a name, to be produced again. */
export class ProduceTemplates {
  readonly #database: AppDatabase

  constructor(database: AppDatabase) {
    this.#database = database
  }

  list(): Template[] {
    return this.#database
      .prepare<[], Template>('SELECT name, topic, form FROM produce_template ORDER BY name')
      .all()
  }

  save(template: Template): Template[] {
    this.#database
      .prepare('INSERT OR REPLACE INTO produce_template (name, topic, form) VALUES (@name, @topic, @form)')
      .run(template)
    return this.list()
  }

  remove(name: string): Template[] {
    this.#database.prepare('DELETE FROM produce_template WHERE name = ?').run(name)
    return this.list()
  }
}
