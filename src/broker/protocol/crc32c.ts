/** CRC-32C (Castagnoli), the checksum of record batches; native, as every produced byte goes through it. */
import { crc32c as native } from '@node-rs/crc32'

export function crc32c(buffer: Buffer): number {
  return native(buffer)
}
