/** What the append path takes and gives. */
import type { AppendOrigin } from '../log/partition-log.ts'

export interface AppendEntry {
  topic: string
  partition: number
  /** Where the client addressed the topic by id. */
  topicId?: string
  /** One record batch; offset and leader epoch are written into it in place. */
  records: Buffer
}

export interface AppendRequest {
  /** 0: nobody waits; 1: the leader's commit; −1: the high watermark. */
  requiredAcks: number
  /** How long an acks=-1 append may wait for the ISR. */
  timeoutMs: number
  /** Appended in this order. */
  entries: readonly AppendEntry[]
  origin: AppendOrigin
  /** Clients may not write to `__consumer_offsets` and its like; coordinators do. Default: not from clients. */
  internalTopicsAllowed?: boolean
}

export interface AppendResult {
  errorCode: number
  errorMessage: string | null
  /** −1 when nothing was appended. */
  baseOffset: number
  lastOffset: number
  /** −1 unless the topic stamps LogAppendTime. */
  logAppendTimeMs: number
  logStartOffset: number
  recordErrors: { batchIndex: number; message: string | null }[]
}

export function appendFailure(
  errorCode: number,
  errorMessage: string | null = null,
  logStartOffset = -1,
): AppendResult {
  return {
    errorCode,
    errorMessage,
    baseOffset: -1,
    lastOffset: -1,
    logAppendTimeMs: -1,
    logStartOffset,
    recordErrors: [],
  }
}
