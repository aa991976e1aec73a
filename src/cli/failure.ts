import type { Failure } from '../broker/index.ts'

/**
 * What a ClusterError tells; null for any other error, which is a defect and deserves its stack.
 *
 * Known by its name, so that printing help does not load the engine.
 */
export function failureOf(error: unknown): Failure | null {
  if (!(error instanceof Error) || error.name !== 'ClusterError' || !('failure' in error)) return null
  return error.failure as Failure
}
