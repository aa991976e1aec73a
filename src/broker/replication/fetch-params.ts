/** What the fetch path takes and gives. */
import type { AbortedTransaction } from '../log/partition-log.ts'
import { ErrorCode } from '../protocol/errors.ts'

/** How far a fetch may read: followers to the log's end, consumers to the high watermark or the last stable offset. */
export type FetchIsolation = 'logEnd' | 'highWatermark' | 'txnCommitted'

export interface FetchPartition {
  /** ZERO_UUID or absent where the client addresses topics by name. */
  topicId?: string
  topic: string
  partition: number
  fetchOffset: number
  /** −1: not checked. */
  currentLeaderEpoch: number
  /** Epoch of the record before `fetchOffset`; −1: divergence is not checked. */
  lastFetchedEpoch: number
  /** The follower's own log start. */
  logStartOffset: number
  maxBytes: number
}

export interface FetchParams {
  /** ≥ 0: a follower; −1: a consumer; −2: a debugging client, which may read to the log's end of any replica. */
  replicaId: number
  /** Broker epoch of the follower (KIP-903), −1 when it does not say. */
  replicaEpoch: number
  maxWaitMs: number
  minBytes: number
  /** Of all records in the answer; the first batch may exceed it, so that nobody gets stuck on a large one. */
  maxBytes: number
  isolation: FetchIsolation
  /** Whether a replica that does not lead must refuse; consumers may read from followers since v11 (KIP-392). */
  leaderOnly: boolean
  /** The consumer's rack, '' when it does not say. */
  rackId: string
  partitions: readonly FetchPartition[]
}

export interface FetchPartitionResult {
  errorCode: number
  /** −1 with an error, like the offsets below. */
  highWatermark: number
  lastStableOffset: number
  logStartOffset: number
  /** Where the leader's log stops agreeing with the fetcher's (KIP-595); null while they agree. */
  divergingEpoch: { epoch: number; endOffset: number } | null
  /** Null unless the fetch is read_committed. */
  abortedTransactions: AbortedTransaction[] | null
  /** A closer replica the consumer should go to (KIP-392), or −1. */
  preferredReadReplica: number
  /** Whole batches as stored. */
  records: Buffer[]
  sizeInBytes: number
}

export function fetchFailure(errorCode: number): FetchPartitionResult {
  return {
    errorCode,
    highWatermark: -1,
    lastStableOffset: -1,
    logStartOffset: -1,
    divergingEpoch: null,
    abortedTransactions: null,
    preferredReadReplica: -1,
    records: [],
    sizeInBytes: 0,
  }
}

/** Whether this alone is reason to answer a waiting fetch at once. */
export function isUrgent(result: FetchPartitionResult): boolean {
  return (
    result.errorCode !== ErrorCode.NONE || result.divergingEpoch !== null || result.preferredReadReplica >= 0
  )
}
