import type { Clock, Timer } from '../../clock.ts'
import { StorageError, storageErrorOf } from '../../storage/database.ts'
import type { Database, Statement } from '../../storage/database.ts'
import type { HistoryEntry } from '../types.ts'
import type { Board } from './board.ts'
import { applyToBoard, emptyBoard } from './board.ts'
import { historyFile, openHistory, setAside } from './history-file.ts'

export interface HistoryStoreOptions {
  directory: string
  clock: Clock
  /** Entries that are kept; older ones go. */
  maxEntries?: number
  /** After so many entries a whole board is written, so that no reader folds more than these. */
  entriesPerBoard?: number
  /** The history cannot be kept, or not where it was: never a reason for the cluster not to run. */
  onProblem: (message: string, error: unknown) => void
}

const MAX_ENTRIES = 100_000
const ENTRIES_PER_BOARD = 1_000
/** So many at once leave, that most batches need not look. */
const PRUNED_AT_ONCE = 1_000
const FLUSH_MS = 200
/** Between two tries to open a file that cannot be opened, and what is held for it meanwhile. */
const RETRY_MS = 10_000
const MAX_HELD = 10_000

type EntryRow = [number, string, number | null, string | null, number | null, string | null, string, string]

/** Writes a cluster's history, a batch every 200 ms: what happens in the cluster does not wait for it. */
export class HistoryStore {
  readonly #options: HistoryStoreOptions
  #held: HistoryEntry[] = []
  #timer: Timer | null = null
  #open: OpenHistory | null = null
  #closed = false

  constructor(options: HistoryStoreOptions) {
    this.#options = options
  }

  add(entry: HistoryEntry): void {
    if (this.#closed) return
    this.#held.push(entry)
    if (this.#held.length > MAX_HELD) this.#held.shift()
    this.#flushIn(FLUSH_MS)
  }

  /** Whatever is held goes into the file now. */
  flush(): void {
    this.#timer?.cancel()
    this.#timer = null
    if (this.#held.length === 0) return
    try {
      this.#open ??= this.#openFile()
      this.#open.write(this.#held)
      this.#held = []
    } catch (error) {
      this.#options.onProblem('The history could not be written; it is tried again', error)
      this.#release()
      if (!this.#closed) this.#flushIn(RETRY_MS)
    }
  }

  close(): void {
    this.flush()
    this.#closed = true
    this.#timer?.cancel()
    this.#timer = null
    this.#release()
  }

  #flushIn(delayMs: number): void {
    this.#timer ??= this.#options.clock.setTimer(delayMs, () => this.flush())
  }

  #release(): void {
    try {
      this.#open?.database.close()
    } catch (error) {
      this.#options.onProblem('The history could not be closed', error)
    }
    this.#open = null
  }

  #openFile(): OpenHistory {
    const { directory, clock, onProblem } = this.#options
    const sizes = {
      maxEntries: this.#options.maxEntries ?? MAX_ENTRIES,
      entriesPerBoard: this.#options.entriesPerBoard ?? ENTRIES_PER_BOARD,
    }
    try {
      return OpenHistory.open(directory, sizes)
    } catch (error) {
      if (!(error instanceof StorageError) || error.kind !== 'corrupt') throw error
      const name = setAside(directory, clock.now())
      const cause = `the history could not be read and was set aside as ${name}; a new one begins`
      onProblem(cause, error)
      const entry = {
        atMs: clock.now(),
        brokerId: null,
        kind: 'history-set-aside',
        cause,
        details: { file: name },
      }
      this.#held.unshift(entry)
      return OpenHistory.open(directory, sizes)
    }
  }
}

interface Sizes {
  maxEntries: number
  entriesPerBoard: number
}

class OpenHistory {
  readonly database: Database
  readonly #sizes: Sizes
  readonly #insert: Statement<EntryRow>
  readonly #board: Board
  #sinceBoard: number
  #count: number

  /** StorageError: a damaged file is found here, for the newest board and what followed it are read. */
  static open(directory: string, sizes: Sizes): OpenHistory {
    const database = openHistory(directory)
    try {
      return new OpenHistory(database, sizes)
    } catch (error) {
      database.close()
      // JSON that does not parse is damage, too: no build wrote it so.
      if (error instanceof SyntaxError) throw damaged(directory, error)
      throw storageErrorOf(error, historyFile(directory))
    }
  }

