import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Clock } from '../../../src/broker/clock.ts'
import { createLogger } from '../../../src/broker/logger.ts'
import type { LogLine } from '../../../src/broker/logger.ts'
import { CheckpointService } from '../../../src/broker/storage/checkpoint-service.ts'
import { WalCheckpointer } from '../../../src/broker/storage/checkpoint.ts'
import type { CheckpointLimits } from '../../../src/broker/storage/checkpoint.ts'
import { openDatabase } from '../../../src/broker/storage/database.ts'
import type { Database } from '../../../src/broker/storage/database.ts'
import { FakeClock } from '../fake-clock.ts'

const ROW_BYTES = 100_000
const MEGABYTE = 1_000_000

interface Setup {
  database: Database
  checkpointer: WalCheckpointer
  clock: FakeClock
  lines: LogLine[]
  write(rows: number): void
  walFileBytes(): number
}

function setUp(limits: Partial<CheckpointLimits>, service: Pick<CheckpointService, 'serve'> | null): Setup {
  const folder = mkdtempSync(join(tmpdir(), 'ottla-checkpoint-'))
  const file = join(folder, 'log.db')
  const database = openDatabase(file, { walAutocheckpointPages: 0, migrations: ['CREATE TABLE a (x BLOB)'] })
  database.pragma('wal_checkpoint(TRUNCATE)')
  const clock = new FakeClock()
  const lines: LogLine[] = []
  const { port1, port2 } = new MessageChannel()
  service?.serve(port2)
  const log = createLogger(1, (line) => lines.push(line))
  const port = [port1].find(() => service !== null)
  const checkpointer = new WalCheckpointer({
    database,
    file,
    clock: clock satisfies Clock,
    log,
    limits,
    port,
  })
  const insert = database.prepare('INSERT INTO a VALUES (zeroblob(?))')
  onTestFinished(() => {
    checkpointer.close()
    port1.close()
    database.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    database,
    checkpointer,
    clock,
    lines,
    write(rows) {
      for (let row = 0; row < rows; row++) {
        insert.run(ROW_BYTES)
        checkpointer.wrote(ROW_BYTES)
      }
    },
    walFileBytes: () => statSync(`${file}-wal`).size,
  }
}

describe('checkpoints without a thread', () => {
  it('are made once nothing was committed for a while', () => {
    const { checkpointer, clock, write } = setUp({ startBytes: MEGABYTE, idleMs: 200 }, null)
    write(20)
    clock.advance(199)
    write(1)
    clock.advance(199)
    expect(checkpointer.walBytes).toBe(21 * ROW_BYTES)
    clock.advance(1)
    expect(checkpointer.walBytes).toBe(0)
  })

  it('are made at once at the hard limit, so that the WAL starts over', () => {
    const { write, walFileBytes } = setUp({ startBytes: MEGABYTE, hardBytes: 4 * MEGABYTE }, null)
    write(200)
    expect(walFileBytes()).toBeLessThan(5 * MEGABYTE)
  })

  it('are not made for little', () => {
    const { clock, write, checkpointer } = setUp({ startBytes: MEGABYTE }, null)
    write(5)
    expect(clock.timers).toBe(0)
    expect(checkpointer.walBytes).toBe(5 * ROW_BYTES)
  })

  it('wait while somebody reads an old state, and are made when that ends', () => {
    const { database, write, checkpointer, clock } = setUp({ startBytes: MEGABYTE }, null)
    write(1)
    const reader = openDatabase(database.name)
    reader.exec('BEGIN')
    reader.prepare('SELECT count(*) FROM a').get()
    write(20)
    clock.advance(1000)
    expect(checkpointer.walBytes).toBe(21 * ROW_BYTES)
    reader.close()
    write(1)
    clock.advance(1000)
    expect(checkpointer.walBytes).toBe(0)
  })
})

describe('checkpoints by the thread', () => {
  it('are asked for at the start size and finished by the broker', async () => {
    const { checkpointer, write, database } = setUp({ startBytes: MEGABYTE }, new CheckpointService())
    write(15)
    expect(checkpointer.walBytes).toBe(15 * ROW_BYTES)
    await vi.waitUntil(() => checkpointer.walBytes === 0)
    const before = database.pragma('wal_checkpoint(PASSIVE)')
    expect(before).toEqual([{ busy: 0, log: expect.any(Number), checkpointed: expect.any(Number) }])
    write(1)
    expect(checkpointer.walBytes).toBe(ROW_BYTES)
  })

  it('keep the WAL bounded however much is written', async () => {
    const limits = { startBytes: MEGABYTE, hardBytes: 20 * MEGABYTE }
    const { checkpointer, write, walFileBytes } = setUp(limits, new CheckpointService())
    for (let round = 0; round < 10; round++) {
      write(30)
      await vi.waitUntil(() => checkpointer.walBytes === 0)
    }
    expect(walFileBytes()).toBeLessThan(5 * MEGABYTE)
  })

  it('serve several brokers, and one that comes back', async () => {
    const service = new CheckpointService()
    const [one, two] = [setUp({ startBytes: MEGABYTE }, service), setUp({ startBytes: MEGABYTE }, service)]
    one.write(15)
    two.write(15)
    await vi.waitUntil(() => one.checkpointer.walBytes === 0 && two.checkpointer.walBytes === 0)
    one.checkpointer.close()
    two.write(15)
    await vi.waitUntil(() => two.checkpointer.walBytes === 0)
    expect([...one.lines, ...two.lines]).toEqual([])
  })

  it('which fail are logged, and the hard limit still holds', async () => {
    const failing = {
      serve: (port: MessagePort) =>
        void port.on('message', () => port.postMessage({ failure: 'no such file' })),
    }
    const { lines, write, walFileBytes } = setUp({ startBytes: MEGABYTE, hardBytes: 4 * MEGABYTE }, failing)
    write(100)
    await vi.waitUntil(() => lines.length > 0)
    expect(lines[0]?.fields).toEqual({ failure: 'no such file' })
    expect(walFileBytes()).toBeLessThan(5 * MEGABYTE)
  })

  it('go on here when the thread is gone', async () => {
    const ending = { serve: (port: MessagePort) => port.close() }
    const { checkpointer, write, clock } = setUp({ startBytes: MEGABYTE }, ending)
    write(15)
    await vi.waitUntil(() => {
      write(1)
      return clock.timers > 0
    })
    clock.advance(1000)
    expect(checkpointer.walBytes).toBe(0)
  })
})
