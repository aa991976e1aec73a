import type { OpenTabs } from '../../shared/ipc/tabs.ts'
import { openTabs } from '../../shared/ipc/tabs.ts'
import type { AppDatabase } from './database.ts'

/** What was open in a window. What a later or damaged version left and nobody understands counts as nothing. */
export class WindowTabs {
  readonly #database: AppDatabase

  constructor(database: AppDatabase) {
    this.#database = database
  }

  read(window: string): OpenTabs | null {
    const text = this.#database
      .prepare<[string], string>('SELECT tabs FROM window_tabs WHERE window = ?')
      .pluck()
      .get(window)
    const checked = openTabs.safeParse(parsed(text ?? 'null'))
    return checked.success ? checked.data : null
  }

  write(window: string, tabs: OpenTabs): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO window_tabs (window, tabs) VALUES (?, ?)')
      .run(window, JSON.stringify(tabs))
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