  private constructor(database: Database, sizes: Sizes) {
    this.database = database
    this.#sizes = sizes
    this.#insert = database.prepare(
      `INSERT INTO entry (at_ms, kind, broker_id, topic, partition, group_id, cause, details)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    const { board, folded } = boardUpTo(database, null)
    this.#board = board
    this.#sinceBoard = folded
    this.#count = (database.prepare('SELECT count(*) AS n FROM entry').get() as { n: number }).n
  }

  write(entries: readonly HistoryEntry[]): void {
    this.database.transaction(() => {
      for (const entry of entries) this.#append(entry)
      if (this.#count > this.#sizes.maxEntries + PRUNED_AT_ONCE) this.#prune()
    })()
  }

  #append(entry: HistoryEntry): void {
    const { atMs, kind, brokerId, cause, details } = entry
    const topic = typeof details.topic === 'string' ? details.topic : null
    const partition = typeof details.partition === 'number' ? details.partition : null
    const group = typeof details.groupId === 'string' ? details.groupId : null
    const text = JSON.stringify(details)
    const row: EntryRow = [atMs, kind, brokerId, topic, partition, group, cause, text]
    const { lastInsertRowid } = this.#insert.run(...row)
    this.#count++
    this.#sinceBoard++
    // As a reader will see it, not as it came: a list here must not be the one somebody else goes on with.
    applyToBoard(this.#board, { ...entry, details: JSON.parse(text) as HistoryEntry['details'] })
    if (this.#sinceBoard < this.#sizes.entriesPerBoard) return
    this.#sinceBoard = 0
    this.database
      .prepare('INSERT OR REPLACE INTO board (seq, board) VALUES (?, ?)')
      .run(lastInsertRowid, JSON.stringify(this.#board))
  }

  /** Of the boards before the first entry that stays, the last one stays too: the entries go on from it. */
  #prune(): void {
    const { maxEntries } = this.#sizes
    const first = this.database
      .prepare('SELECT seq FROM entry ORDER BY seq DESC LIMIT 1 OFFSET ?')
      .get(maxEntries - 1) as { seq: number } | undefined
    if (first === undefined) return
    const base = this.database.prepare('SELECT max(seq) AS seq FROM board WHERE seq < ?').get(first.seq) as {
      seq: number | null
    }
    // Without a board to go on from, the entries from the last one on are needed a little longer.
    const cut = Math.min(first.seq, base.seq === null ? 0 : base.seq + 1)
    this.#count -= this.database.prepare('DELETE FROM entry WHERE seq < ?').run(cut).changes
    this.database.prepare('DELETE FROM board WHERE seq < ?').run(base.seq ?? 0)
  }
}

interface StoredEntry {
  at_ms: number
  kind: string
  broker_id: number | null
  cause: string
  details: string
}

/** The board after the entry `seq`, or after the last one. */
export function boardUpTo(database: Database, seq: number | null): { board: Board; folded: number } {
  const last = seq ?? Number.MAX_SAFE_INTEGER
  const base = database
    .prepare('SELECT seq, board FROM board WHERE seq <= ? ORDER BY seq DESC LIMIT 1')
    .get(last) as { seq: number; board: string } | undefined
  const board = base === undefined ? emptyBoard() : (JSON.parse(base.board) as Board)
  let folded = 0
  const entries = database
    .prepare(
      'SELECT at_ms, kind, broker_id, cause, details FROM entry WHERE seq > ? AND seq <= ? ORDER BY seq',
    )
    .iterate(base?.seq ?? 0, last)
  for (const entry of entries as IterableIterator<StoredEntry>) {
    folded++
    applyToBoard(board, {
      atMs: entry.at_ms,
      kind: entry.kind,
      brokerId: entry.broker_id,
      cause: entry.cause,
      details: JSON.parse(entry.details) as HistoryEntry['details'],
    })
  }
  return { board, folded }
}

function damaged(directory: string, cause: unknown): StorageError {
  return new StorageError('corrupt', `${historyFile(directory)} is damaged.`, 'It is set aside.', cause)
}
