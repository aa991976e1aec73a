import { createRequire } from 'node:module'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { crc32c } from '../../../src/broker/protocol/crc32c.ts'
import { ErrorCode, KafkaError } from '../../../src/broker/protocol/errors.ts'
import {
  BatchAttribute,
  batchesIn,
  decodeRecords,
  encodeBatch,
} from '../../../src/broker/protocol/record-batch.ts'
import {
  patchBatch,
  readBatchHeader,
  setMaxTimestamp,
  verifyCrc,
} from '../../../src/broker/protocol/record-batch.ts'
import type { RecordInput } from '../../../src/broker/protocol/record-batch.ts'
import { int, randomBytes, randomFrom } from './sample.ts'

const T = 1_700_000_000_000

const three: RecordInput[] = [
  { timestamp: T, key: Buffer.from('a'), value: Buffer.from('one') },
  {
    timestamp: T + 20,
    key: null,
    value: null,
    headers: [
      { key: 'h', value: null },
      { key: '', value: Buffer.from('x') },
    ],
  },
  { timestamp: T + 10, key: Buffer.alloc(0), value: Buffer.alloc(3000, 7) },
]

function codeOf(action: () => unknown): number | undefined {
  try {
    action()
  } catch (error) {
    if (error instanceof KafkaError) return error.code
    throw error
  }
  return undefined
}

/** The same records, compressed: what no encoder here makes. */
function compressed(codec: number, payload: Buffer, plain: Buffer): Buffer {
  const batch = Buffer.concat([plain.subarray(0, 61), payload])
  batch.writeInt32BE(batch.length - 12, 8)
  batch.writeInt16BE(codec, 21)
  batch.writeUInt32BE(crc32c(batch.subarray(21)), 17)
  return batch
}

describe('a batch', () => {
  it('is these bytes', () => {
    const batch = encodeBatch({ records: [{ timestamp: 0, key: null, value: Buffer.from('v') }] })
    expect(batch.toString('hex').replace(/(.{34})(.{8})/, '$1[crc]')).toBe(
      '0000000000000000' +
        '00000039' +
        'ffffffff' +
        '02' +
        '[crc]' + // base offset, length, epoch, magic
        '0000' +
        '00000000' +
        '0000000000000000' +
        '0000000000000000' + // attributes, last delta, timestamps
        'ffffffffffffffff' +
        'ffff' +
        'ffffffff' +
        '00000001' + // producer, sequence, count
        '0e' +
        '00' +
        '00' +
        '00' +
        '01' +
        '02' +
        '76' +
        '00', // the record
    )
    expect(batch.readUInt32BE(17)).toBe(crc32c(batch.subarray(21)))
  })

  it('has the header it was made with', () => {
    const batch = encodeBatch({
      baseOffset: 2 ** 40,
      partitionLeaderEpoch: 6,
      attributes: BatchAttribute.TRANSACTIONAL | BatchAttribute.CONTROL,
      producerId: 4001,
      producerEpoch: 3,
      baseSequence: 10,
      records: three,
    })
    const header = readBatchHeader(batch, 0)
    expect(header).toEqual({
      baseOffset: 2 ** 40,
      batchLength: batch.length - 12,
      sizeInBytes: batch.length,
      partitionLeaderEpoch: 6,
      magic: 2,
      crc: crc32c(batch.subarray(21)),
      attributes: 0x30,
      lastOffsetDelta: 2,
      lastOffset: 2 ** 40 + 2,
      baseTimestamp: T,
      maxTimestamp: T + 20,
      producerId: 4001,
      producerEpoch: 3,
      baseSequence: 10,
      lastSequence: 12,
      recordCount: 3,
      compression: 0,
      isTransactional: true,
      isControl: true,
      timestampType: 'CreateTime',
    })
    expect(verifyCrc(batch, 0, header)).toBe(true)
  })

  it('gives its records back', () => {
    const padded = Buffer.concat([Buffer.alloc(5), encodeBatch({ baseOffset: 100, records: three })])
    expect(decodeRecords(padded, 5)).toEqual([
      { offset: 100, timestamp: T, key: Buffer.from('a'), value: Buffer.from('one'), headers: [] },
      { offset: 101, timestamp: T + 20, key: null, value: null, headers: three[1]?.headers },
      { offset: 102, timestamp: T + 10, key: Buffer.alloc(0), value: Buffer.alloc(3000, 7), headers: [] },
    ])
  })

  it('keeps offsets with gaps, and a range longer than its records', () => {
    const records = [3, 7].map((offsetDelta) => ({ timestamp: T, key: null, value: null, offsetDelta }))
    const batch = encodeBatch({ baseOffset: 10, records })
    expect(decodeRecords(batch).map(({ offset }) => offset)).toEqual([13, 17])
    expect(readBatchHeader(batch, 0)).toMatchObject({ lastOffset: 17, recordCount: 2 })
    expect(readBatchHeader(encodeBatch({ baseOffset: 10, lastOffsetDelta: 9, records }), 0).lastOffset).toBe(
      19,
    )
    expect(decodeRecords(encodeBatch({ lastOffsetDelta: 4, records: [] }))).toEqual([])
  })

  it('survives a round trip of anything', () => {
    const random = randomFrom(5)
    for (let round = 0; round < 30; round++) {
      const baseOffset = int(random, 0, 2 ** 45)
      const records = Array.from({ length: 1 + Math.floor(random() * 20) }, () => ({
        timestamp: int(random, 0, 4e12),
        key: random() < 0.3 ? null : randomBytes(random, 50),
        value: random() < 0.1 ? null : randomBytes(random, 2000),
        headers: Array.from({ length: Math.floor(random() * 3) }, (_, i) => ({
          key: `h${i}`,
          value: randomBytes(random, 9),
        })),
      }))
      const batch = encodeBatch({ baseOffset, records })
      expect(decodeRecords(batch)).toEqual(
        records.map((record, i) => ({ offset: baseOffset + i, ...record })),
      )
      expect(verifyCrc(batch, 0, readBatchHeader(batch, 0))).toBe(true)
    }
  })

  it('wraps its sequence as Kafka does', () => {
    const last = (baseSequence: number) =>
      readBatchHeader(encodeBatch({ baseSequence, records: three }), 0).lastSequence
    expect(last(2 ** 31 - 3)).toBe(2 ** 31 - 1)
    expect(last(2 ** 31 - 2)).toBe(0)
    expect(last(2 ** 31 - 1)).toBe(1)
    expect(last(-1)).toBe(-1)
  })
})

