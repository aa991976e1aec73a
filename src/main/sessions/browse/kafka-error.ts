import { protocolErrorsCodesById } from '@platformatic/kafka'
import { FailureError } from '../../../shared/channel/failure.ts'

export const OFFSET_OUT_OF_RANGE = 1

/** Answers that pass as soon as the new leader is asked, or the old one is ready again. */
const PASSING = new Set([3, 5, 6, 7, 9, 13, 56, 74, 75, 78])

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
