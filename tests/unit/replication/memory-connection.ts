import type { Connection } from '../../../src/broker/network/connection.ts'
import type { Api, RequestInput, ResponseOf } from '../../../src/broker/protocol/api.ts'
import { decodeResponse, encodeRequest } from '../../../src/broker/protocol/frame.ts'
import type { TestCluster } from './harness.ts'
import { turn } from './until.ts'

export class LinkDown extends Error {}

const SIZE_BYTES = 4

/** A connection that goes through the real codec and handlers, but over no socket. Each way takes a turn. */
export class MemoryConnection {
  readonly #cluster: TestCluster
  readonly #from: number
  readonly #to: number
  readonly #clientId: string
  readonly #identity = { clientAddress: '127.0.0.1:1' } as unknown as Connection
  #last: Promise<unknown> = Promise.resolve()

  constructor(cluster: TestCluster, from: number, to: number, clientId = `broker-${from}`) {
    this.#cluster = cluster
    this.#from = from
    this.#to = to
    this.#clientId = clientId
  }

  send<A extends Api>(api: A, version: number, body: RequestInput<A>): Promise<ResponseOf<A>> {
    const response = this.#last.then(() => this.#exchange(api, version, body))
    this.#last = response.catch(() => undefined)
    return response
  }

  async #exchange<A extends Api>(api: A, version: number, body: RequestInput<A>): Promise<ResponseOf<A>> {
    const target = this.#cluster.broker(this.#to)
    this.#cluster.onRequest(this.#from, this.#to, api.name, body)
    const chunks = encodeRequest(api, version, { correlationId: 1, clientId: this.#clientId }, body)
    await turn()
    this.#requireLink(target.isRunning)
    const answer = await target.dispatcher.respond(Buffer.concat(chunks).subarray(SIZE_BYTES), this.#identity)
    await turn()
    this.#requireLink(target.isRunning)
    if (answer === null) throw new LinkDown('no response was to be sent')
    return decodeResponse(api, version, Buffer.concat(answer).subarray(SIZE_BYTES)).body
  }

  #requireLink(isRunning: boolean): void {
    const { cut } = this.#cluster
    if (!isRunning || cut.has(`${this.#from}>${this.#to}`))
      throw new LinkDown(`${this.#from}>${this.#to} is down`)
  }
}
