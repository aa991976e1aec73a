import { crc32c } from '@node-rs/crc32'
import { describe, expect, it } from 'vitest'
import { RecordValidationError } from '../../../src/broker/log/partition-log.ts'
import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import {
  BatchAttribute,
  Compression,
  decodeRecords,
  readBatchHeader,
  verifyCrc,
} from '../../../src/broker/protocol/record-batch.ts'
import { appendTo, batchOf, codeOf, LogFixture, offsetsOf, readAll, replicated } from './log-fixture.ts'

describe('a leader’s append', () => {
  it('assigns offsets one after the other and stamps its epoch, outside of the checksum', async () => {
    const { log, logs } = new LogFixture()
    const first = appendTo(log, batchOf({ records: 3 }), { leaderEpoch: 7 })
    const second = appendTo(log, batchOf({ records: 2 }), { leaderEpoch: 7 })
    await logs.committed()
    expect([first.baseOffset, first.lastOffset]).toEqual([0, 2])
    expect([second.baseOffset, second.lastOffset]).toEqual([3, 4])
    const [, stored] = readAll(log)
    const header = readBatchHeader(stored!, 0)
    expect(header).toMatchObject({ baseOffset: 3, partitionLeaderEpoch: 7 })
    expect(verifyCrc(stored!, 0, header)).toBe(true)
    expect(log.latestEpoch).toBe(7)
  })

  it('is invisible until it is committed', async () => {
    const { log, logs } = new LogFixture()
    appendTo(log, batchOf())
    expect([log.logEndOffset, log.nextOffset]).toEqual([0, 1])
    expect(log.read(0, 1000, Infinity, true).batches).toEqual([])
    await logs.committed()
    expect(log.logEndOffset).toBe(1)
    expect(readAll(log)).toHaveLength(1)
  })

  const refusals: [string, number, Buffer][] = [
    ['no batch at all', ErrorCode.INVALID_RECORD, Buffer.alloc(0)],
    ['two batches', ErrorCode.INVALID_RECORD, Buffer.concat([batchOf(), batchOf()])],
    ['a base offset other than 0', ErrorCode.INVALID_RECORD, batchOf({ baseOffset: 5 })],
    ['a cut batch', ErrorCode.CORRUPT_MESSAGE, batchOf().subarray(0, 70)],
    ['a changed byte', ErrorCode.CORRUPT_MESSAGE, changed(batchOf(), 65)],
    ['a control batch', ErrorCode.INVALID_RECORD, batchOf({ attributes: BatchAttribute.CONTROL })],
    ['a producer without a sequence', ErrorCode.INVALID_RECORD, batchOf({ producerId: 4, producerEpoch: 0 })],
    ['more offsets than records', ErrorCode.INVALID_RECORD, batchOf({ lastOffsetDelta: 3 })],
    ['no records', ErrorCode.INVALID_RECORD, batchOf({ records: 0 })],
    ['records beyond those counted', ErrorCode.INVALID_RECORD, withRecordCount(batchOf({ records: 3 }), 2)],
    ['fewer records than counted', ErrorCode.INVALID_RECORD, withRecordCount(batchOf({ records: 3 }), 4)],
    ['offsets out of order within', ErrorCode.INVALID_RECORD, withOffsetDeltas([1, 0])],
    ['a future timestamp', ErrorCode.INVALID_TIMESTAMP, batchOf({ timestamp: 3_600_001 })],
  ]
  it.each(refusals)('refuses %s', (_what, code, records) => {
    const { log } = new LogFixture()
    expect(codeOf(() => appendTo(log, records))).toBe(code)
    expect(log.nextOffset).toBe(0)
  })

  it('refuses a batch over max.message.bytes', () => {
    const { log } = new LogFixture({ maxMessageBytes: 200 })
    expect(codeOf(() => appendTo(log, batchOf({ valueBytes: 200 })))).toBe(ErrorCode.MESSAGE_TOO_LARGE)
  })

  it('refuses a batch over segment.bytes', () => {
    const { log } = new LogFixture({ segmentBytes: 200 })
    expect(codeOf(() => appendTo(log, batchOf({ valueBytes: 200 })))).toBe(ErrorCode.RECORD_LIST_TOO_LARGE)
  })

  it('takes control batches from coordinators', () => {
    const { log } = new LogFixture()
    const records = batchOf({ attributes: BatchAttribute.CONTROL })
    expect(appendTo(log, records, { origin: 'coordinator' }).baseOffset).toBe(0)
  })

  it('names the records without a key on a compacted topic', () => {
    const { log } = new LogFixture({ cleanupPolicy: new Set(['compact']) })
    const refused = () => appendTo(log, batchOf({ records: 2 }))
    expect(refused).toThrow(RecordValidationError)
    expect(refused).toThrow(expect.objectContaining({ code: ErrorCode.INVALID_RECORD }))
    expect(refused).toThrow(
      expect.objectContaining({
        recordErrors: [expect.objectContaining({ batchIndex: 0 }), expect.anything()],
      }),
    )
    expect(appendTo(log, batchOf({ records: 2, key: 'a' })).lastOffset).toBe(1)
  })

  it('lets compressed batches of codecs it cannot open pass on a compacted topic', () => {
    const { log } = new LogFixture({ cleanupPolicy: new Set(['compact']) })
    expect(appendTo(log, batchOf({ attributes: Compression.LZ4 })).baseOffset).toBe(0)
  })

  it('judges compressed batches by the timestamps in the header', () => {
    const { log } = new LogFixture()
    const records = batchOf({ attributes: Compression.ZSTD, timestamp: 3_600_001 })
    expect(codeOf(() => appendTo(log, records))).toBe(ErrorCode.INVALID_TIMESTAMP)
  })

  it('refuses timestamps older than message.timestamp.before.max.ms, but not −1', () => {
    const { log } = new LogFixture({ messageTimestampBeforeMaxMs: 1000 })
    const nowMs = 10_000
    expect(codeOf(() => appendTo(log, batchOf({ timestamp: 8999 }), { nowMs }))).toBe(
      ErrorCode.INVALID_TIMESTAMP,
    )
    expect(appendTo(log, batchOf({ timestamp: 9000 }), { nowMs }).baseOffset).toBe(0)
    expect(appendTo(log, batchOf({ timestamp: -1 }), { nowMs }).baseOffset).toBe(1)
  })

  it('takes the LogAppendTime bit off what a producer sends, as Kafka does', async () => {
    const { log, logs } = new LogFixture()
    appendTo(log, batchOf({ attributes: BatchAttribute.LOG_APPEND_TIME, timestamp: 50 }))
    await logs.committed()
    const stored = readAll(log)[0]!
    expect(readBatchHeader(stored, 0)).toMatchObject({ timestampType: 'CreateTime', maxTimestamp: 50 })
    expect(verifyCrc(stored, 0, readBatchHeader(stored, 0))).toBe(true)
  })

  it('refuses that bit where the topic stamps itself, record by record', () => {
    const { log } = new LogFixture({ messageTimestampType: 'LogAppendTime' })
    const records = batchOf({ attributes: BatchAttribute.LOG_APPEND_TIME, records: 2 })
    expect(() => appendTo(log, records)).toThrowError(
      expect.objectContaining({
        code: ErrorCode.INVALID_TIMESTAMP,
        recordErrors: [
          { batchIndex: 0, message: expect.any(String) as string },
          { batchIndex: 1, message: expect.any(String) as string },
        ],
      }),
    )
  })

  it('stamps LogAppendTime and says so', async () => {
    const { log, logs } = new LogFixture({ messageTimestampType: 'LogAppendTime' })
    const appended = appendTo(log, batchOf({ timestamp: 5 }), { nowMs: 777 })
    await logs.committed()
    expect(appended.logAppendTimeMs).toBe(777)
    const [stored] = readAll(log)
    const header = readBatchHeader(stored!, 0)
    expect(header).toMatchObject({ maxTimestamp: 777, timestampType: 'LogAppendTime' })
    expect(verifyCrc(stored!, 0, header)).toBe(true)
    expect(decodeRecords(stored!)[0]?.timestamp).toBe(777)
  })

  it('corrects a newest timestamp the producer got wrong', async () => {
    const { log, logs } = new LogFixture()
    const records = batchOf({ timestamp: 50 })
    records.writeBigInt64BE(3n, 35)
    withChecksum(records)
    appendTo(log, records, { nowMs: 100 })
    await logs.committed()
    expect(readBatchHeader(readAll(log)[0]!, 0).maxTimestamp).toBe(50)
  })
})

