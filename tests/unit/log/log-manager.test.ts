import { statSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { LogManager } from '../../../src/broker/log/log-manager.ts'
import { createLogger } from '../../../src/broker/logger.ts'
import { batchOf, LogFixture, readAll, TOPIC, TOPIC_ID, topicConfig } from './log-fixture.ts'

const OTHER_ID = 'dG9waWMtMDAwMDAwMDAwMg'

describe('the logs of a broker', () => {
  it('are found by name and by topic id, once opened', async () => {
    const fixture = new LogFixture()
    const { logs, log } = fixture
    expect(logs.get(TOPIC, 0)).toBe(log)
    expect(logs.getById(TOPIC_ID, 0)).toBe(log)
    expect(fixture.partition(0)).toBe(log)
    expect(logs.get(TOPIC, 1)).toBeUndefined()
    expect(logs.all()).toEqual([log])
  })

  it('on disk are listed before they are opened', async () => {
    const fixture = new LogFixture()
    fixture.partition(3)
    fixture.reopen()
    expect(fixture.logs.all()).toHaveLength(1)
    expect(fixture.logs.stored()).toEqual([
      { topicId: TOPIC_ID, topic: TOPIC, partition: 0 },
      { topicId: TOPIC_ID, topic: TOPIC, partition: 3 },
    ])
  })

  it('go at once when deleted, and their batches by and by', async () => {
    const fixture = new LogFixture()
    await fixture.fill(5)
    fixture.logs.delete(TOPIC_ID, 0)
    expect(fixture.logs.get(TOPIC, 0)).toBeUndefined()
    expect(fixture.logs.stored()).toEqual([])
    fixture.clock.advance(1000)
    expect(rowsOf(fixture, `SELECT name FROM sqlite_schema WHERE name LIKE 'batch_%'`)).toEqual([])
    expect(rowsOf(fixture, 'SELECT * FROM partition')).toEqual([])
  })

  it('of a replica that comes back after it was deleted are empty', async () => {
    const fixture = new LogFixture()
    await fixture.fill(5)
    fixture.logs.delete(TOPIC_ID, 0)
    const log = fixture.partition(0)
    expect([log.logEndOffset, log.sizeInBytes]).toEqual([0, 0])
    fixture.clock.advance(1000)
    expect(fixture.reopen().logEndOffset).toBe(0)
  })

  it('of a topic made again under the same name are its own', async () => {
    const fixture = new LogFixture()
    await fixture.fill(5)
    const remade = fixture.logs.getOrCreate(OTHER_ID, TOPIC, 0, topicConfig())
    expect(fixture.logs.get(TOPIC, 0)).toBe(remade)
    fixture.logs.delete(TOPIC_ID, 0)
    expect(fixture.logs.get(TOPIC, 0)).toBe(remade)
    expect(remade.logEndOffset).toBe(0)
  })

  it('deleted shortly before a crash go after the next start', async () => {
    const fixture = new LogFixture()
    await fixture.fill(5)
    fixture.logs.delete(TOPIC_ID, 0)
    fixture.reopen()
    fixture.clock.advance(1000)
    expect(rowsOf(fixture, 'SELECT slot FROM partition')).toHaveLength(1)
  })
})

describe('the high watermark', () => {
  it('is checkpointed every five seconds', async () => {
    const fixture = new LogFixture()
    fixture.logs.startMaintenance()
    await fixture.fill(4)
    expect(rowsOf(fixture, 'SELECT high_watermark FROM partition')).toEqual([{ high_watermark: 0 }])
    fixture.clock.advance(5000)
    expect(rowsOf(fixture, 'SELECT high_watermark FROM partition')).toEqual([{ high_watermark: 4 }])
  })

  it('is there after a stop, never beyond the end', async () => {
    const fixture = new LogFixture()
    await fixture.fill(4)
    expect(fixture.reopen().highWatermark).toBe(4)
    fixture.log.truncateTo(2)
    expect(fixture.reopen().highWatermark).toBe(2)
  })

  it('moves forward only, within the log', async () => {
    const fixture = new LogFixture()
    for (let i = 0; i < 4; i++) await fixture.append(batchOf())
    const { log } = fixture
    expect([log.updateHighWatermark(3), log.updateHighWatermark(2), log.updateHighWatermark(3)]).toEqual([
      true,
      false,
      false,
    ])
    expect(log.updateHighWatermark(100)).toBe(true)
    expect(log.highWatermark).toBe(4)
  })
})

describe('space', () => {
  it('of deleted records is used again, and given back to the disk when it is much', async () => {
    const fixture = new LogFixture({ retentionMs: 0, segmentBytes: 8_000_000 })
    const record = { valueBytes: 900_000 }
    for (let i = 0; i < 90; i++) await fixture.append(batchOf(record))
    fixture.log.updateHighWatermark(90)
    fixture.log.applyRetention(Number.MAX_SAFE_INTEGER)
    fixture.clock.advance(10_000)
    fixture.logs.close()
    expect(statSync(fixture.file).size).toBeLessThan(66 * 1024 * 1024)
    fixture.reopen()
    await fixture.append(batchOf(record))
    expect(readAll(fixture.log)).toHaveLength(1)
  })
})

describe('a closed broker', () => {
  it('has committed what was pending', async () => {
    const fixture = new LogFixture()
    fixture.log.appendAsLeader(batchOf(), { leaderEpoch: 0, origin: 'client', nowMs: 0 })
    expect(fixture.reopen().logEndOffset).toBe(1)
  })

  it('leaves no timer behind', () => {
    const fixture = new LogFixture()
    fixture.logs.startMaintenance()
    fixture.logs.delete(TOPIC_ID, 0)
    fixture.logs.close()
    expect(fixture.clock.timers).toBe(0)
  })
})

describe('a folder', () => {
  it('which cannot be made is a StorageError with a remedy', () => {
    const fixture = new LogFixture()
    const open = () =>
      new LogManager({
        dataDir: join(fixture.file, 'below'),
        clock: fixture.clock,
        log: createLogger(1, () => undefined),
      })
    expect(open).toThrow(expect.objectContaining({ name: 'StorageError', kind: 'open' }))
  })
})

function rowsOf(fixture: LogFixture, sql: string): unknown[] {
  const database = new Database(fixture.file, { readonly: true })
  const rows = database.prepare(sql).all()
  database.close()
  return rows
}
