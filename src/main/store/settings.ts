import type { Settings } from '../../shared/ipc/settings.ts'
import { settingsSchema } from '../../shared/ipc/settings.ts'
import type { AppDatabase } from './database.ts'

/** The user's settings. A value that a later or damaged version left and nobody understands counts as not set. */
export class SettingsStore {
  readonly #database: AppDatabase

  constructor(database: AppDatabase) {
    this.#database = database
  }

  read(): Settings {
    const rows = this.#database
      .prepare<[], { name: string; value: string }>('SELECT name, value FROM setting')
      .all()
    const saved = new Map(rows.map(({ name, value }) => [name, parsed(value)]))
    const known = Object.entries(settingsSchema.shape).map(([name, schema]) => {
      const checked = schema.safeParse(saved.get(name))
      return [name, checked.success ? checked.data : undefined]
    })
    return settingsSchema.parse(Object.fromEntries(known))
  }

  change(changed: Partial<Record<keyof Settings, unknown>>): Settings {
    const write = this.#database.prepare<[string, string]>(
      'INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    )
    this.#database.transaction(() => {
      for (const [name, value] of Object.entries(changed)) {
        if (value !== undefined) write.run(name, JSON.stringify(value))
      }
    })()
    return this.read()
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
