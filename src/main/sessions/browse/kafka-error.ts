import { protocolErrorsCodesById } from '@platformatic/kafka'
import { FailureError } from '../../../shared/channel/failure.ts'
import { ErrorCode } from '../error-codes.ts'

/** Answers that pass as soon as the new leader is asked, or the old one is ready again. */
const PASSING = new Set<number>([
  ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
  ErrorCode.LEADER_NOT_AVAILABLE,
  ErrorCode.NOT_LEADER_OR_FOLLOWER,
  ErrorCode.REQUEST_TIMED_OUT,
  ErrorCode.REPLICA_NOT_AVAILABLE,
  ErrorCode.NETWORK_EXCEPTION,
  ErrorCode.KAFKA_STORAGE_ERROR,
  ErrorCode.FENCED_LEADER_EPOCH,
  ErrorCode.UNKNOWN_LEADER_EPOCH,
  ErrorCode.OFFSET_NOT_AVAILABLE,
])

export function isPassing(errorCode: number): boolean {
  return PASSING.has(errorCode)
}

/** A broker's refusal as its user is told it. */
export function refusal(errorCode: number, what: string): FailureError {
  const errorName = nameOf(errorCode)
  return new FailureError({
    code: 'KAFKA',
    message: `${what}: ${errorName}.`,
    kafka: { errorCode, errorName },
  })
}

function nameOf(errorCode: number): string {
  return (protocolErrorsCodesById as Record<string, string>)[String(errorCode)] ?? `error ${errorCode}`
}
