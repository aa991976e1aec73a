import type { BrokerConnection } from '../network/broker-connection.ts'
import type { Api, RequestInput, ResponseOf } from '../protocol/api.ts'

/** One of a fetcher's connections, which carries one fetch at a time. */
export class FetcherLane {
  readonly #connect: () => BrokerConnection
  readonly #freed: () => void
  #isBusy = false

  constructor(connect: () => BrokerConnection, freed: () => void) {
    this.#connect = connect
    this.#freed = freed
  }

  get isBusy(): boolean {
    return this.#isBusy
  }

  async send<A extends Api>(
    api: A,
    version: number,
    body: RequestInput<A>,
    options: { timeoutMs: number },
  ): Promise<ResponseOf<A>> {
    this.#isBusy = true
    try {
      return await this.#connect().send(api, version, body, options)
    } finally {
      this.#isBusy = false
      this.#freed()
    }
  }
}
