import { ErrorCode, KafkaError } from '../protocol/errors.ts'
import { batchesIn } from '../protocol/record-batch.ts'
import type { IncomingBatch } from './log-contents.ts'
import { decodeMarker } from './transaction-marker.ts'
import { validateForFollower } from './validation.ts'

/**
 * The batches of a fetch answer which a follower whose log ends at `nextOffset` takes. Those from the first one of
 * an epoch above `maxEpoch` on are left out. Gaps are the leader's business; going backwards is not.
 */
export function fetchedBatches(records: Buffer, nextOffset: number, maxEpoch: number): IncomingBatch[] {
  const incoming: IncomingBatch[] = []
  let expected = nextOffset
  for (const { position, header } of batchesIn(records)) {
    const { baseOffset, partitionLeaderEpoch: leaderEpoch, maxTimestamp } = header
    if (leaderEpoch > maxEpoch) break
    validateForFollower(records, position, header)
    if (baseOffset < expected) {
      throw new KafkaError(
        ErrorCode.UNKNOWN_SERVER_ERROR,
        `A fetched batch starts at offset ${baseOffset}, where ${expected} or more is due.`,
      )
    }
    const data = records.subarray(position, position + header.sizeInBytes)
    const marker = header.isControl && header.producerId >= 0 ? decodeMarker(data, header) : null
    incoming.push({ data, header, baseOffset, leaderEpoch, maxTimestamp, marker })
    expected = header.lastOffset + 1
  }
  return incoming
}
