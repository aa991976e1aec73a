import { decodeRecords } from '../protocol/record-batch.ts'
import type { BatchHeader } from '../protocol/record-batch.ts'
import type { TransactionMarker } from './producer-state.ts'

export interface DecodedMarker extends TransactionMarker {
  isAbort: boolean
}

/** Types of control records; others (Raft's) never stand in a partition's log. */
const ABORT = 0
const COMMIT = 1

/** The marker in a control batch (ControlRecordType, EndTransactionMarker); null for control records of other kinds. */
export function decodeMarker(
  batch: Buffer,
  header: Pick<BatchHeader, 'producerId' | 'producerEpoch'>,
): DecodedMarker | null {
  const [record] = decodeRecords(batch)
  const key = record?.key ?? null
  const value = record?.value ?? null
  if (record === undefined || key === null || key.length < 4) return null
  const type = key.readInt16BE(2)
  if (type !== ABORT && type !== COMMIT) return null
  return {
    producerId: header.producerId,
    producerEpoch: header.producerEpoch,
    coordinatorEpoch: value !== null && value.length >= 6 ? value.readInt32BE(2) : -1,
    offset: record.offset,
    timestamp: record.timestamp,
    isAbort: type === ABORT,
  }
}
