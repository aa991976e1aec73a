/**
 * Reads a cluster's history from its folder, whoever runs the cluster and whether or not it runs. The file is opened
 * for each question and closed after it: a folder with an open file in it could not be deleted on Windows.
 */
import { existsSync } from 'node:fs'
import SqliteDatabase from 'better-sqlite3'
import { storageErrorOf } from '../../storage/database.ts'
import type { Database } from '../../storage/database.ts'
import type { HistoryEntry } from '../types.ts'
import type { Board } from './board.ts'
import { emptyBoard } from './board.ts'
import { historyFile } from './history-file.ts'
import { boardUpTo } from './history-store.ts'

/** An entry with its place in the history: later ones have greater numbers. */
export interface KeptEntry extends HistoryEntry {
  seq: number
}

/** Everything given has to be so; of a list, one of it. */
export interface HistoryFilter {
  fromMs?: number
  toMs?: number
  kinds?: readonly string[]
  topic?: string
  partition?: number
  /** One it is about, or one it is told with: who led before, who left an ISR, who was added. */
  brokerId?: number
  groupId?: string
  /** In its cause, its topic, its group, or the description of its fault; upper and lower case alike. */
  text?: string
}

/** How many entries of which kinds a stretch of time has. */
export interface HistorySlice {
  /** Of the first one in it. */
  atMs: number
  kinds: Record<string, number>
}

export interface HistoryPage {
  /** Newest first. */
  entries: KeptEntry[]
  /** Give it as `before` for the page after this one; null: there is none. */
  next: number | null
  /** The newest entry of all, whatever was asked for: from here `historyAfter` goes on. 0: none. */
  lastSeq: number
  /** When the oldest kept entry was; null: none. */
  sinceMs: number | null
}

export function historyPage(
  directory: string,
  filter: HistoryFilter,
  { before, limit }: { before?: number; limit: number },
): HistoryPage {
  return read(directory, { entries: [], next: null, lastSeq: 0, sinceMs: null }, (database) => {
    const { where, values } = conditions(filter)
    const rows = database
      .prepare(`SELECT * FROM entry WHERE seq < ? AND ${where} ORDER BY seq DESC LIMIT ?`)
      .all(before ?? Number.MAX_SAFE_INTEGER, ...values, limit + 1) as EntryRow[]
    const entries = rows.slice(0, limit).map(entryOf)
    const [last, first] = ['DESC', 'ASC'].map(
      (order) =>
        database.prepare(`SELECT * FROM entry ORDER BY seq ${order} LIMIT 1`).get() as EntryRow | undefined,
    )
    return {
      entries,
      next: rows.length > limit ? (entries.at(-1)?.seq ?? null) : null,
      lastSeq: last?.seq ?? 0,
      sinceMs: first?.at_ms ?? null,
    }
  })
}

/** Entries younger than `seq`, oldest first. */
export function historyAfter(
  directory: string,
  filter: HistoryFilter,
  { seq, limit }: { seq: number; limit: number },
): KeptEntry[] {
  return read<KeptEntry[]>(directory, [], (database) => {
    const { where, values } = conditions(filter)
    const rows = database
      .prepare(`SELECT * FROM entry WHERE seq > ? AND ${where} ORDER BY seq LIMIT ?`)
      .all(seq, ...values, limit) as EntryRow[]
    return rows.map(entryOf)
  })
}

/** What the cluster looked like at a moment; before the first entry that is kept, nothing is known. */
export function boardAt(directory: string, atMs: number): Board {
  return read(directory, emptyBoard(), (database) => {
    const last = database.prepare('SELECT max(seq) AS seq FROM entry WHERE at_ms <= ?').get(atMs) as {
      seq: number | null
    }
    return last.seq === null ? emptyBoard() : boardUpTo(database, last.seq).board
  })
}

/** The nearest entry before or after a moment; null: there is none. */
export function neighbour(
  directory: string,
  filter: HistoryFilter,
  { atMs, direction }: { atMs: number; direction: 'before' | 'after' },
): KeptEntry | null {
  return read<KeptEntry | null>(directory, null, (database) => {
    const { where, values } = conditions(filter)
    const [side, order] = direction === 'before' ? ['<', 'DESC'] : ['>', 'ASC']
    const row = database
      .prepare(`SELECT * FROM entry WHERE at_ms ${side} ? AND ${where} ORDER BY at_ms ${order}, seq ${order}`)
      .get(atMs, ...values) as EntryRow | undefined
    return row === undefined ? null : entryOf(row)
  })
}

