/** A request which is not answered yet. */
export interface Waiter<Response> {
  answer(response: Response): void
  fail(errorCode: number): void
}

/**
 * A promise of an answer, and the waiter which settles it.
 *
 * @param failure The API's answer for an error code: a request to a coordinator is always answered, never rejected.
 */
export function waiter<Response>(failure: (errorCode: number) => Response): {
  promise: Promise<Response>
  waiter: Waiter<Response>
} {
  const { promise, resolve } = withResolvers<Response>()
  return { promise, waiter: { answer: resolve, fail: (errorCode) => resolve(failure(errorCode)) } }
}

/** Promise.withResolvers, which Node 20 does not have. */
function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined
  const promise = new Promise<T>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
