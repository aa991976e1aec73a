import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import { appendTo, batchOf, codeOf, LogFixture, offsetsOf, readAll } from './log-fixture.ts'

const DAY_MS = 86_400_000
const BATCH_BYTES = batchOf().length
/** Three batches fit into a segment. */
const SEGMENT_BYTES = BATCH_BYTES * 3 + 1

describe('retention by time', () => {
  it('deletes whole segments whose newest record is too old', async () => {
    const fixture = new LogFixture({ segmentBytes: SEGMENT_BYTES, retentionMs: DAY_MS })
    await fixture.fill(6)
    fixture.clock.advance(DAY_MS / 2)
    await fixture.fill(2)
    fixture.clock.advance(DAY_MS / 2 + 3)
    const { log } = fixture
    // The newest record of segment [0..2] is 2 ms younger than its first, that of [3..5] another 3 ms.
    expect(log.applyRetention(fixture.clock.now())).toBe(1)
    expect(log.logStartOffset).toBe(3)
    expect(log.sizeInBytes).toBe(5 * BATCH_BYTES)
    expect(codeOf(() => readAll(log, 2))).toBe(ErrorCode.OFFSET_OUT_OF_RANGE)
    expect(offsetsOf(readAll(log))[0]).toEqual([3, 3])
  })

  it('deletes the active segment too once all of it is too old', async () => {
    const fixture = new LogFixture({ retentionMs: DAY_MS })
    await fixture.fill(4)
    fixture.clock.advance(DAY_MS + 10)
    expect(fixture.log.applyRetention(fixture.clock.now())).toBe(1)
    expect([fixture.log.logStartOffset, fixture.log.logEndOffset, fixture.log.sizeInBytes]).toEqual([4, 4, 0])
    await fixture.append(batchOf())
    expect(offsetsOf(readAll(fixture.reopen()))).toEqual([[4, 4]])
  })

  it('goes by the broker’s time for records without a timestamp', async () => {
    const fixture = new LogFixture({ retentionMs: DAY_MS })
    await fixture.append(batchOf({ timestamp: -1 }))
    fixture.log.updateHighWatermark(1)
    expect(fixture.log.applyRetention(fixture.clock.now() + DAY_MS)).toBe(0)
    expect(fixture.log.applyRetention(fixture.clock.now() + DAY_MS + 1)).toBe(1)
  })

  it('is off with −1', async () => {
    const fixture = new LogFixture({ retentionMs: -1 })
    await fixture.fill(3)
    expect(fixture.log.applyRetention(Number.MAX_SAFE_INTEGER)).toBe(0)
  })
})

describe('retention by size', () => {
  it('deletes the oldest segments as long as retention.bytes are left', async () => {
    const fixture = new LogFixture({ segmentBytes: SEGMENT_BYTES, retentionBytes: BATCH_BYTES * 4 })
    await fixture.fill(9)
    expect(fixture.log.applyRetention(fixture.clock.now())).toBe(1)
    expect(fixture.log.sizeInBytes).toBe(6 * BATCH_BYTES)
  })

  it('counts what age has deleted already', async () => {
    const limits = { segmentBytes: SEGMENT_BYTES, retentionMs: DAY_MS, retentionBytes: BATCH_BYTES * 3 }
    const fixture = new LogFixture(limits)
    await fixture.fill(3)
    fixture.clock.advance(2 * DAY_MS)
    await fixture.fill(6)
    expect(fixture.log.applyRetention(fixture.clock.now())).toBe(2)
    expect(fixture.log.logStartOffset).toBe(6)
  })
})

