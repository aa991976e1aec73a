import { mkdirSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import type { LagPoint } from '../../../shared/ipc/groups.ts'

const KEPT_MS = 24 * 60 * 60_000
/** Beyond these the oldest points go first, whatever their age. */
const MOST_POINTS = 2_000_000
const PRUNE_EVERY = 720

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS point (
    group_id TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    lag INTEGER,
    PRIMARY KEY (group_id, at_ms)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS point_at ON point (at_ms);
  CREATE TABLE IF NOT EXISTS owner (cluster_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;`

/** The lags of a cluster's groups over a day, in a file of its own: a point wherever a lag changed. */
export class LagStore {
  readonly #database: Database.Database
  /** Of this opening: what came before it may have stood still, or nobody looked. */
  readonly #last = new Map<string, number | null>()
  #writes = 0

  private constructor(database: Database.Database) {
    this.#database = database
  }

  /** What is worth a day at most is begun anew when it cannot be read. Throws where nothing can be written. */
  static open(file: string): LagStore {
    mkdirSync(dirname(file), { recursive: true })
    try {
      return new LagStore(opened(file))
    } catch (error) {
      if (!isDamage(error)) throw error
      for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true })
      return new LagStore(opened(file))
    }
  }

  /**
   * Says whose groups they are from now on. A cluster that was deleted and made again has its predecessor's name and
   * file, but another id: what was kept of that one is forgotten.
   */
  claim(clusterId: string): void {
    const owner = this.#database.prepare('SELECT cluster_id AS id FROM owner').get() as
      { id: string } | undefined
    if (owner?.id === clusterId) return
    this.#database.transaction(() => {
      if (owner !== undefined) this.#database.exec('DELETE FROM point; DELETE FROM owner')
      this.#database.prepare('INSERT INTO owner (cluster_id) VALUES (?)').run(clusterId)
    })()
    this.#last.clear()
  }

  add(atMs: number, lags: ReadonlyMap<string, number | null>): void {
    const insert = this.#database.prepare(
      'INSERT OR REPLACE INTO point (group_id, at_ms, lag) VALUES (?, ?, ?)',
    )
    this.#database.transaction(() => {
      for (const [groupId, lag] of lags) {
        // A gap before the first point: the line must not run through the time nobody looked.
        if (!this.#last.has(groupId)) insert.run(groupId, atMs - 1, null)
        if (this.#last.get(groupId) === lag) continue
        insert.run(groupId, atMs, lag)
        this.#last.set(groupId, lag)
      }
      if (this.#writes++ % PRUNE_EVERY === 0) this.#prune(atMs)
    })()
  }

  /** Oldest first; the first one may be older than `fromMs`, since it held until the next. */
  history(groupId: string, fromMs: number): LagPoint[] {
    const begin = this.#database
      .prepare('SELECT max(at_ms) AS atMs FROM point WHERE group_id = ? AND at_ms <= ?')
      .get(groupId, fromMs) as { atMs: number | null }
    return this.#database
      .prepare('SELECT at_ms AS atMs, lag FROM point WHERE group_id = ? AND at_ms >= ? ORDER BY at_ms')
      .all(groupId, begin.atMs ?? fromMs) as LagPoint[]
  }

  close(): void {
    this.#database.close()
  }

  #prune(nowMs: number): void {
    this.#database.prepare('DELETE FROM point WHERE at_ms < ?').run(nowMs - KEPT_MS)
    const { n } = this.#database.prepare('SELECT count(*) AS n FROM point').get() as { n: number }
    if (n <= MOST_POINTS) return
    this.#database
      .prepare('DELETE FROM point WHERE at_ms <= (SELECT at_ms FROM point ORDER BY at_ms LIMIT 1 OFFSET ?)')
      .run(n - MOST_POINTS)
  }
}

function opened(file: string): Database.Database {
  const database = new Database(file, { timeout: 1_000 })
  try {
    database.pragma('journal_mode = WAL')
    database.pragma('synchronous = OFF')
    database.exec(SCHEMA)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function isDamage(error: unknown): boolean {
  return error instanceof Database.SqliteError && /^SQLITE_(?:CORRUPT|NOTADB|ERROR)/u.test(error.code)
}
