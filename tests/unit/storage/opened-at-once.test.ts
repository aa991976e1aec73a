import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import SqliteDatabase from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase, StorageError } from '../../../src/broker/storage/database.ts'

function newFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ottla-storage-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'new.db')
}

/** A thread which holds the write lock of a file that is not in WAL mode yet, until it is told to let go. */
async function holdWriteLock(file: string): Promise<Int32Array> {
  const turn = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(
    `const { parentPort, workerData: { file, turn, module } } = require('node:worker_threads')
     const database = new (require(module))(file)
     database.exec('BEGIN IMMEDIATE')
     parentPort.postMessage('held')
     Atomics.wait(turn, 0, 0, 10_000)
     // Let go a little after the other thread has begun to wait for it.
     Atomics.wait(turn, 0, 1, 50)
     database.close()`,
    { eval: true, workerData: { file, turn, module: join(process.cwd(), 'node_modules/better-sqlite3') } },
  )
  onTestFinished(async () => void (await worker.terminate()))
  await once(worker, 'message')
  return turn
}

test('a new file that another thread is about to set up is waited for', async () => {
  const file = newFile()
  const turn = await holdWriteLock(file)

  Atomics.store(turn, 0, 1)
  Atomics.notify(turn, 0)
  const database = openDatabase(file, { migrations: ['CREATE TABLE a (x INTEGER)'] })
  onTestFinished(() => void database.close())

  expect(database.pragma('journal_mode', { simple: true })).toBe('wal')
})

test('it is waited for no longer than the busy timeout', () => {
  const file = newFile()
  const holder = new SqliteDatabase(file)
  onTestFinished(() => void holder.close())
  holder.exec('BEGIN IMMEDIATE')
  const begunAt = performance.now()

  expect(() => openDatabase(file, { busyTimeoutMs: 40 })).toThrow(StorageError)

  expect(performance.now() - begunAt).toBeGreaterThanOrEqual(40)
})
