import { encodeBatch } from '../../../src/broker/protocol/record-batch.ts'

export const PARTITIONS = 3
/** Offsets of each batch, so that base offset ÷ this is its number. */
export const RECORDS = 4

/** The batch a producer sends as number `offset / RECORDS`, of a size of its own. */
export function numberedBatch(partition: number, offset: number): Buffer {
  const number = offset / RECORDS
  const valueBytes = 50 + ((number * 7919) % 9000)
  return encodeBatch({
    producerId: partition,
    producerEpoch: 0,
    baseSequence: offset,
    records: Array.from({ length: RECORDS }, (_, index) => ({
      timestamp: 1_600_000_000_000 + number,
      key: Buffer.from(`${partition}-${number}-${index}`),
      value: Buffer.alloc(valueBytes, number & 0xff),
    })),
  })
}
