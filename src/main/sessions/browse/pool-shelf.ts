import { ConnectionPool } from '@platformatic/kafka'
import type { ConnectionOptions } from '@platformatic/kafka'

/**
 * Connections lent to one reading at a time: brokers answer a connection's requests in order, so a tail that waits
 * for records would hold up everyone else on its connection.
 */
export class PoolShelf {
  readonly #clientId: string
  readonly #options: ConnectionOptions
  #idle: ConnectionPool[] = []

  constructor(clientId: string, options: ConnectionOptions) {
    this.#clientId = clientId
    this.#options = options
  }

  take(): ConnectionPool {
    return this.#idle.pop() ?? new ConnectionPool(this.#clientId, this.#options)
  }

  /** Back for the next reading, with its connections open. Only where nothing is under way any more. */
  giveBack(pool: ConnectionPool): void {
    if (this.#idle.length < 2) this.#idle.push(pool)
    else this.discard(pool)
  }

  /** Ends what is under way, too. */
  discard(pool: ConnectionPool): void {
    // A connection that is broken already can't be closed, and need not be.
    pool.close().then(undefined, () => undefined)
  }
}
