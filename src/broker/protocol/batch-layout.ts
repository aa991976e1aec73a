/** Where the fields of a record batch lie (magic 2, KIP-98). */
export const OFFSET = {
  baseOffset: 0,
  batchLength: 8,
  partitionLeaderEpoch: 12,
  magic: 16,
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  baseSequence: 53,
  recordCount: 57,
  records: 61,
} as const

/** `batchLength` counts what follows it: everything but the base offset and itself. */
export const LENGTH_OVERHEAD = 12

/** The only layout since Kafka 0.11, and the only one brokers of version 4 take. */
export const MAGIC = 2

/** The bits of a batch's `attributes`. */
export const BatchAttribute = {
  COMPRESSION_MASK: 0x07,
  /** Set: the broker's clock (LogAppendTime). Clear: the producer's (CreateTime). */
  LOG_APPEND_TIME: 0x08,
  TRANSACTIONAL: 0x10,
  CONTROL: 0x20,
} as const

export const Compression = { NONE: 0, GZIP: 1, SNAPPY: 2, LZ4: 3, ZSTD: 4 } as const
export type CompressionType = (typeof Compression)[keyof typeof Compression]