describe('what the leader writes into a batch', () => {
  it('does not touch what the checksum covers', () => {
    const set = Buffer.concat([encodeBatch({ records: three }), encodeBatch({ records: three })])
    const [, second] = [...batchesIn(set)]
    patchBatch(set, second!.position, { baseOffset: 77, leaderEpoch: 9 })
    const header = readBatchHeader(set, second!.position)
    expect(header).toMatchObject({ baseOffset: 77, lastOffset: 79, partitionLeaderEpoch: 9 })
    expect(verifyCrc(set, second!.position, header)).toBe(true)
    expect(readBatchHeader(set, 0).baseOffset).toBe(0)
  })

  it('is a new timestamp and checksum for LogAppendTime', () => {
    const batch = encodeBatch({ attributes: BatchAttribute.TRANSACTIONAL, records: three })
    setMaxTimestamp(batch, 0, T + 999, true)
    const header = readBatchHeader(batch, 0)
    expect(header).toMatchObject({
      maxTimestamp: T + 999,
      timestampType: 'LogAppendTime',
      isTransactional: true,
    })
    expect(verifyCrc(batch, 0, header)).toBe(true)
    expect(decodeRecords(batch).map(({ timestamp }) => timestamp)).toEqual([T + 999, T + 999, T + 999])
    setMaxTimestamp(batch, 0, T + 20, false)
    expect(batch).toEqual(encodeBatch({ attributes: BatchAttribute.TRANSACTIONAL, records: three }))
  })
})

describe('a record set', () => {
  it('ends at a partial batch', () => {
    const batch = encodeBatch({ records: three })
    const set = Buffer.concat([batch, batch])
    const count = (end: number) => [...batchesIn(set.subarray(0, end))].length
    expect(count(set.length)).toBe(2)
    expect(count(set.length - 1)).toBe(1)
    expect(count(batch.length + 11)).toBe(1)
    expect(count(5)).toBe(0)
    expect(count(0)).toBe(0)
  })

  it('is corrupt when a length is', () => {
    const batch = encodeBatch({ records: three })
    for (const length of [-1, 0, 48, -(2 ** 31)]) {
      batch.writeInt32BE(length, 8)
      expect(codeOf(() => [...batchesIn(batch)])).toBe(ErrorCode.CORRUPT_MESSAGE)
    }
  })
})

