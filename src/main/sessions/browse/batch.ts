import { readInt64 } from './bytes.ts'
import { CODECS, decompress } from './compression.ts'

// Where the fields of a record batch (format 2, KIP-98) lie.
const BATCH_LENGTH = 8
const LEADER_EPOCH = 12
const MAGIC = 16
const ATTRIBUTES = 21
const LAST_OFFSET_DELTA = 23
const BASE_TIMESTAMP = 27
const MAX_TIMESTAMP = 35
const PRODUCER_ID = 43
const PRODUCER_EPOCH = 51
const BASE_SEQUENCE = 53
const RECORD_COUNT = 57
const HEADER_BYTES = 61
/** Offset and length, which every format begins with. */
const PREFIX_BYTES = 12

const COMPRESSION_MASK = 0x07
const LOG_APPEND_TIME = 0x08
const TRANSACTIONAL = 0x10
const CONTROL = 0x20

/** A batch whose records are still bytes. */
export interface Batch {
  baseOffset: number
  lastOffset: number
  baseTimestamp: number
  maxTimestamp: number
  isLogAppendTime: boolean
  isTransactional: boolean
  isControl: boolean
  producerId: number
  codec: number
  recordCount: number
  /** From its first byte in what was fetched, for what only an opened record needs. */
  raw: Buffer
}

/** The batches in a Fetch answer. A cut one at the end is left out, it is fetched again from its start. */
export function batchesIn(records: Buffer): Batch[] {
  const batches: Batch[] = []
  let position = 0
  while (position + PREFIX_BYTES <= records.length) {
    const end = position + PREFIX_BYTES + records.readInt32BE(position + BATCH_LENGTH)
    if (end > records.length) break
    batches.push(batchAt(records.subarray(position, end)))
    position = end
  }
  return batches
}

function batchAt(raw: Buffer): Batch {
  const magic = raw[MAGIC]
  const baseOffset = readInt64(raw, 0)
  if (magic !== 2 || raw.length < HEADER_BYTES) return oldFormat(raw, baseOffset)
  const attributes = raw.readInt16BE(ATTRIBUTES)
  return {
    baseOffset,
    lastOffset: baseOffset + raw.readInt32BE(LAST_OFFSET_DELTA),
    baseTimestamp: readInt64(raw, BASE_TIMESTAMP),
    maxTimestamp: readInt64(raw, MAX_TIMESTAMP),
    isLogAppendTime: (attributes & LOG_APPEND_TIME) !== 0,
    isTransactional: (attributes & TRANSACTIONAL) !== 0,
    isControl: (attributes & CONTROL) !== 0,
    producerId: readInt64(raw, PRODUCER_ID),
    codec: attributes & COMPRESSION_MASK,
    recordCount: raw.readInt32BE(RECORD_COUNT),
    raw,
  }
}

/** Kept as something that cannot be decoded, so that its offset is shown. Brokers of Kafka 4 have none of these. */
function oldFormat(raw: Buffer, baseOffset: number): Batch {
  return {
    baseOffset,
    lastOffset: baseOffset,
    baseTimestamp: -1,
    maxTimestamp: -1,
    isLogAppendTime: false,
    isTransactional: false,
    isControl: false,
    producerId: -1,
    codec: 0,
    recordCount: 1,
    raw,
  }
}

/** The bytes of a batch's records, one after the other; throws where they cannot be had. */
export function recordBytes(batch: Batch): Buffer {
  if (batch.raw[MAGIC] !== 2)
    throw new Error(`Message format ${batch.raw[MAGIC] ?? 0} is older than Kafka 0.11.`)
  return decompress(batch.codec, batch.raw.subarray(HEADER_BYTES))
}

/** What only the view of one record shows. */
export function batchDetails({ raw, codec, baseOffset, recordCount, isTransactional }: Batch) {
  return {
    baseOffset,
    records: recordCount,
    sizeInBytes: raw.length,
    compression: CODECS[codec] ?? String(codec),
    leaderEpoch: raw.readInt32BE(LEADER_EPOCH),
    producerId: String(raw.readBigInt64BE(PRODUCER_ID)),
    producerEpoch: raw.readInt16BE(PRODUCER_EPOCH),
    baseSequence: raw.readInt32BE(BASE_SEQUENCE),
    isTransactional,
  }
}

/**
 * Leaves out what transactions wrote that were aborted, as a read_committed consumer does. Every Fetch answer names
 * all aborted transactions that reach into it, so each can be looked at alone.
 */
export function withoutAborted(
  batches: Batch[],
  aborted: readonly { producerId: number; firstOffset: number }[],
): Batch[] {
  if (aborted.length === 0) return batches
  const ahead = [...aborted].sort((one, other) => one.firstOffset - other.firstOffset)
  const open = new Set<number>()
  return batches.filter((batch) => {
    while (ahead[0] && ahead[0].firstOffset <= batch.lastOffset) open.add(ahead.shift()!.producerId)
    if (batch.isControl) open.delete(batch.producerId)
    return !(batch.isTransactional && !batch.isControl && open.has(batch.producerId))
  })
}
