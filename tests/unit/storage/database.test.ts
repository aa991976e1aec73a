import { mkdirSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openDatabase, StorageError, storageErrorOf } from '../../../src/broker/storage/database.ts'
import type { Database, DatabaseOptions } from '../../../src/broker/storage/database.ts'

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'ottla-storage-'))
  onTestFinished(() => rmSync(made, { recursive: true, force: true }))
  return made
}

function open(file: string, options: DatabaseOptions = {}): Database {
  const database = openDatabase(file, options)
  onTestFinished(() => void database.close())
  return database
}

function failureOf(file: string, options: DatabaseOptions = {}): StorageError {
  try {
    open(file, options)
  } catch (error) {
    if (error instanceof StorageError) return error
    throw error
  }
  throw new Error('it opened')
}

const migrations = ['CREATE TABLE a (x INTEGER)', 'CREATE TABLE b (y INTEGER)']

describe('a database', () => {
  it('is in WAL mode, durable against the death of the process, with the pages and cache asked for', () => {
    const file = join(folder(), 'a.db')
    const database = open(file, {
      pageSizeBytes: 16_384,
      cacheSizeBytes: 2_000_000,
      walAutocheckpointPages: 0,
    })
    const pragma = (name: string) => database.pragma(name, { simple: true })
    expect(pragma('journal_mode')).toBe('wal')
    expect(pragma('synchronous')).toBe(1)
    expect(pragma('page_size')).toBe(16_384)
    expect(pragma('cache_size')).toBe(-1954)
    expect(pragma('wal_autocheckpoint')).toBe(0)
  })

  it('is migrated step by step, each step once', () => {
    const file = join(folder(), 'a.db')
    open(file, { migrations: migrations.slice(0, 1) }).exec('INSERT INTO a VALUES (1)')
    const database = open(file, { migrations })
    expect(database.pragma('user_version', { simple: true })).toBe(2)
    expect(database.prepare('SELECT x FROM a').pluck().get()).toBe(1)
    expect(open(file, { migrations }).prepare('SELECT count(*) FROM b').pluck().get()).toBe(0)
  })

  it('is left as it was by a migration that fails', () => {
    const file = join(folder(), 'a.db')
    expect(() => open(file, { migrations: [migrations[0]!, 'CREATE TABLE broken ('] })).toThrow()
    expect(open(file).prepare('SELECT count(*) FROM sqlite_schema').pluck().get()).toBe(0)
  })
})

describe('a database which cannot be opened says why and what to do', () => {
  it('in a folder which does not exist', () => {
    const file = join(folder(), 'none', 'a.db')
    const failure = failureOf(file)
    expect(failure).toMatchObject({ kind: 'open', message: `${file} cannot be opened or made.` })
    expect(failure.remedy).toContain('folder')
  })

  it('being a folder', () => {
    const file = join(folder(), 'a.db')
    mkdirSync(file)
    expect(failureOf(file).kind).toBe('open')
  })

  it('not being a database', () => {
    const file = join(folder(), 'a.db')
    writeFileSync(
      file,
      'this is a text of some length, and nothing else at all, however long it may get in the end',
    )
    expect(failureOf(file)).toMatchObject({ kind: 'corrupt', message: `${file} is not a database.` })
  })

  it('cut short', () => {
    const file = join(folder(), 'a.db')
    const database = openDatabase(file)
    database.exec('CREATE TABLE a (x BLOB); INSERT INTO a VALUES (zeroblob(100000))')
    database.close()
    truncateSync(file, statSync(file).size - 5000)
    expect(failureOf(file)).toMatchObject({
      kind: 'corrupt',
      message: `${file} is damaged.`,
    })
  })

  it('written by a newer version', () => {
    const file = join(folder(), 'a.db')
    open(file, { migrations })
    expect(failureOf(file, { migrations: migrations.slice(0, 1) })).toMatchObject({
      kind: 'open',
      message: expect.stringContaining('newer version'),
      remedy: expect.stringContaining('Update'),
    })
  })

  it('locked by another', () => {
    const file = join(folder(), 'a.db')
    const other = open(file)
    other.pragma('locking_mode = EXCLUSIVE')
    other.exec('BEGIN EXCLUSIVE; CREATE TABLE a (x)')
    expect(failureOf(file, { migrations, busyTimeoutMs: 10 })).toMatchObject({
      kind: 'locked',
      message: `${file} is locked by another process.`,
      isTransient: true,
    })
  })
})

describe('an error of SQLite or the system', () => {
  const meanings = [
    ['SQLITE_FULL', 'full'],
    ['SQLITE_IOERR_SHMSIZE', 'full'],
    ['ENOSPC', 'full'],
    ['SQLITE_IOERR_WRITE', 'io'],
    ['SQLITE_CORRUPT_VTAB', 'corrupt'],
    ['SQLITE_NOTADB', 'corrupt'],
    ['SQLITE_BUSY_SNAPSHOT', 'locked'],
    ['SQLITE_CANTOPEN', 'open'],
    ['SQLITE_READONLY', 'open'],
    ['EACCES', 'open'],
  ] as const
  it.each(meanings)('%s means %s', (code, kind) => {
    const error = Object.assign(new Error('x'), { code })
    expect(storageErrorOf(error, '/data/log.db')).toMatchObject({ kind, cause: error })
  })

  it('of another kind stays what it is', () => {
    const error = new TypeError('a mistake')
    expect(storageErrorOf(error, '/data/log.db')).toBe(error)
  })
})