describe('retention', () => {
  it('never goes beyond the high watermark', async () => {
    const fixture = new LogFixture({ segmentBytes: SEGMENT_BYTES, retentionMs: 0 })
    for (let i = 0; i < 9; i++) await fixture.append(batchOf())
    fixture.log.updateHighWatermark(4)
    expect(fixture.log.applyRetention(Number.MAX_SAFE_INTEGER)).toBe(1)
    expect(fixture.log.logStartOffset).toBe(3)
  })

  it('spares what is appended but not committed', async () => {
    const fixture = new LogFixture({ retentionMs: 0 })
    await fixture.fill(2)
    appendTo(fixture.log, batchOf())
    expect(fixture.log.applyRetention(Number.MAX_SAFE_INTEGER)).toBe(0)
  })

  it('deletes segments below the log’s start, on compacted topics too', async () => {
    const fixture = new LogFixture({
      segmentBytes: SEGMENT_BYTES,
      cleanupPolicy: new Set(['compact']),
      retentionMs: 0,
    })
    await fixture.fill(9, { key: 'a', valueBytes: 7 })
    fixture.log.advanceLogStart(4)
    expect(fixture.log.applyRetention(Number.MAX_SAFE_INTEGER)).toBe(1)
    expect(fixture.log.logStartOffset).toBe(4)
  })

  it('survives a restart, with segments as they were', async () => {
    const fixture = new LogFixture({ segmentBytes: SEGMENT_BYTES, retentionBytes: BATCH_BYTES * 7 })
    await fixture.fill(12)
    expect(fixture.log.applyRetention(0)).toBe(1)
    const log = fixture.reopen()
    expect([log.logStartOffset, log.sizeInBytes, log.highWatermark]).toEqual([3, 9 * BATCH_BYTES, 12])
    await fixture.fill(3)
    expect(log.applyRetention(0)).toBe(1)
    expect(log.logStartOffset).toBe(6)
  })

  it('removes the rows in steps, and those a stop has left over after the next start', async () => {
    const fixture = new LogFixture({ segmentBytes: SEGMENT_BYTES, retentionBytes: 0 })
    await fixture.fill(9)
    expect(fixture.log.applyRetention(0)).toBe(3)
    expect(rowsIn(fixture)).toBe(9)
    fixture.reopen()
    fixture.clock.advance(1000)
    expect(rowsIn(fixture)).toBe(0)
  })

  it('runs by itself after half a minute and then every check interval', async () => {
    const fixture = new LogFixture({ retentionMs: 0 }, { logRetentionCheckIntervalMs: 60_000 })
    fixture.logs.startMaintenance()
    await fixture.fill(2)
    fixture.clock.advance(29_999)
    expect(fixture.log.logStartOffset).toBe(0)
    fixture.clock.advance(1)
    expect(fixture.log.logStartOffset).toBe(2)
    await fixture.fill(1)
    fixture.clock.advance(60_000)
    expect(fixture.log.logStartOffset).toBe(3)
  })

  it('follows a changed configuration', async () => {
    const fixture = new LogFixture({ retentionMs: -1 })
    await fixture.fill(2)
    fixture.logs.updateConfig('orders', { ...fixture.config, retentionMs: 0 })
    expect(fixture.log.applyRetention(Number.MAX_SAFE_INTEGER)).toBe(1)
  })
})

describe('segments roll', () => {
  it('after segment.ms by the records’ own time', async () => {
    const fixture = new LogFixture({ segmentMs: 1000, retentionBytes: 0 })
    for (const timestamp of [0, 1000, 1001, 1500]) await fixture.append(batchOf({ timestamp }))
    fixture.log.updateHighWatermark(2)
    expect(fixture.log.applyRetention(0)).toBe(1)
    expect(fixture.log.logStartOffset).toBe(2)
  })

  it('after segment.ms by the broker’s time where records have none', async () => {
    const fixture = new LogFixture({ segmentMs: 1000, retentionBytes: 0 })
    await fixture.append(batchOf({ timestamp: -1 }))
    fixture.clock.advance(1001)
    await fixture.append(batchOf({ timestamp: -1 }))
    fixture.log.updateHighWatermark(1)
    expect(fixture.log.applyRetention(fixture.clock.now())).toBe(1)
  })
})

describe('advancing the log’s start', () => {
  it('goes up to the high watermark and never back', async () => {
    const fixture = new LogFixture()
    await fixture.fill(5)
    await fixture.append(batchOf())
    const { log } = fixture
    expect(codeOf(() => log.advanceLogStart(6))).toBe(ErrorCode.OFFSET_OUT_OF_RANGE)
    expect([log.advanceLogStart(3), log.advanceLogStart(2), log.advanceLogStart(3)]).toEqual([
      true,
      false,
      false,
    ])
    await fixture.logs.committed()
    expect(fixture.reopen().logStartOffset).toBe(3)
  })
})

function rowsIn(fixture: LogFixture): number {
  const database = new Database(fixture.file, { readonly: true })
  const rows = database.prepare(`SELECT count(*) FROM batch_${fixture.log.slot}`).pluck().get() as number
  database.close()
  return rows
}