describe('a follower’s append', () => {
  it('keeps offsets and epochs, gaps included', async () => {
    const { log, logs } = new LogFixture()
    const records = Buffer.concat([replicated(4, 2, { records: 2 }), replicated(10, 3)])
    expect(log.appendAsFollower(records, 3)).toEqual({ lastOffset: 10 })
    await logs.committed()
    expect(Buffer.concat(readAll(log))).toEqual(records)
    expect([log.epochAt(4), log.epochAt(10), log.logEndOffset]).toEqual([2, 3, 11])
  })

  it('never goes backwards', () => {
    const { log } = new LogFixture()
    log.appendAsFollower(replicated(0, 0, { records: 3 }), 0)
    expect(codeOf(() => log.appendAsFollower(replicated(2, 0), 0))).toBe(ErrorCode.UNKNOWN_SERVER_ERROR)
    expect(log.nextOffset).toBe(3)
  })

  it('takes nothing of an answer with a damaged batch in it', () => {
    const { log } = new LogFixture()
    const records = Buffer.concat([replicated(0, 0), changed(replicated(1, 0), 65)])
    expect(codeOf(() => log.appendAsFollower(records, 0))).toBe(ErrorCode.CORRUPT_MESSAGE)
    expect(log.nextOffset).toBe(0)
  })

  it('stops before a batch of an epoch it does not know yet (KAFKA-18723)', () => {
    const { log } = new LogFixture()
    const records = Buffer.concat([replicated(0, 4), replicated(1, 5), replicated(2, 4)])
    expect(log.appendAsFollower(records, 4)).toEqual({ lastOffset: 0 })
  })

  it('leaves a batch cut off by the fetch limit for the next fetch', () => {
    const { log } = new LogFixture()
    const records = Buffer.concat([replicated(0, 0), replicated(1, 0).subarray(0, 40)])
    expect(log.appendAsFollower(records, 0)).toEqual({ lastOffset: 0 })
  })

  it('bears timestamps beyond all time', async () => {
    const { log, logs } = new LogFixture()
    const records = [replicated(0, 0), replicated(1, 0)]
    for (const [index, time] of [-(2n ** 63n), 2n ** 63n - 1n].entries()) {
      records[index]!.writeBigInt64BE(time, 35)
      withChecksum(records[index]!)
    }
    log.appendAsFollower(Buffer.concat(records), 0)
    await logs.committed()
    expect(readAll(log)).toEqual(records)
  })

  it('has no limits of size or time: the leader has judged', () => {
    const { log } = new LogFixture({ maxMessageBytes: 10, segmentBytes: 10 })
    const records = replicated(0, 0, { timestamp: Number.MAX_SAFE_INTEGER })
    expect(log.appendAsFollower(records, 0)).toEqual({ lastOffset: 0 })
  })
})

