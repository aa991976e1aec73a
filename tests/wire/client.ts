/** A client that does nothing by itself: a plain socket, requests as bytes, answers as bytes. */
import { connect, type Socket } from 'node:net'
import type { Api, RequestInput, ResponseOf } from '../../src/broker/protocol/api.ts'
import { decodeResponse, encodeRequest } from '../../src/broker/protocol/frame.ts'

export interface Address {
  host: string
  port: number
}

const SIZE_BYTES = 4
const ANSWER_TIMEOUT_MS = 15_000

interface Taker {
  resolve(frame: Buffer): void
  reject(error: Error): void
}

/** The broker hung up. */
export class ClosedError extends Error {
  override readonly name = 'ClosedError'
}

export class Client {
  clientId: string | null
  readonly #socket: Socket
  readonly #closed: Promise<void>
  readonly #frames: Buffer[] = []
  readonly #takers: Taker[] = []
  #buffered: Buffer = Buffer.alloc(0)
  #nextCorrelationId = 1
  #isClosed = false

  private constructor(socket: Socket, clientId: string | null) {
    this.#socket = socket
    this.clientId = clientId
    socket.setNoDelay(true)
    socket.on('data', (chunk) => this.#receive(chunk))
    // A broker that hangs up while something is on its way to it resets the connection: 'close' follows.
    socket.on('error', () => socket.destroy())
    this.#closed = new Promise((resolve) => socket.once('close', () => resolve(this.#onClose())))
  }

  /** Resolves once the broker has accepted. */
  static open({ host, port }: Address, clientId: string | null = 'wire'): Promise<Client> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port })
      socket.once('error', reject)
      socket.once('connect', () => {
        socket.off('error', reject)
        resolve(new Client(socket, clientId))
      })
    })
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  /** Resolves when the broker has hung up. */
  get closed(): Promise<void> {
    return this.#closed
  }

  /** As the broker sees this client: `127.0.0.1:54321`. */
  get localAddress(): string {
    return `${this.#socket.localAddress}:${this.#socket.localPort}`
  }

  /** Sends a request and resolves with the decoded answer, which must come next and have its correlation id. */
  async call<A extends Api>(api: A, version: number, body: RequestInput<A>): Promise<ResponseOf<A>> {
    const correlationId = this.send(api, version, body)
    const answer = decodeResponse(api, version, await this.take())
    if (answer.correlationId === correlationId) return answer.body
    throw new Error(`${api.name} v${version}: answer ${answer.correlationId} to request ${correlationId}`)
  }

  /** Sends a request without waiting. @returns its correlation id */
  send<A extends Api>(api: A, version: number, body: RequestInput<A>): number {
    const correlationId = this.#nextCorrelationId++
    this.sendBytes(
      Buffer.concat(encodeRequest(api, version, { correlationId, clientId: this.clientId }, body)),
    )
    return correlationId
  }

  sendBytes(bytes: Buffer): void {
    this.#socket.write(bytes)
  }

  /** The next frame, without its size. Rejects with ClosedError when the broker hangs up instead. */
  take(): Promise<Buffer> {
    const frame = this.#frames.shift()
    if (frame !== undefined) return Promise.resolve(frame)
    if (this.#isClosed) return Promise.reject(new ClosedError('The broker closed the connection.'))
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('The broker did not answer.')), ANSWER_TIMEOUT_MS)
      this.#takers.push({
        resolve: (taken) => (clearTimeout(timer), resolve(taken)),
        reject: (error) => (clearTimeout(timer), reject(error)),
      })
    })
  }

  /** The answer with this correlation id; those before it are dropped. Rejects as `take` does. */
  async takeUntil(correlationId: number): Promise<Buffer> {
    for (;;) {
      const frame = await this.take()
      if (frame.readInt32BE(0) === correlationId) return frame
    }
  }

  /** Frames that have arrived and were not taken. */
  get untaken(): number {
    return this.#frames.length
  }

  /** Says that nothing more will be sent, and listens on. */
  end(): void {
    this.#socket.end()
  }

  /** Hangs up without a word, in the middle of whatever it is. */
  close(): void {
    this.#socket.destroy()
  }

  #receive(chunk: Buffer): void {
    this.#buffered = this.#buffered.length === 0 ? chunk : Buffer.concat([this.#buffered, chunk])
    for (;;) {
      if (this.#buffered.length < SIZE_BYTES) return
      const end = SIZE_BYTES + this.#buffered.readInt32BE(0)
      if (this.#buffered.length < end) return
      const frame = this.#buffered.subarray(SIZE_BYTES, end)
      this.#buffered = this.#buffered.subarray(end)
      const taker = this.#takers.shift()
      if (taker === undefined) this.#frames.push(frame)
      else taker.resolve(frame)
    }
  }

  #onClose(): void {
    this.#isClosed = true
    for (const taker of this.#takers.splice(0))
      taker.reject(new ClosedError('The broker closed the connection.'))
  }
}
