/** How a leader asks the controller to change an ISR (AlterPartition, KIP-497). */
import { ErrorCode } from '../protocol/errors.ts'

export interface AlterPartitionChange {
  leaderEpoch: number
  partitionEpoch: number
  newIsr: { brokerId: number; brokerEpoch: number }[]
  leaderRecoveryState: number
}

export interface AlterPartitionAnswer {
  errorCode: number
  leaderId: number
  leaderEpoch: number
  isr: readonly number[]
  partitionEpoch: number
  leaderRecoveryState: number
}

/** The way to the controller. A rejection means that nothing is known about the outcome. */
export interface AlterPartitionChannel {
  alterPartition(
    topicId: string,
    partition: number,
    change: AlterPartitionChange,
  ): Promise<AlterPartitionAnswer>
}

/**
 * What a leader does about an AlterPartition that failed:
 * - `revert`: the controller says that this very change was not applied and never will be, so the leader goes back
 *   to the ISR it had;
 * - `abandon`: the leader's picture is out of date, so it keeps the pending state, which is the careful one, until
 *   newer metadata arrives;
 * - `retry`: anything else.
 */
export type AlterPartitionFailure = 'revert' | 'abandon' | 'retry'

const REVERTED: ReadonlySet<number> = new Set([
  ErrorCode.OPERATION_NOT_ATTEMPTED,
  ErrorCode.INELIGIBLE_REPLICA,
])

const ABANDONED: ReadonlySet<number> = new Set([
  ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
  ErrorCode.UNKNOWN_TOPIC_ID,
  ErrorCode.FENCED_LEADER_EPOCH,
  ErrorCode.INVALID_UPDATE_VERSION,
  ErrorCode.INVALID_REQUEST,
  ErrorCode.NEW_LEADER_ELECTED,
])

export function alterPartitionFailure(errorCode: number): AlterPartitionFailure {
  if (REVERTED.has(errorCode)) return 'revert'
  if (ABANDONED.has(errorCode)) return 'abandon'
  return 'retry'
}
