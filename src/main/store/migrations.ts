import type { AppDatabase } from './database.ts'

/**
 * Steps from an empty file to today's, in order. A step that was ever released is never changed: another one follows.
 * `user_version` counts the steps a file has taken.
 */
const STEPS: readonly string[] = [
  `
  CREATE TABLE setting (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE window_state (
    window    TEXT PRIMARY KEY,
    x         INTEGER NOT NULL,
    y         INTEGER NOT NULL,
    width     INTEGER NOT NULL,
    height    INTEGER NOT NULL,
    maximized INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE started_cluster (
    folder TEXT PRIMARY KEY
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE pinned_topic (
    cluster TEXT NOT NULL,
    topic   TEXT NOT NULL,
    PRIMARY KEY (cluster, topic)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE produce_template (
    name  TEXT PRIMARY KEY,
    topic TEXT,
    form  TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE remote_cluster (
    id                TEXT PRIMARY KEY,
    name              TEXT NOT NULL,
    bootstrap_servers TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE cluster_colour (
    cluster TEXT PRIMARY KEY,
    colour  TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE window_tabs (
    window TEXT PRIMARY KEY,
    tabs   TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
]

/** All steps a file lacks, or none of them. */
export function migrate(database: AppDatabase, steps: readonly string[] = STEPS): void {
  const taken = database.pragma('user_version', { simple: true }) as number
  if (taken > steps.length) {
    throw new Error(
      `${database.name} was written by a newer version of Ottla (${taken}, and this one knows ${steps.length}). ` +
        'Start that version, or move the file away.',
    )
  }
  database.transaction(() => {
    for (const step of steps.slice(taken)) database.exec(step)
    database.pragma(`user_version = ${steps.length}`)
  })()
}
