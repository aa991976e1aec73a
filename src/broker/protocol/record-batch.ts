/**
 * Record batches, the unit everything but a viewer works with: read the header, check the sum, patch what the
 * leader decides. None of it touches the records, which `batch-records.ts` opens.
 */
import { readBatchHeader, sizeOfBatch } from './batch-header.ts'
import type { BatchHeader } from './batch-header.ts'
import { BatchAttribute, OFFSET } from './batch-layout.ts'
import { crc32c } from './crc32c.ts'
import { writeInt64 } from './int64.ts'

export { readBatchHeader } from './batch-header.ts'
export type { BatchHeader } from './batch-header.ts'
export { BatchAttribute, Compression } from './batch-layout.ts'
export { decodeRecords, encodeBatch } from './batch-records.ts'
export type { BatchInput, DecodedRecord, RecordInput } from './batch-records.ts'

/**
 * The batches of a record set in order. A partial batch at the end is not an error but the end: a fetch may cut
 * the last batch off at its byte limit.
 */
export function* batchesIn(buffer: Buffer): Generator<{ position: number; header: BatchHeader }, void> {
  let position = 0
  for (;;) {
    const size = sizeOfBatch(buffer, position)
    if (size === null || position + size > buffer.length) return
    yield { position, header: readBatchHeader(buffer, position) }
    position += size
  }
}

/** Writes what the leader decides into a stored batch. Both fields lie outside the CRC, so it stays valid. */
export function patchBatch(
  buffer: Buffer,
  position: number,
  patch: { readonly baseOffset: number; readonly leaderEpoch: number },
): void {
  writeInt64(buffer, position + OFFSET.baseOffset, patch.baseOffset)
  buffer.writeInt32BE(patch.leaderEpoch, position + OFFSET.partitionLeaderEpoch)
}

export function verifyCrc(buffer: Buffer, position: number, header: BatchHeader): boolean {
  return checksum(buffer, position, header.sizeInBytes) === header.crc
}

/** Sets the batch's newest timestamp and whose clock it is by. This lies inside the CRC, which is made anew. */
export function setMaxTimestamp(
  buffer: Buffer,
  position: number,
  timestamp: number,
  logAppendTime: boolean,
): void {
  const { attributes, sizeInBytes } = readBatchHeader(buffer, position)
  const bit = BatchAttribute.LOG_APPEND_TIME
  buffer.writeInt16BE(logAppendTime ? attributes | bit : attributes & ~bit, position + OFFSET.attributes)
  writeInt64(buffer, position + OFFSET.maxTimestamp, timestamp)
  buffer.writeUInt32BE(checksum(buffer, position, sizeInBytes), position + OFFSET.crc)
}

function checksum(buffer: Buffer, position: number, size: number): number {
  return crc32c(buffer.subarray(position + OFFSET.attributes, position + size))
}
