/** `history.db` in a cluster's folder: what happened, newest entries only, and boards to begin from. */
import { existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { openDatabase } from '../../storage/database.ts'
import type { Database } from '../../storage/database.ts'

const HISTORY_FILE = 'history.db'

const migrations = [
  `CREATE TABLE entry (
     seq INTEGER PRIMARY KEY AUTOINCREMENT,
     at_ms INTEGER NOT NULL,
     kind TEXT NOT NULL,
     broker_id INTEGER,
     topic TEXT,
     partition INTEGER,
     group_id TEXT,
     cause TEXT NOT NULL,
     details TEXT NOT NULL
   ) STRICT;
   CREATE INDEX entry_at ON entry (at_ms);
   CREATE INDEX entry_topic ON entry (topic) WHERE topic IS NOT NULL;
   CREATE INDEX entry_group ON entry (group_id) WHERE group_id IS NOT NULL;
   CREATE TABLE board (
     seq INTEGER PRIMARY KEY,
     board TEXT NOT NULL
   ) STRICT;`,
]

export function historyFile(directory: string): string {
  return join(directory, HISTORY_FILE)
}

/** StorageError. */
export function openHistory(directory: string): Database {
  return openDatabase(historyFile(directory), { migrations })
}

/** Moves a file that cannot be used out of the way, with its log. Returns its new name. */
export function setAside(directory: string, nowMs: number): string {
  const name = `${HISTORY_FILE}.damaged-${nowMs}`
  for (const suffix of ['', '-wal', '-shm']) {
    const file = `${historyFile(directory)}${suffix}`
    if (existsSync(file)) renameSync(file, join(directory, `${name}${suffix}`))
  }
  return name
}
