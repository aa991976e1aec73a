import type { Connection, Reader } from '@platformatic/kafka'
import { Writer } from '@platformatic/kafka'
import type { Isolation } from '../../../shared/ipc/browse.ts'
import { ByteReader } from './bytes.ts'

export const FETCH_KEY = 1
/** From Kafka 1.1 to today. Version 12 brings another encoding and 13 topic ids, neither of use here. */
export const FETCH_VERSIONS = { oldest: 7, newest: 11 }

const HAS_LEADER_EPOCH = 9
const HAS_RACK = 11
const CONSUMER = -1
const NO_SESSION = 0
const FINAL_EPOCH = -1
const NO_EPOCH = -1
const NO_OFFSET = -1n

export interface FetchRequest {
  topic: string
  isolation: Isolation
  maxWaitMs: number
  minBytes: number
  maxBytes: number
  partitions: { partition: number; offset: number; maxBytes: number }[]
}

export interface FetchedPartition {
  partition: number
  errorCode: number
  highWatermark: number
  lastStableOffset: number
  logStartOffset: number
  aborted: { producerId: number; firstOffset: number }[]
  /** Whole record batches as the broker has them, the last one maybe cut. */
  records: Buffer
}

/** One Fetch, without a fetch session, its record batches left as bytes: the Kafka client would decode them all. */
export function fetchRecords(
  connection: Connection,
  version: number,
  request: FetchRequest,
): Promise<FetchedPartition[]> {
  return new Promise((resolve, reject) => {
    connection.send<FetchedPartition[]>(
      FETCH_KEY,
      version,
      () => write(request, version),
      (_correlationId, _key, _version, reader) => parse(reader, version),
      false,
      false,
      (error, fetched) => (error ? reject(error) : resolve(fetched ?? [])),
    )
  })
}

function write(request: FetchRequest, version: number): Writer {
  const writer = Writer.create()
    .appendInt32(CONSUMER)
    .appendInt32(request.maxWaitMs)
    .appendInt32(request.minBytes)
    .appendInt32(request.maxBytes)
    .appendInt8(request.isolation === 'read_committed' ? 1 : 0)
    .appendInt32(NO_SESSION)
    .appendInt32(FINAL_EPOCH)
    .appendInt32(1)
    .appendString(request.topic, false)
    .appendInt32(request.partitions.length)
  for (const { partition, offset, maxBytes } of request.partitions) {
    writer.appendInt32(partition)
    if (version >= HAS_LEADER_EPOCH) writer.appendInt32(NO_EPOCH)
    writer.appendInt64(BigInt(offset)).appendInt64(NO_OFFSET).appendInt32(maxBytes)
  }
  writer.appendInt32(0)
  if (version >= HAS_RACK) writer.appendString('', false)
  return writer
}

const EVERYTHING = -1

function parse(received: Reader, version: number): FetchedPartition[] {
  const reader = new ByteReader(received.buffer.slice(received.position))
  reader.int32() // throttled for so long already
  const errorCode = reader.int16()
  reader.int32() // session
  const topics = reader.array(() => {
    reader.string()
    return reader.array(() => parsePartition(reader, version))
  })
  const partitions = topics.flat()
  if (errorCode === 0) return partitions
  return [{ ...NOTHING, partition: EVERYTHING, errorCode }]
}

const NOTHING: FetchedPartition = {
  partition: 0,
  errorCode: 0,
  highWatermark: -1,
  lastStableOffset: -1,
  logStartOffset: -1,
  aborted: [],
  records: Buffer.alloc(0),
}

function parsePartition(reader: ByteReader, version: number): FetchedPartition {
  const partition = reader.int32()
  const errorCode = reader.int16()
  const highWatermark = reader.int64()
  const lastStableOffset = reader.int64()
  const logStartOffset = reader.int64()
  const aborted = reader.array(() => ({ producerId: reader.int64(), firstOffset: reader.int64() }))
  if (version >= HAS_RACK) reader.int32() // the replica to prefer, which only consumers with a rack are told
  return {
    partition,
    errorCode,
    highWatermark,
    lastStableOffset,
    logStartOffset,
    aborted,
    records: reader.blob(),
  }
}
