/** The fixed part of a record batch, and the rules by which bytes are no batch at all. */
import { BatchAttribute, LENGTH_OVERHEAD, MAGIC, OFFSET } from './batch-layout.ts'
import type { CompressionType } from './batch-layout.ts'
import { crc32c } from './crc32c.ts'
import { ErrorCode, KafkaError } from './errors.ts'
import { readInt64 } from './int64.ts'

export interface BatchHeader {
  readonly baseOffset: number
  readonly batchLength: number
  /** The whole batch, from the base offset on. */
  readonly sizeInBytes: number
  readonly partitionLeaderEpoch: number
  readonly magic: number
  readonly crc: number
  readonly attributes: number
  readonly lastOffsetDelta: number
  readonly lastOffset: number
  readonly baseTimestamp: number
  readonly maxTimestamp: number
  readonly producerId: number
  readonly producerEpoch: number
  readonly baseSequence: number
  readonly lastSequence: number
  readonly recordCount: number
  readonly compression: CompressionType
  readonly isTransactional: boolean
  readonly isControl: boolean
  readonly timestampType: 'CreateTime' | 'LogAppendTime'
}

const MAX_INT32 = 2 ** 31 - 1
/** What a batch without an idempotent producer has in its sequence. */
const NO_SEQUENCE = -1

/** The header of the batch at `position`; the batch has to be there to its last byte. */
export function readBatchHeader(buffer: Buffer, position: number): BatchHeader {
  const size = sizeOfBatch(buffer, position)
  if (size === null || position + size > buffer.length) throw corrupt('the batch is cut off')

  const magic = buffer.readInt8(position + OFFSET.magic)
  // Message sets of Kafka < 0.11. Not corrupt: a client would send those again for ever.
  if (magic === 0 || magic === 1) throw new KafkaError(ErrorCode.INVALID_RECORD, `record magic ${magic}`)
  if (magic !== MAGIC) throw corrupt(`record magic ${magic}`)

  const baseOffset = readInt64(buffer, position + OFFSET.baseOffset)
  const attributes = buffer.readInt16BE(position + OFFSET.attributes)
  const lastOffsetDelta = buffer.readInt32BE(position + OFFSET.lastOffsetDelta)
  const baseSequence = buffer.readInt32BE(position + OFFSET.baseSequence)
  const recordCount = buffer.readInt32BE(position + OFFSET.recordCount)
  if (lastOffsetDelta < 0) throw impossible(buffer, position, size, `last offset delta ${lastOffsetDelta}`)
  if (recordCount < 0) throw impossible(buffer, position, size, `${recordCount} records`)

  return {
    baseOffset,
    batchLength: size - LENGTH_OVERHEAD,
    sizeInBytes: size,
    partitionLeaderEpoch: buffer.readInt32BE(position + OFFSET.partitionLeaderEpoch),
    magic,
    crc: buffer.readUInt32BE(position + OFFSET.crc),
    attributes,
    lastOffsetDelta,
    lastOffset: baseOffset + lastOffsetDelta,
    baseTimestamp: readInt64(buffer, position + OFFSET.baseTimestamp),
    maxTimestamp: readInt64(buffer, position + OFFSET.maxTimestamp),
    producerId: readInt64(buffer, position + OFFSET.producerId),
    producerEpoch: buffer.readInt16BE(position + OFFSET.producerEpoch),
    baseSequence,
    lastSequence: baseSequence === NO_SEQUENCE ? NO_SEQUENCE : addToSequence(baseSequence, lastOffsetDelta),
    recordCount,
    compression: compressionOf(attributes),
    isTransactional: (attributes & BatchAttribute.TRANSACTIONAL) !== 0,
    isControl: (attributes & BatchAttribute.CONTROL) !== 0,
    timestampType: (attributes & BatchAttribute.LOG_APPEND_TIME) === 0 ? 'CreateTime' : 'LogAppendTime',
  }
}

/** From the base offset to the last record. Null when not even the length is there. */
export function sizeOfBatch(buffer: Buffer, position: number): number | null {
  if (position + LENGTH_OVERHEAD > buffer.length) return null
  const size = LENGTH_OVERHEAD + buffer.readInt32BE(position + OFFSET.batchLength)
  if (size < OFFSET.records) throw corrupt(`a batch of ${size} bytes`)
  return size
}

/** Sequences run to 2^31-1 and then start from 0. */
function addToSequence(sequence: number, increment: number): number {
  const sum = sequence + increment
  return sum > MAX_INT32 ? sum - MAX_INT32 - 1 : sum
}

function compressionOf(attributes: number): CompressionType {
  const codec = attributes & BatchAttribute.COMPRESSION_MASK
  if (codec > 4) throw new KafkaError(ErrorCode.UNSUPPORTED_COMPRESSION_TYPE, `compression codec ${codec}`)
  return codec as CompressionType
}

/**
 * Damage, which sending again may mend, if the checksum says so too; else what the producer made, and will make
 * again: a retriable code would have it send that for ever.
 */
function impossible(buffer: Buffer, position: number, size: number, message: string): KafkaError {
  const isDamaged =
    crc32c(buffer.subarray(position + OFFSET.attributes, position + size)) !==
    buffer.readUInt32BE(position + OFFSET.crc)
  return isDamaged ? corrupt(message) : new KafkaError(ErrorCode.INVALID_RECORD, message)
}

function corrupt(message: string): KafkaError {
  return new KafkaError(ErrorCode.CORRUPT_MESSAGE, message)
}
