/** A request that waits for something to happen to one of its partitions. */
export interface DelayedOperation<Key> {
  /** Looks at `key` again; true when the operation has been answered and waits no more. */
  tryComplete(key: Key): boolean
}

/**
 * Waiting requests by what they wait for (Kafka's DelayedOperationPurgatory). Nothing polls: whoever changes a
 * partition calls `check`, and time-outs are the operations' own timers.
 */
export class Purgatory<Key, Operation extends DelayedOperation<Key>> {
  readonly #watchers = new Map<Key, Set<Operation>>()

  watch(operation: Operation, keys: Iterable<Key>): void {
    for (const key of keys) {
      const watchers = this.#watchers.get(key)
      if (watchers === undefined) this.#watchers.set(key, new Set([operation]))
      else watchers.add(operation)
    }
  }

  forget(operation: Operation, keys: Iterable<Key>): void {
    for (const key of keys) {
      const watchers = this.#watchers.get(key)
      if (watchers?.delete(operation) === true && watchers.size === 0) this.#watchers.delete(key)
    }
  }

  check(key: Key): void {
    const watchers = this.#watchers.get(key)
    if (watchers === undefined) return
    // Completing an operation takes it out of the set; a Set tolerates that while it is walked.
    for (const operation of watchers) operation.tryComplete(key)
  }

  checkAll(): void {
    for (const key of [...this.#watchers.keys()]) this.check(key)
  }

  /** How many requests wait for `key`. */
  waiting(key: Key): number {
    return this.#watchers.get(key)?.size ?? 0
  }

  /** How many requests wait at all. */
  get size(): number {
    const operations = new Set<Operation>()
    for (const watchers of this.#watchers.values())
      for (const operation of watchers) operations.add(operation)
    return operations.size
  }
}
