/** Record batches as producers send them. */
import { batchesIn, decodeRecords, encodeBatch } from '../../src/broker/protocol/record-batch.ts'
import type { BatchInput, DecodedRecord } from '../../src/broker/protocol/record-batch.ts'

export interface RecordOptions extends Omit<BatchInput, 'records'> {
  /** Of every record; without it the present. */
  timestamp?: number
  /** Of every record; null without it. */
  key?: string
}

/** One batch with a record for each value. */
export function batchOf(values: readonly string[], options: RecordOptions = {}): Buffer {
  const { timestamp = Date.now(), key, ...batch } = options
  return encodeBatch({
    ...batch,
    records: values.map((value) => ({
      timestamp,
      key: key === undefined ? null : Buffer.from(key),
      value: Buffer.from(value),
    })),
  })
}

/** A batch of one record of about this many bytes. */
export function batchOfSize(bytes: number): Buffer {
  return batchOf(['x'.repeat(bytes)])
}

/** Every record of a fetched record set. */
export function recordsIn(records: Buffer | null): DecodedRecord[] {
  const buffer = records ?? Buffer.alloc(0)
  return [...batchesIn(buffer)].flatMap(({ position }) => decodeRecords(buffer, position))
}

export function valuesIn(records: Buffer | null): string[] {
  return recordsIn(records).map(({ value }) => String(value))
}

/** How many batches a fetched record set has. */
export function batchCount(records: Buffer | null): number {
  return [...batchesIn(records ?? Buffer.alloc(0))].length
}
