import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { crc32c } from '../../src/broker/protocol/crc32c.ts'
import { ErrorCode } from '../../src/broker/protocol/errors.ts'
import { produce } from '../../src/broker/protocol/messages/00-produce.ts'
import { metadata } from '../../src/broker/protocol/messages/03-metadata.ts'
import { ZERO_UUID } from '../../src/broker/protocol/schema.ts'
import { BatchAttribute, Compression } from '../../src/broker/protocol/record-batch.ts'
import type { Client } from './client.ts'
import { append, fetchFrom, produceRequest, produceTo, valuesOf } from './data.ts'
import { useCluster } from './harness.ts'
import { batchOf, recordsIn } from './records.ts'
import { createTopic, type Topic } from './topics.ts'
import { since, versionsBefore, versionsFrom, versionsOf } from './versions.ts'

const cluster = useCluster()
const NO_LEADER_HINT = { leaderId: -1, leaderEpoch: -1 }

let topic: Topic
let client: Client

beforeAll(async () => {
  topic = await createTopic(cluster())
  client = await cluster().client()
})

describe.each(versionsOf(produce))('Produce v%i', (version) => {
  it.each([1, -1])('acks=%i appends a batch and tells its first offset', async (acks) => {
    const ownTopic = await createTopic(cluster())
    await append(client, ownTopic, batchOf(['before']))
    const answer = await client.call(
      produce,
      version,
      produceRequest(ownTopic, batchOf(['a', 'b']), { acks }),
    )
    expect(answer).toEqual({
      responses: [
        {
          name: since(13, version, '', ownTopic.name),
          topicId: since(13, version, ownTopic.id, ZERO_UUID),
          partitionResponses: [
            {
              index: 0,
              errorCode: ErrorCode.NONE,
              baseOffset: 1,
              logAppendTimeMs: -1,
              logStartOffset: since(5, version, 0, -1),
              recordErrors: [],
              errorMessage: null,
              currentLeader: NO_LEADER_HINT,
            },
          ],
        },
      ],
      throttleTimeMs: 0,
      nodeEndpoints: [],
    })
    expect(await valuesOf(client, ownTopic)).toEqual(['before', 'a', 'b'])
  })

  it('acks=0 answers nothing, and the batch is there', async () => {
    const ownTopic = await createTopic(cluster())
    const silent = await cluster().client()
    silent.send(produce, version, produceRequest(ownTopic, batchOf(['quiet']), { acks: 0 }))
    // The next answer belongs to the next request: `call` compares the correlation ids.
    await silent.call(metadata, 12, { topics: [] })
    expect(await valuesOf(client, ownTopic)).toEqual(['quiet'])
  })

  it('acks=0 closes the connection when a partition fails', async () => {
    const silent = await cluster().client()
    silent.send(
      produce,
      version,
      produceRequest({ name: 'nowhere', id: ZERO_UUID }, batchOf(['x']), { acks: 0 }),
    )
    await silent.closed
    expect(silent.untaken).toBe(0)
  })

  it('a piece of a batch behind a whole one is cut off, a batch cut short INVALID_RECORD', async () => {
    const ownTopic = await createTopic(cluster())
    const [whole, next] = [batchOf(['whole']), batchOf(['next'])]
    const more = Buffer.concat([whole, next.subarray(0, 30)])
    expect((await produceTo(client, ownTopic, more, { version })).errorCode).toBe(ErrorCode.NONE)
    const short = next.subarray(0, -1)
    expect((await produceTo(client, ownTopic, short, { version })).errorCode).toBe(ErrorCode.INVALID_RECORD)
    expect(await valuesOf(client, ownTopic)).toEqual(['whole'])
  })

  it.each([2, -2, 127])('acks=%i is INVALID_REQUIRED_ACKS, and nothing is appended', async (acks) => {
    const ownTopic = await createTopic(cluster())
    const { errorCode } = await produceTo(client, ownTopic, batchOf(['x']), { version, acks })
    expect(errorCode).toBe(ErrorCode.INVALID_REQUIRED_ACKS)
    expect(await valuesOf(client, ownTopic)).toEqual([])
  })

  it('a partition that does not exist is UNKNOWN_TOPIC_OR_PARTITION, beside one that does', async () => {
    const request = {
      acks: 1,
      timeoutMs: 5_000,
      topicData: [
        {
          name: topic.name,
          topicId: topic.id,
          partitionData: [
            { index: 7, records: batchOf(['x']) },
            { index: 0, records: batchOf(['x']) },
          ],
        },
      ],
    }
    const { responses } = await client.call(produce, version, request)
    const codes = responses[0]!.partitionResponses.map(({ index, errorCode }) => [index, errorCode])
    expect(codes).toEqual([
      [7, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION],
      [0, ErrorCode.NONE],
    ])
  })

  it('record errors and a message say what is wrong, from v8 on', async () => {
    const compacted = await createTopic(cluster(), { configs: { 'cleanup.policy': 'compact' } })
    const answer = await produceTo(client, compacted, batchOf(['no key', 'none here']), { version })
    expect(answer.errorCode).toBe(ErrorCode.INVALID_RECORD)
    expect(answer.recordErrors.map(({ batchIndex }) => batchIndex)).toEqual(since(8, version, [0, 1], []))
    expect(answer.errorMessage !== null).toBe(since(8, version, true, false))
  })
})