describe('bytes that are no batch', () => {
  const broken = (change: (batch: Buffer) => void) => {
    const batch = encodeBatch({ records: three })
    change(batch)
    return codeOf(() => readBatchHeader(batch, 0))
  }

  it('are refused with the code that fits', () => {
    expect(codeOf(() => readBatchHeader(Buffer.alloc(0), 0))).toBe(ErrorCode.CORRUPT_MESSAGE)
    expect(codeOf(() => readBatchHeader(encodeBatch({ records: three }).subarray(0, -1), 0))).toBe(
      ErrorCode.CORRUPT_MESSAGE,
    )
    expect(broken((batch) => batch.writeInt8(3, 16))).toBe(ErrorCode.CORRUPT_MESSAGE)
    expect(broken((batch) => batch.writeInt8(1, 16))).toBe(ErrorCode.INVALID_RECORD)
    expect(broken((batch) => batch.writeInt32BE(-1, 23))).toBe(ErrorCode.CORRUPT_MESSAGE)
    expect(broken((batch) => batch.writeInt32BE(-1, 57))).toBe(ErrorCode.CORRUPT_MESSAGE)
    expect(broken((batch) => batch.writeInt16BE(5, 21))).toBe(ErrorCode.UNSUPPORTED_COMPRESSION_TYPE)
  })

  it('fail the checksum whichever bit is wrong', () => {
    const random = randomFrom(1)
    for (let round = 0; round < 200; round++) {
      const batch = encodeBatch({ records: three })
      const at = 21 + Math.floor(random() * (batch.length - 21))
      batch[at]! ^= 1 << Math.floor(random() * 8)
      const code = codeOf(() => expect(verifyCrc(batch, 0, readBatchHeader(batch, 0))).toBe(false))
      expect([undefined, ErrorCode.CORRUPT_MESSAGE, ErrorCode.UNSUPPORTED_COMPRESSION_TYPE]).toContain(code)
    }
  })

  it('never get past decodeRecords as anything but a KafkaError', () => {
    const random = randomFrom(2)
    for (let round = 0; round < 2000; round++) {
      const batch = encodeBatch({ records: three.slice(0, 2) })
      for (let i = 0; i < 3; i++)
        batch[57 + Math.floor(random() * (batch.length - 57))] = Math.floor(random() * 256)
      codeOf(() => decodeRecords(batch))
    }
  })

  it('may not claim more records or headers than fit', () => {
    const batch = encodeBatch({ records: three })
    batch.writeInt32BE(2 ** 31 - 1, 57)
    expect(codeOf(() => decodeRecords(batch))).toBe(ErrorCode.INVALID_RECORD)
    batch.writeInt32BE(2, 57)
    expect(codeOf(() => decodeRecords(batch))).toBe(ErrorCode.INVALID_RECORD)
  })
})

describe('a compressed batch', () => {
  const plain = encodeBatch({ baseOffset: 5, records: three })

  it('opens when it is gzip', () => {
    const batch = compressed(1, gzipSync(plain.subarray(61)), plain)
    expect(decodeRecords(batch)).toEqual(decodeRecords(plain))
    expect(readBatchHeader(batch, 0).compression).toBe(1)
  })

  it('is corrupt when the stream is', () => {
    const payload = gzipSync(plain.subarray(61))
    expect(codeOf(() => decodeRecords(compressed(1, payload.subarray(0, -9), plain)))).toBe(
      ErrorCode.CORRUPT_MESSAGE,
    )
    expect(codeOf(() => decodeRecords(compressed(1, Buffer.from('nonsense'), plain)))).toBe(
      ErrorCode.CORRUPT_MESSAGE,
    )
  })

  it('is refused when it would inflate without end', () => {
    const bomb = gzipSync(Buffer.alloc(140 * 1024 * 1024))
    expect(codeOf(() => decodeRecords(compressed(1, bomb, plain)))).toBe(ErrorCode.MESSAGE_TOO_LARGE)
  })

  it.each([2, 3, 4])('of codec %i is not supported yet', (codec) => {
    expect(codeOf(() => decodeRecords(compressed(codec, plain.subarray(61), plain)))).toBe(
      ErrorCode.UNSUPPORTED_COMPRESSION_TYPE,
    )
  })
})

describe('a batch of kafkajs', () => {
  const require = createRequire(import.meta.url)
  const Record = require('kafkajs/src/protocol/recordBatch/record/v0/index.js') as (record: object) => object
  const { RecordBatch } = require('kafkajs/src/protocol/recordBatch/v0/index.js') as {
    RecordBatch: (batch: object) => Promise<{ buffer: Buffer }>
  }

  it.each([
    ['uncompressed', 0],
    ['gzip', 1],
  ])('decodes, %s', async (_name, compression) => {
    const records = [
      Record({ offsetDelta: 0, timestampDelta: 0, key: 'k', value: 'one', headers: { trace: ['a', 'b'] } }),
      Record({ offsetDelta: 1, timestampDelta: 4, key: null, value: 'ünï', headers: {} }),
    ]
    const { buffer } = await RecordBatch({
      compression,
      records,
      firstOffset: 0,
      firstTimestamp: T,
      maxTimestamp: T + 4,
      producerId: 12,
      producerEpoch: 1,
      firstSequence: 3,
      transactional: true,
      lastOffsetDelta: 1,
    })
    const header = readBatchHeader(buffer, 0)
    expect(verifyCrc(buffer, 0, header)).toBe(true)
    expect(header).toMatchObject({
      compression,
      isTransactional: true,
      producerId: 12,
      lastSequence: 4,
      recordCount: 2,
    })
    expect(decodeRecords(buffer)).toEqual([
      {
        offset: 0,
        timestamp: T,
        key: Buffer.from('k'),
        value: Buffer.from('one'),
        headers: [
          { key: 'trace', value: Buffer.from('a') },
          { key: 'trace', value: Buffer.from('b') },
        ],
      },
      { offset: 1, timestamp: T + 4, key: null, value: Buffer.from('ünï'), headers: [] },
    ])
  })
})
