/** Why something asked for was not done: as data, because a process boundary keeps nothing of an error but its text. */
export interface Failure {
  /** Stable, for programs and translations: `PORT_TAKEN`, `INVALID_INPUT`, … */
  code: string
  /** One sentence of cause. */
  message: string
  /** One sentence of what to do about it. */
  remedy?: string
  /** Where a broker said no: its error code and Kafka's name for it. */
  kafka?: { errorCode: number; errorName: string }
}

export type Result<T> = { ok: true; value: T } | { ok: false; failure: Failure }

export function succeeded<T>(value: T): Result<T> {
  return { ok: true, value }
}

export function failed(failure: Failure): Result<never> {
  return { ok: false, failure }
}

/** Thrown by a handler that wants its caller to get exactly this failure. */
export class FailureError extends Error {
  readonly failure: Failure

  constructor(failure: Failure, cause?: unknown) {
    super(failure.message, { cause })
    this.name = 'FailureError'
    this.failure = failure
  }
}