describe('Produce topics', () => {
  it.each(versionsBefore(produce, 13))(
    'v%i: an unknown name is UNKNOWN_TOPIC_OR_PARTITION',
    async (version) => {
      const { errorCode, baseOffset } = await produceTo(
        client,
        { name: 'nowhere', id: ZERO_UUID },
        batchOf(['x']),
        {
          version,
        },
      )
      expect([errorCode, baseOffset]).toEqual([ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, -1])
    },
  )

  it.each([ZERO_UUID, 'AAAAAAAAAAAAAAAAAAAAAQ'])('v13: the unknown id %s is UNKNOWN_TOPIC_ID', async (id) => {
    const { responses } = await client.call(produce, 13, produceRequest({ name: '', id }, batchOf(['x'])))
    expect(responses[0]!.topicId).toBe(id)
    expect(responses[0]!.partitionResponses[0]!.errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_ID)
  })

  it('__consumer_offsets is INVALID_TOPIC_EXCEPTION to clients', async () => {
    const offsets = await createTopic(cluster(), { name: '__consumer_offsets', partitions: -1, replicas: -1 })
    const { errorCode } = await produceTo(client, offsets, batchOf(['x'], { key: 'k' }), { version: 12 })
    expect(errorCode).toBe(ErrorCode.INVALID_TOPIC_EXCEPTION)
    const byId = await produceTo(client, offsets, batchOf(['x'], { key: 'k' }), { version: 13 })
    expect(byId.errorCode).toBe(ErrorCode.INVALID_TOPIC_EXCEPTION)
  })

  it('__transaction_state may be written to by __admin_client', async () => {
    const state = await createTopic(cluster(), { name: '__transaction_state', partitions: -1, replicas: -1 })
    const admin = await cluster().client(1, '__admin_client')
    const { errorCode } = await produceTo(admin, state, batchOf(['x'], { key: 'k' }))
    expect(errorCode).toBe(ErrorCode.NONE)
  })

  it('a partition named twice is INVALID_REQUEST each time', async () => {
    const partitionData = [
      { index: 0, records: batchOf(['x']) },
      { index: 0, records: batchOf(['y']) },
    ]
    const { responses } = await client.call(produce, 12, {
      acks: 1,
      timeoutMs: 5_000,
      topicData: [{ name: topic.name, partitionData }],
    })
    const codes = responses.flatMap(({ partitionResponses }) =>
      partitionResponses.map(({ errorCode }) => errorCode),
    )
    expect(codes).toEqual([ErrorCode.INVALID_REQUEST, ErrorCode.INVALID_REQUEST])
  })

  it('several topics and partitions are answered in the order of the request', async () => {
    const other = await createTopic(cluster(), { partitions: 3 })
    const { responses } = await client.call(produce, 12, {
      acks: 1,
      timeoutMs: 5_000,
      topicData: [
        { name: other.name, partitionData: [2, 0].map((index) => ({ index, records: batchOf(['x']) })) },
        { name: topic.name, partitionData: [{ index: 0, records: batchOf(['y']) }] },
      ],
    })
    const answered = responses.map(({ name, partitionResponses }) => [
      name,
      partitionResponses.map((p) => p.index),
    ])
    expect(answered).toEqual([
      [other.name, [2, 0]],
      [topic.name, [0]],
    ])
  })

  it('a request without any topic is answered with none', async () => {
    const { responses } = await client.call(produce, 13, { acks: -1, timeoutMs: 5_000, topicData: [] })
    expect(responses).toEqual([])
  })
})

