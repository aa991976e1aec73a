import type { Bounds } from '../window/bounds.ts'
import type { AppDatabase } from './database.ts'

export interface WindowState {
  /** Where the window is when it is not maximized. */
  bounds: Bounds
  maximized: boolean
}

type Row = Bounds & { maximized: number }

/** Where windows were when they were closed. */
export class WindowStates {
  readonly #database: AppDatabase

  constructor(database: AppDatabase) {
    this.#database = database
  }

  read(window: string): WindowState | null {
    const row = this.#database
      .prepare<[string], Row>('SELECT x, y, width, height, maximized FROM window_state WHERE window = ?')
      .get(window)
    if (!row) return null
    const { maximized, ...bounds } = row
    return { bounds, maximized: maximized === 1 }
  }

  write(window: string, { bounds, maximized }: WindowState): void {
    this.#database
      .prepare(
        `INSERT OR REPLACE INTO window_state (window, x, y, width, height, maximized)
         VALUES (@window, @x, @y, @width, @height, @maximized)`,
      )
      .run({ window, ...bounds, maximized: maximized ? 1 : 0 })
  }
}
