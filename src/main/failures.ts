import { ClusterError } from '../broker/index.ts'
import type { Failure } from '../shared/channel/failure.ts'
import { FailureError } from '../shared/channel/failure.ts'

/** What an error looks like to whoever asked for what failed. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof FailureError || error instanceof ClusterError) return error.failure
  return { code: 'INTERNAL', message: error instanceof Error ? error.message : String(error) }
}

/** Whether an error is one that a user can meet in the course of things, so that it is no news for the log. */
export function isExpected(error: unknown): boolean {
  return error instanceof FailureError || error instanceof ClusterError
}
