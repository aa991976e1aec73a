/** The records inside a batch: made for the engine's own topics, opened for validation and viewing. */
import { readBatchHeader } from './batch-header.ts'
import type { BatchHeader } from './batch-header.ts'
import { LENGTH_OVERHEAD, MAGIC, OFFSET } from './batch-layout.ts'
import { decompress } from './compression.ts'
import { crc32c } from './crc32c.ts'
import { ErrorCode, KafkaError } from './errors.ts'
import { writeInt64 } from './int64.ts'
import { DecodeError, Reader } from './reader.ts'
import { Writer } from './writer.ts'

export interface RecordHeader {
  readonly key: string
  readonly value: Buffer | null
}

export interface RecordInput {
  readonly timestamp: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers?: readonly RecordHeader[]
  /** Distance to the base offset; without it the record's place in the list. */
  readonly offsetDelta?: number
}

export interface BatchInput {
  readonly baseOffset?: number
  readonly partitionLeaderEpoch?: number
  /** Bits of `BatchAttribute`; compression is not done here, so its bits must be clear. */
  readonly attributes?: number
  readonly producerId?: number
  readonly producerEpoch?: number
  readonly baseSequence?: number
  readonly baseTimestamp?: number
  /** Compaction keeps a batch's offset range although its last record is gone; otherwise leave this out. */
  readonly lastOffsetDelta?: number
  readonly records: readonly RecordInput[]
}

export interface DecodedRecord {
  readonly offset: number
  readonly timestamp: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: RecordHeader[]
}

const NO_TIMESTAMP = -1
/** Length, attributes, two deltas, key, value and header count, one byte each. */
const MIN_RECORD_SIZE = 7

export function encodeBatch(batch: BatchInput): Buffer {
  const { records } = batch
  const baseTimestamp = batch.baseTimestamp ?? records[0]?.timestamp ?? NO_TIMESTAMP
  let lastOffsetDelta = batch.lastOffsetDelta ?? 0
  let maxTimestamp = NO_TIMESTAMP
  const writer = new Writer()
  for (const [index, record] of records.entries()) {
    const offsetDelta = record.offsetDelta ?? index
    lastOffsetDelta = Math.max(lastOffsetDelta, offsetDelta)
    maxTimestamp = Math.max(maxTimestamp, record.timestamp)
    writeRecord(writer, record, record.timestamp - baseTimestamp, offsetDelta)
  }

  const size = OFFSET.records + writer.size
  const header = Buffer.alloc(OFFSET.records)
  writeInt64(header, OFFSET.baseOffset, batch.baseOffset ?? 0)
  header.writeInt32BE(size - LENGTH_OVERHEAD, OFFSET.batchLength)
  header.writeInt32BE(batch.partitionLeaderEpoch ?? -1, OFFSET.partitionLeaderEpoch)
  header.writeInt8(MAGIC, OFFSET.magic)
  header.writeInt16BE(batch.attributes ?? 0, OFFSET.attributes)
  header.writeInt32BE(lastOffsetDelta, OFFSET.lastOffsetDelta)
  writeInt64(header, OFFSET.baseTimestamp, baseTimestamp)
  writeInt64(header, OFFSET.maxTimestamp, maxTimestamp)
  writeInt64(header, OFFSET.producerId, batch.producerId ?? -1)
  header.writeInt16BE(batch.producerEpoch ?? -1, OFFSET.producerEpoch)
  header.writeInt32BE(batch.baseSequence ?? -1, OFFSET.baseSequence)
  header.writeInt32BE(records.length, OFFSET.recordCount)

  const result = Buffer.concat([header, ...writer.chunks()], size)
  result.writeUInt32BE(crc32c(result.subarray(OFFSET.attributes)), OFFSET.crc)
  return result
}

/** All records of the batch at `position`. Keys and values are views of the buffer if it is not compressed. */
export function decodeRecords(buffer: Buffer, position = 0): DecodedRecord[] {
  const header = readBatchHeader(buffer, position)
  const payload = buffer.subarray(position + OFFSET.records, position + header.sizeInBytes)
  const reader = new Reader(decompress(header.compression, payload))
  const { recordCount } = header
  if (recordCount * MIN_RECORD_SIZE > reader.remaining) {
    throw invalid(`${recordCount} records in ${reader.remaining} bytes`)
  }
  const records: DecodedRecord[] = []
  try {
    for (let i = 0; i < recordCount; i++) records.push(readRecord(reader, header))
  } catch (error) {
    throw error instanceof DecodeError ? invalid(error.message) : error
  }
  if (reader.remaining > 0) throw invalid(`${reader.remaining} bytes after the last record`)
  return records
}

function readRecord(reader: Reader, header: BatchHeader): DecodedRecord {
  const length = reader.varint()
  const end = reader.skip(length) + length
  reader.position = end - length
  // Attributes of a single record have no meaning so far.
  reader.int8()
  const timestampDelta = reader.varint()
  const offset = header.baseOffset + reader.varint()
  const key = readVarBytes(reader)
  const value = readVarBytes(reader)
  const headers = readHeaders(reader)
  if (reader.position !== end) throw new DecodeError(`record ends at ${reader.position}, not ${end}`)
  const { timestampType, baseTimestamp, maxTimestamp } = header
  const timestamp = timestampType === 'LogAppendTime' ? maxTimestamp : baseTimestamp + timestampDelta
  return { offset, timestamp, key, value, headers }
}

function readHeaders(reader: Reader): RecordHeader[] {
  const count = reader.varint()
  if (count < 0 || count * 2 > reader.remaining) throw new DecodeError(`${count} record headers`)
  const headers: RecordHeader[] = []
  for (let i = 0; i < count; i++) {
    const key = reader.utf8(reader.varint())
    headers.push({ key, value: readVarBytes(reader) })
  }
  return headers
}

function readVarBytes(reader: Reader): Buffer | null {
  const length = reader.varint()
  return length === -1 ? null : reader.bytes(length)
}

function writeRecord(writer: Writer, record: RecordInput, timestampDelta: number, offsetDelta: number): void {
  const content = new Writer()
  content.int8(0)
  content.varint(timestampDelta)
  content.varint(offsetDelta)
  writeVarBytes(content, record.key)
  writeVarBytes(content, record.value)
  const headers = record.headers ?? []
  content.varint(headers.length)
  for (const { key, value } of headers) {
    writeVarBytes(content, Buffer.from(key))
    writeVarBytes(content, value)
  }
  writer.varint(content.size)
  writer.append(content)
}

function writeVarBytes(writer: Writer, value: Buffer | null): void {
  if (value === null) return writer.varint(-1)
  writer.varint(value.length)
  writer.bytes(value)
}

function invalid(message: string): KafkaError {
  return new KafkaError(ErrorCode.INVALID_RECORD, message)
}