describe('Produce batches', () => {
  it.each([
    ['no records (null)', ErrorCode.INVALID_RECORD, null],
    ['no records (empty)', ErrorCode.INVALID_RECORD, Buffer.alloc(0)],
    ['two batches', ErrorCode.INVALID_RECORD, Buffer.concat([batchOf(['a']), batchOf(['b'])])],
    ['a base offset other than 0', ErrorCode.INVALID_RECORD, batchOf(['a'], { baseOffset: 5 })],
    ['a message set of magic 1', ErrorCode.INVALID_RECORD, patched((batch) => batch.writeInt8(1, 16))],
    ['a message set of magic 0', ErrorCode.INVALID_RECORD, patched((batch) => batch.writeInt8(0, 16))],
    ['an unknown magic', ErrorCode.CORRUPT_MESSAGE, patched((batch) => batch.writeInt8(3, 16))],
    ['a wrong checksum', ErrorCode.CORRUPT_MESSAGE, patched((batch) => batch.writeUInt32BE(1, 17))],
    [
      'one bit turned in a value',
      ErrorCode.CORRUPT_MESSAGE,
      patched((batch) => (batch[batch.length - 2]! ^= 1)),
    ],
    ['a length that is too small', ErrorCode.CORRUPT_MESSAGE, patched((batch) => batch.writeInt32BE(3, 8))],
    ['a negative length', ErrorCode.CORRUPT_MESSAGE, patched((batch) => batch.writeInt32BE(-9, 8))],
    ['a control batch', ErrorCode.INVALID_RECORD, batchOf(['a'], { attributes: BatchAttribute.CONTROL })],
    ['an unknown compression', ErrorCode.UNSUPPORTED_COMPRESSION_TYPE, batchOf(['a'], { attributes: 6 })],
    ['more records than offsets', ErrorCode.INVALID_RECORD, signed((batch) => batch.writeInt32BE(0, 23))],
    ['more offsets than records', ErrorCode.INVALID_RECORD, batchOf(['a'], { lastOffsetDelta: 9 })],
    ['a negative number of records', ErrorCode.INVALID_RECORD, signed((batch) => batch.writeInt32BE(-1, 57))],
    ['a negative number of offsets', ErrorCode.INVALID_RECORD, signed((batch) => batch.writeInt32BE(-2, 23))],
    ['no records but a header', ErrorCode.INVALID_RECORD, batchOf([])],
    ['fewer records than the header says', ErrorCode.INVALID_RECORD, signed((batch) => grow(batch))],
    [
      'a producer id without a sequence',
      ErrorCode.INVALID_RECORD,
      batchOf(['a'], { producerId: 5, producerEpoch: 0 }),
    ],
  ])('%s: refused, and nothing is appended', async (_what, code, records) => {
    const ownTopic = await createTopic(cluster())
    const answer = await produceTo(client, ownTopic, records)
    expect([answer.errorCode, answer.baseOffset]).toEqual([code, -1])
    expect(await valuesOf(client, ownTopic)).toEqual([])
  })

  it('more than max.message.bytes is MESSAGE_TOO_LARGE, exactly that many are taken', async () => {
    const fitting = batchOf(['x'.repeat(1_000)])
    const configs = { 'max.message.bytes': String(fitting.length) }
    const small = await createTopic(cluster(), { configs })
    const taken = await produceTo(client, small, fitting)
    const refused = await produceTo(client, small, batchOf(['x'.repeat(1_001)]))
    expect([taken.errorCode, refused.errorCode]).toEqual([ErrorCode.NONE, ErrorCode.MESSAGE_TOO_LARGE])
  })

  it('more than segment.bytes is RECORD_LIST_TOO_LARGE', async () => {
    const configs = { 'max.message.bytes': '4000000', 'segment.bytes': '1048576' }
    const small = await createTopic(cluster(), { configs })
    const { errorCode } = await produceTo(client, small, batchOf(['x'.repeat(1_100_000)]))
    expect(errorCode).toBe(ErrorCode.RECORD_LIST_TOO_LARGE)
  })

  it.each(versionsBefore(produce, 7))('v%i: zstd is UNSUPPORTED_COMPRESSION_TYPE', async (version) => {
    const records = batchOf(['x'], { attributes: Compression.ZSTD })
    const { errorCode } = await produceTo(client, topic, records, { version })
    expect(errorCode).toBe(ErrorCode.UNSUPPORTED_COMPRESSION_TYPE)
  })

  it.each(versionsFrom(produce, 7))('v%i: zstd is taken', async (version) => {
    const records = batchOf(['x'], { attributes: Compression.ZSTD })
    const { errorCode } = await produceTo(client, await createTopic(cluster()), records, { version })
    expect(errorCode).toBe(ErrorCode.NONE)
  })

  it('a compressed batch is kept and served as it came, but for its offset and epoch', async () => {
    const ownTopic = await createTopic(cluster())
    await append(client, ownTopic, batchOf(['first']))
    const records = gzipped(batchOf(['a', 'b', 'c']))
    await append(client, ownTopic, records)
    const fetched = (await fetchFrom(client, ownTopic, { offset: 1 })).records!
    expect(fetched.readBigInt64BE(0)).toBe(1n)
    expect(fetched.readInt32BE(12)).toBe(0)
    expect(fetched.subarray(16).equals(records.subarray(16))).toBe(true)
    expect(recordsIn(fetched).map(({ offset, value }) => [offset, String(value)])).toEqual([
      [1, 'a'],
      [2, 'b'],
      [3, 'c'],
    ])
  })

  it.each([
    ['without a transactional id', null, ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED],
    ['with one nobody has begun', 'transfers', ErrorCode.INVALID_PRODUCER_ID_MAPPING],
  ])('a transactional batch %s is refused', async (_what, transactionalId, code) => {
    const attributes = BatchAttribute.TRANSACTIONAL
    const records = batchOf(['x'], { attributes, producerId: 1, producerEpoch: 0, baseSequence: 0 })
    const answer = await client.call(produce, 12, { ...produceRequest(topic, records), transactionalId })
    expect(answer.responses[0]!.partitionResponses[0]!.errorCode).toBe(code)
  })

  it('a compacted topic refuses records without a key and names them', async () => {
    const compacted = await createTopic(cluster(), { configs: { 'cleanup.policy': 'compact' } })
    const keyed = await produceTo(client, compacted, batchOf(['v'], { key: 'k' }))
    const keyless = await produceTo(client, compacted, gzipped(batchOf(['a', 'b'])))
    expect(keyed.errorCode).toBe(ErrorCode.NONE)
    expect(keyless.errorCode).toBe(ErrorCode.INVALID_RECORD)
    expect(keyless.recordErrors.map(({ batchIndex }) => batchIndex)).toEqual([0, 1])
  })
})

