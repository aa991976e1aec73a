import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import type { Api, RequestInput, ResponseOf } from '../../src/broker/protocol/api.ts'
import { decodeResponse, encodeRequest } from '../../src/broker/protocol/frame.ts'

/**
 * A connection as lean as one can be: frames out, frames in, answers matched by their order, which Kafka guarantees.
 * What a benchmark measures with it is the engine, not the client.
 */
export class Wire {
  readonly #socket: Socket
  readonly #waiting: { resolve(frame: Buffer): void; reject(error: Error): void }[] = []
  #first = 0
  readonly #size = Buffer.alloc(4)
  #sizeBytes = 0
  #frame: Buffer | null = null
  #frameBytes = 0
  #error: Error | null = null

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk) => this.#receive(chunk))
    socket.on('error', (error) => this.#fail(error))
    socket.on('close', () => this.#fail(new Error('The broker hung up.')))
  }

  static async connect(port: number): Promise<Wire> {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true })
    await once(socket, 'connect')
    return new Wire(socket)
  }

  /** Sends an encoded request with its size; resolves to the answer without its size. */
  exchange(request: Buffer): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      if (this.#error) {
        reject(this.#error)
        return
      }
      this.#waiting.push({ resolve, reject })
      this.#socket.write(request)
    })
  }

  async call<A extends Api>(api: A, version: number, body: RequestInput<A>): Promise<ResponseOf<A>> {
    return decodeResponse(api, version, await this.exchange(encode(api, version, body))).body
  }

  close(): void {
    this.#socket.destroy()
  }

  #receive(chunk: Buffer): void {
    let position = 0
    while (position < chunk.length) {
      if (this.#frame === null) {
        const taken = chunk.copy(this.#size, this.#sizeBytes, position)
        this.#sizeBytes += taken
        position += taken
        if (this.#sizeBytes < 4) return
        this.#frame = Buffer.allocUnsafe(this.#size.readInt32BE())
        this.#frameBytes = 0
      }
      const taken = chunk.copy(this.#frame, this.#frameBytes, position)
      this.#frameBytes += taken
      position += taken
      if (this.#frameBytes === this.#frame.length) this.#answer(this.#frame)
    }
  }

  #answer(frame: Buffer): void {
    this.#frame = null
    this.#sizeBytes = 0
    const waiting = this.#waiting[this.#first++]
    if (this.#first > 1000) {
      this.#waiting.splice(0, this.#first)
      this.#first = 0
    }
    waiting?.resolve(frame)
  }

  #fail(error: Error): void {
    this.#error ??= error
    this.#socket.destroy()
    for (const waiting of this.#waiting.splice(this.#first)) waiting.reject(error)
  }
}

export function encode<A extends Api>(api: A, version: number, body: RequestInput<A>): Buffer {
  return Buffer.concat(encodeRequest(api, version, { correlationId: 1, clientId: 'bench' }, body))
}
