import type { Failure } from '../../../shared/channel/failure.ts'

/** Whether a failure says that there is no such topic, rather than that it can't be looked at just now. */
export function saysGone(failure: Failure | null): boolean {
  return failure?.code === 'UNKNOWN_TOPIC' || failure?.kafka?.errorName === 'UNKNOWN_TOPIC_OR_PARTITION'
}