describe('Produce timestamps', () => {
  it('more than message.timestamp.after.max.ms (an hour) ahead is INVALID_TIMESTAMP', async () => {
    const ahead = batchOf(['x'], { timestamp: Date.now() + 3_700_000 })
    const answer = await produceTo(client, topic, ahead)
    expect(answer.errorCode).toBe(ErrorCode.INVALID_TIMESTAMP)
    expect(answer.recordErrors.map(({ batchIndex }) => batchIndex)).toEqual([0])
  })

  it('more than message.timestamp.before.max.ms behind is INVALID_TIMESTAMP, -1 is exempt', async () => {
    const configs = { 'message.timestamp.before.max.ms': '60000' }
    const strict = await createTopic(cluster(), { configs })
    const old = await produceTo(client, strict, batchOf(['x'], { timestamp: Date.now() - 70_000 }))
    const none = await produceTo(client, strict, batchOf(['x'], { timestamp: -1 }))
    expect([old.errorCode, none.errorCode]).toEqual([ErrorCode.INVALID_TIMESTAMP, ErrorCode.NONE])
  })

  it.each(versionsOf(produce))('v%i: LogAppendTime is told, and is that of the records', async (version) => {
    const configs = { 'message.timestamp.type': 'LogAppendTime' }
    const stamped = await createTopic(cluster(), { configs })
    const earliest = Date.now()
    const answer = await produceTo(client, stamped, batchOf(['x'], { timestamp: 1_000 }), { version })
    expect(answer.errorCode).toBe(ErrorCode.NONE)
    expect(answer.logAppendTimeMs).toBeGreaterThanOrEqual(earliest)
    const [record] = recordsIn((await fetchFrom(client, stamped)).records)
    expect(record!.timestamp).toBe(answer.logAppendTimeMs)
  })
})

/** A batch changed after its checksum was made. */
function patched(change: (batch: Buffer) => unknown): Buffer {
  const batch = batchOf(['a', 'b'])
  change(batch)
  return batch
}

/** A batch changed, with a checksum that is right. */
function signed(change: (batch: Buffer) => unknown): Buffer {
  const batch = patched(change)
  batch.writeUInt32BE(crc32c(batch.subarray(21)), 17)
  return batch
}

/** Says that there are three records and three offsets where there are two. */
function grow(batch: Buffer): void {
  batch.writeInt32BE(2, 23)
  batch.writeInt32BE(3, 57)
}

function gzipped(batch: Buffer): Buffer {
  const compressed = Buffer.concat([batch.subarray(0, 61), gzipSync(batch.subarray(61))])
  compressed.writeInt32BE(compressed.length - 12, 8)
  compressed.writeInt16BE(Compression.GZIP, 21)
  compressed.writeUInt32BE(crc32c(compressed.subarray(21)), 17)
  return compressed
}
