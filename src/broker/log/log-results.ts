/** What a PartitionLog takes and gives. */
import type { AppendOrigin } from './validation.ts'

export interface LeaderAppend {
  baseOffset: number
  lastOffset: number
  /** −1 unless the topic stamps LogAppendTime. */
  logAppendTimeMs: number
  logStartOffset: number
  /** The producer sent this batch before; the offsets are those of the first time. */
  duplicate: boolean
}

export interface LeaderAppendOptions {
  leaderEpoch: number
  origin: AppendOrigin
  nowMs: number
}

export interface LogRead {
  batches: Buffer[]
  sizeInBytes: number
}

export interface AbortedTransaction {
  producerId: number
  firstOffset: number
}