/** A stretch of time cut into `count` equal slices; those without entries are left out. */
export function historySlices(
  directory: string,
  filter: HistoryFilter,
  { fromMs, toMs, count }: { fromMs: number; toMs: number; count: number },
): HistorySlice[] {
  return read<HistorySlice[]>(directory, [], (database) => {
    const { where, values } = conditions({ ...filter, fromMs, toMs })
    const sliceMs = Math.max(1, (toMs - fromMs + 1) / count)
    const rows = database
      .prepare(
        `SELECT cast((at_ms - ?) / ? AS INTEGER) AS slice, kind, count(*) AS n, min(at_ms) AS at_ms
         FROM entry WHERE ${where} GROUP BY slice, kind ORDER BY slice, at_ms`,
      )
      .all(fromMs, sliceMs, ...values) as { slice: number; kind: string; n: number; at_ms: number }[]
    const slices = new Map<number, HistorySlice>()
    for (const { slice, kind, n, at_ms } of rows) {
      const told = slices.get(slice) ?? { atMs: at_ms, kinds: {} }
      told.kinds[kind] = n
      slices.set(slice, told)
    }
    return [...slices.values()]
  })
}

function read<T>(directory: string, nothing: T, ask: (database: Database) => T): T {
  const file = historyFile(directory)
  if (!existsSync(file)) return nothing
  let database: Database | null = null
  try {
    database = new SqliteDatabase(file, { readonly: true, fileMustExist: true, timeout: 2_000 })
    // One transaction: what is read second must not be younger than what was read first.
    const opened = database
    return opened.transaction(() => ask(opened))()
  } catch (error) {
    throw storageErrorOf(error, file)
  } finally {
    database?.close()
  }
}

interface EntryRow {
  seq: number
  at_ms: number
  kind: string
  broker_id: number | null
  cause: string
  details: string
}

function entryOf({ seq, at_ms, kind, broker_id, cause, details }: EntryRow): KeptEntry {
  return {
    seq,
    atMs: at_ms,
    kind,
    brokerId: broker_id,
    cause,
    details: JSON.parse(details) as HistoryEntry['details'],
  }
}

const ABOUT_BROKER = `(broker_id = ?
  OR (topic IS NOT NULL AND (json_extract(details, '$.before.leader') = ?
    OR EXISTS (SELECT 1 FROM json_each(details, '$.removed') WHERE value = ?)
    OR (kind <> 'partitions-added' AND EXISTS (SELECT 1 FROM json_each(details, '$.added') WHERE value = ?)))))`
const HAS_TEXT = `(${['cause', 'topic', 'group_id', "json_extract(details, '$.description')"]
  .map((column) => `${column} LIKE ? ESCAPE '\\'`)
  .join(' OR ')})`

function conditions(filter: HistoryFilter): { where: string; values: (string | number)[] } {
  const { fromMs, toMs, kinds, topic, partition, brokerId, groupId, text } = filter
  const all: [string, (string | number)[]][] = [['1', []]]
  if (fromMs !== undefined) all.push(['at_ms >= ?', [fromMs]])
  if (toMs !== undefined) all.push(['at_ms <= ?', [toMs]])
  if (kinds !== undefined) all.push([`kind IN (${kinds.map(() => '?').join(', ')})`, [...kinds]])
  if (topic !== undefined) all.push(['topic = ?', [topic]])
  if (partition !== undefined) all.push(['partition = ?', [partition]])
  if (brokerId !== undefined) all.push([ABOUT_BROKER, [brokerId, brokerId, brokerId, brokerId]])
  if (groupId !== undefined) all.push(['group_id = ?', [groupId]])
  if (text !== undefined) {
    const pattern = `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`
    all.push([HAS_TEXT, [pattern, pattern, pattern, pattern]])
  }
  return { where: all.map(([text]) => text).join(' AND '), values: all.flatMap(([, values]) => values) }
}
