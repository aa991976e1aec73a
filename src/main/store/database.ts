import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { migrate } from './migrations.ts'

export type AppDatabase = Database.Database

/** Opens `app.db`: what the app itself remembers. Clusters' data is never in it. Throws when it is from a newer app. */
export function openAppDatabase(file: string): AppDatabase {
  mkdirSync(dirname(file), { recursive: true })
  const database = new Database(file)
  try {
    database.pragma('journal_mode = WAL')
    // Settings, not records: what the last moments before a power cut changed may be lost, the file may not.
    database.pragma('synchronous = NORMAL')
    migrate(database)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}
