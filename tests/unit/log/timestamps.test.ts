import { describe, expect, it } from 'vitest'
import { Compression, encodeBatch } from '../../../src/broker/protocol/record-batch.ts'
import { appendTo, batchOf, LogFixture, replicated } from './log-fixture.ts'

function recordsAt(...timestamps: number[]): Buffer {
  return encodeBatch({
    records: timestamps.map((timestamp) => ({ timestamp, key: null, value: Buffer.from('v') })),
  })
}

describe('the offset for a timestamp', () => {
  it('is the first record’s of that time or later, within its batch', async () => {
    const fixture = new LogFixture()
    await fixture.append(recordsAt(10, 20, 30), 1)
    await fixture.append(recordsAt(25, 40), 2)
    const { log } = fixture
    expect(log.offsetForTimestamp(0)).toEqual({ offset: 0, timestamp: 10, leaderEpoch: 1 })
    expect(log.offsetForTimestamp(20)).toEqual({ offset: 1, timestamp: 20, leaderEpoch: 1 })
    expect(log.offsetForTimestamp(21)).toEqual({ offset: 2, timestamp: 30, leaderEpoch: 1 })
    expect(log.offsetForTimestamp(31)).toEqual({ offset: 4, timestamp: 40, leaderEpoch: 2 })
    expect(log.offsetForTimestamp(41)).toBeNull()
  })

  it('leaves out what lies before the log’s start', async () => {
    const fixture = new LogFixture()
    await fixture.append(recordsAt(50, 10))
    await fixture.append(recordsAt(5, 60))
    fixture.log.updateHighWatermark(4)
    fixture.log.advanceLogStart(1)
    expect(fixture.log.offsetForTimestamp(20)).toMatchObject({ offset: 3, timestamp: 60 })
  })

  it('is found through segments and index entries', async () => {
    const fixture = new LogFixture({ segmentBytes: 50_000 })
    for (let i = 0; i < 2500; i++) appendTo(fixture.log, batchOf({ timestamp: i * 10 }), { nowMs: 100_000 })
    await fixture.logs.committed()
    const found = () =>
      [0, 1, 2555, 12_340, 24_990].map((time) => fixture.log.offsetForTimestamp(time)?.offset)
    expect(found()).toEqual([0, 1, 256, 1234, 2499])
    fixture.reopen()
    expect(found()).toEqual([0, 1, 256, 1234, 2499])
    fixture.log.truncateTo(1300)
    expect(fixture.log.offsetForTimestamp(12_340)?.offset).toBe(1234)
    expect(fixture.log.offsetForTimestamp(13_000)).toBeNull()
  })

  it('sees what is appended but not committed, by committing it', () => {
    const { log } = new LogFixture()
    appendTo(log, recordsAt(10))
    expect(log.offsetForTimestamp(5)?.offset).toBe(0)
    expect(log.logEndOffset).toBe(1)
  })

  it('is the batch’s first where records are compressed in a way the broker cannot open', async () => {
    const { log, logs } = new LogFixture()
    log.appendAsFollower(replicated(7, 0, { records: 3, timestamp: 90, attributes: Compression.LZ4 }), 0)
    await logs.committed()
    expect(log.offsetForTimestamp(80)).toEqual({ offset: 7, timestamp: 90, leaderEpoch: 0 })
  })

  it('is that of the whole batch with LogAppendTime', async () => {
    const fixture = new LogFixture({ messageTimestampType: 'LogAppendTime' })
    await fixture.append(recordsAt(1, 2, 3))
    expect(fixture.log.offsetForTimestamp(100)).toMatchObject({ offset: 0, timestamp: fixture.clock.now() })
  })
})

describe('the offset of the newest timestamp', () => {
  it('is the first record’s that has it', async () => {
    const fixture = new LogFixture({ segmentBytes: 200 })
    await fixture.append(recordsAt(10, 99, 30))
    await fixture.append(recordsAt(99))
    expect(fixture.log.maxTimestampOffset()).toEqual({ offset: 1, timestamp: 99, leaderEpoch: 0 })
  })

  it('is null without records, or without a timestamp in them', async () => {
    const fixture = new LogFixture()
    expect(fixture.log.maxTimestampOffset()).toBeNull()
    await fixture.append(batchOf({ timestamp: -1 }))
    expect(fixture.log.maxTimestampOffset()).toBeNull()
  })
})
