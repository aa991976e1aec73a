import type { Result } from '../../../shared/channel/failure.ts'
import { FailureError } from '../../../shared/channel/failure.ts'
import { describeKafkaError } from '../kafka-failure.ts'

/** For what is asked again anyway: a failure is told, and ends nothing. */
export async function attempt<T>(act: () => Promise<T>): Promise<Result<T>> {
  try {
    return { ok: true, value: await act() }
  } catch (error) {
    const failure = error instanceof FailureError ? error.failure : describeKafkaError(error)
    return { ok: false, failure }
  }
}
