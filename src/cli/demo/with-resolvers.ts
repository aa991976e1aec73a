/** The Kafka client uses Promise.withResolvers, which Node 20 does not have. */
export function ensureWithResolvers(): void {
  const constructor = Promise as unknown as Record<string, unknown>
  if (typeof constructor['withResolvers'] === 'function') return
  Object.defineProperty(Promise, 'withResolvers', {
    value: withResolvers,
    configurable: true,
    writable: true,
  })
}

function withResolvers<T>(this: PromiseConstructor) {
  let resolve: (value: T | PromiseLike<T>) => void = () => undefined
  let reject: (reason: unknown) => void = () => undefined
  const promise = new this<T>((fulfil, refuse) => {
    resolve = fulfil
    reject = refuse
  })
  return { promise, resolve, reject }
}