describe('reading', () => {
  it('returns whole batches from the one that holds the offset', async () => {
    const fixture = new LogFixture()
    for (let i = 0; i < 4; i++) await fixture.append(batchOf({ records: 5 }))
    expect(offsetsOf(fixture.log.read(7, 1e9, Infinity, true).batches)).toEqual([
      [5, 9],
      [10, 14],
      [15, 19],
    ])
  })

  const stores = [
    ['from memory', 1_000_000],
    ['from the database', 0],
  ] as const
  describe.each(stores)('%s', (_where, tailCacheBytes) => {
    async function filled(): Promise<LogFixture> {
      const fixture = new LogFixture({}, { tailCacheBytes })
      for (let i = 0; i < 5; i++) await fixture.append(batchOf({ records: 2 }))
      return fixture
    }
    const size = batchOf({ records: 2 }).length

    it('stops at the byte limit', async () => {
      const { log } = await filled()
      expect(offsetsOf(log.read(0, size * 2, Infinity, false).batches)).toEqual([
        [0, 1],
        [2, 3],
      ])
      expect(log.read(0, size * 2 + size - 1, Infinity, false).sizeInBytes).toBe(size * 2)
    })

    it('returns the first batch over the limit only if asked to', async () => {
      const { log } = await filled()
      expect(log.read(0, 1, Infinity, false).batches).toEqual([])
      expect(offsetsOf(log.read(0, 1, Infinity, true).batches)).toEqual([[0, 1]])
      expect(offsetsOf(log.read(0, 0, Infinity, true).batches)).toEqual([[0, 1]])
    })

    it('returns no batch which starts at or after the upper bound', async () => {
      const { log } = await filled()
      expect(offsetsOf(log.read(4, 1e9, 6, true).batches)).toEqual([[4, 5]])
      expect(offsetsOf(log.read(4, 1e9, 7, true).batches)).toEqual([
        [4, 5],
        [6, 7],
      ])
      expect(log.read(6, 1e9, 6, true).batches).toEqual([])
    })

    it('skips a gap', async () => {
      const { log, logs } = await filled()
      log.appendAsFollower(replicated(20, 0), 0)
      await logs.committed()
      expect(offsetsOf(log.read(12, 1e9, Infinity, true).batches)).toEqual([[20, 20]])
    })

    it('has nothing at the end and OFFSET_OUT_OF_RANGE beyond it and before the start', async () => {
      const { log } = await filled()
      log.updateHighWatermark(10)
      log.advanceLogStart(4)
      expect(log.read(10, 1e9, Infinity, true).batches).toEqual([])
      expect(codeOf(() => log.read(11, 1e9, Infinity, true))).toBe(ErrorCode.OFFSET_OUT_OF_RANGE)
      expect(codeOf(() => log.read(3, 1e9, Infinity, true))).toBe(ErrorCode.OFFSET_OUT_OF_RANGE)
      expect(offsetsOf(log.read(4, 1, Infinity, true).batches)).toEqual([[4, 5]])
    })
  })
})

function changed(records: Buffer, position: number): Buffer {
  records[position] = (records[position] ?? 0) ^ 0xff
  return records
}

function withRecordCount(records: Buffer, count: number): Buffer {
  records.writeInt32BE(count, 57)
  records.writeInt32BE(count - 1, 23)
  return withChecksum(records)
}

function withOffsetDeltas(deltas: [number, number]): Buffer {
  const records = batchOf({ records: 2, valueBytes: 1 })
  const header = readBatchHeader(records, 0)
  const recordBytes = (header.sizeInBytes - 61) / 2
  // Length, attributes and timestamp delta take a byte each here; then comes the offset delta, zigzag.
  records[61 + 3] = deltas[0] * 2
  records[61 + recordBytes + 3] = deltas[1] * 2
  return withChecksum(records)
}

function withChecksum(records: Buffer): Buffer {
  records.writeUInt32BE(crc32c(records.subarray(21)), 17)
  return records
}
