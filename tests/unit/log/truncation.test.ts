import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { batchOf, LogFixture, offsetsOf, readAll, replicated } from './log-fixture.ts'

async function filled(batches = 5): Promise<LogFixture> {
  const fixture = new LogFixture()
  for (let i = 0; i < batches; i++) await fixture.append(batchOf({ records: 2 }), i)
  fixture.log.updateHighWatermark(fixture.log.logEndOffset)
  return fixture
}

describe('truncation', () => {
  it('takes off everything at or after the offset, and the high watermark with it', async () => {
    const { log } = await filled()
    log.truncateTo(6)
    expect([log.logEndOffset, log.nextOffset, log.highWatermark]).toEqual([6, 6, 6])
    expect(offsetsOf(readAll(log))).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
    ])
  })

  it('takes off a batch which lies on both sides', async () => {
    const { log } = await filled()
    log.truncateTo(5)
    expect(log.logEndOffset).toBe(4)
  })

  it('does nothing at or beyond the end', async () => {
    const { log } = await filled()
    log.truncateTo(10)
    log.truncateTo(11)
    expect([log.logEndOffset, log.highWatermark]).toEqual([10, 10])
  })

  it('takes off what is appended but not committed too', async () => {
    const { log, logs } = await filled()
    log.appendAsFollower(replicated(10, 9), 9)
    log.truncateTo(8)
    await logs.committed()
    expect([log.logEndOffset, log.nextOffset]).toEqual([8, 8])
  })

  it('is there after a restart', async () => {
    const fixture = await filled()
    fixture.log.truncateTo(4)
    const log = fixture.reopen()
    expect([log.logEndOffset, log.sizeInBytes]).toEqual([4, 2 * batchOf({ records: 2 }).length])
  })

  it('appends other records where it ended', async () => {
    const fixture = await filled()
    fixture.log.truncateTo(4)
    const records = replicated(4, 9, { records: 3 })
    fixture.log.appendAsFollower(records, 9)
    await fixture.logs.committed()
    expect(readAll(fixture.log, 4)).toEqual([records])
    expect(fixture.log.epochAt(4)).toBe(9)
  })

  it('below the log’s start empties the log', async () => {
    const { log } = await filled()
    log.advanceLogStart(4)
    log.truncateTo(2)
    expect([log.logStartOffset, log.logEndOffset]).toEqual([2, 2])
  })

  it('of thousands of batches goes back behind every snapshot and segment', async () => {
    const fixture = new LogFixture({ segmentBytes: 20_000 })
    for (let i = 0; i < 3000; i++) fixture.log.appendAsFollower(replicated(i, 0, { valueBytes: 50 }), 0)
    await fixture.logs.committed()
    const size = fixture.log.sizeInBytes / 3000
    fixture.log.truncateTo(100)
    expect([fixture.log.logEndOffset, fixture.log.sizeInBytes]).toEqual([100, 100 * size])
    expect(fixture.reopen().sizeInBytes).toBe(100 * size)
  })
})

describe('truncation of everything', () => {
  it('starts anew at the given offset, also after a restart', async () => {
    const fixture = await filled()
    fixture.log.truncateFullyAndStartAt(100)
    const { log } = fixture
    expect([log.logStartOffset, log.logEndOffset, log.highWatermark]).toEqual([100, 100, 100])
    expect([log.sizeInBytes, log.latestEpoch]).toEqual([0, -1])
    await fixture.append(batchOf(), 7)
    const reopened = fixture.reopen()
    expect([reopened.logStartOffset, reopened.logEndOffset]).toEqual([100, 101])
  })

  it('removes the old batches by and by', async () => {
    const fixture = await filled()
    fixture.log.truncateFullyAndStartAt(100)
    fixture.clock.advance(1000)
    expect(tablesOf(fixture)).toEqual([`batch_${fixture.log.slot}`])
  })
})

function tablesOf(fixture: LogFixture): string[] {
  const database = new Database(fixture.file, { readonly: true })
  const names = database.prepare(`SELECT name FROM sqlite_schema WHERE name LIKE 'batch_%'`).pluck().all()
  database.close()
  return names as string[]
}
