/** Opens the compressed records of a batch. */
import { gunzipSync } from 'node:zlib'
import { Compression } from './batch-layout.ts'
import type { CompressionType } from './batch-layout.ts'
import { ErrorCode, KafkaError } from './errors.ts'

/** A megabyte of gzip can hold a gigabyte of zeroes; a batch that big is an attack, not data. */
const MAX_DECOMPRESSED = 128 * 1024 * 1024

export function decompress(compression: CompressionType, payload: Buffer): Buffer {
  if (compression === Compression.NONE) return payload
  if (compression === Compression.GZIP) return gunzip(payload)
  throw new KafkaError(ErrorCode.UNSUPPORTED_COMPRESSION_TYPE, `compression codec ${compression}`)
}

function gunzip(payload: Buffer): Buffer {
  try {
    return gunzipSync(payload, { maxOutputLength: MAX_DECOMPRESSED })
  } catch (error) {
    if (error instanceof RangeError) {
      throw new KafkaError(
        ErrorCode.MESSAGE_TOO_LARGE,
        `the batch inflates to more than ${MAX_DECOMPRESSED} bytes`,
      )
    }
    throw new KafkaError(ErrorCode.CORRUPT_MESSAGE, 'the gzip stream is damaged')
  }
}
