import { connect, type Socket } from 'node:net'
import type { Clock, Timer } from '../clock.ts'
import { DelayLine } from '../faults/delay-line.ts'
import { soundLink } from '../faults/lane.ts'
import type { Link } from '../faults/lane.ts'
import type { Logger } from '../logger.ts'
import type { Api, RequestInput, ResponseOf } from '../protocol/api.ts'
import { decodeResponse, encodeRequest } from '../protocol/frame.ts'
import type { BrokerConnection } from './broker-connection.ts'
import { FrameError, FrameReader } from './frame-reader.ts'

/** The other broker could not be reached, hung up, or did not answer in time; whether it acted is unknown. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError'
}

export interface KafkaClientOptions {
  host: string
  port: number
  clientId: string
  requestTimeoutMs: number
  clock: Clock
  log: Logger
  /** What lies between this broker and that one; a sound link without it. */
  link?: Link
}

interface Pending {
  api: Api
  version: number
  timer: Timer
  resolve(body: unknown): void
  reject(error: Error): void
}

const MAX_RESPONSE_BYTES = 2 ** 31 - 1

/** One connection to another broker: opened at the first request, opened again after a failure, pipelined. */
export class KafkaClient implements BrokerConnection {
  readonly #options: KafkaClientOptions
  readonly #pending = new Map<number, Pending>()
  readonly #leaving: DelayLine
  readonly #coming: DelayLine
  #socket: Socket | null = null
  #nextCorrelationId = 1
  #closed = false

  constructor(options: KafkaClientOptions) {
    this.#options = options
    const link = options.link ?? soundLink()
    this.#leaving = new DelayLine(link.out, options.clock)
    this.#coming = new DelayLine(link.in, options.clock)
  }

  /** Rejects with NetworkError; error codes inside the response are the caller's business. */
  send<A extends Api>(
    api: A,
    version: number,
    body: RequestInput<A>,
    options: { timeoutMs?: number } = {},
  ): Promise<ResponseOf<A>> {
    if (this.#closed) return Promise.reject(new NetworkError('The connection was closed.'))
    const correlationId = this.#nextCorrelationId
    this.#nextCorrelationId = (correlationId + 1) % 2 ** 31
    const chunks = encodeRequest(api, version, { correlationId, clientId: this.#options.clientId }, body)
    return new Promise((resolve, reject) => {
      const timeoutMs = options.timeoutMs ?? this.#options.requestTimeoutMs
      const timer = this.#options.clock.setTimer(timeoutMs, () =>
        this.#fail(new NetworkError(`${this.#where()} did not answer within ${timeoutMs} ms.`)),
      )
      this.#pending.set(correlationId, {
        api,
        version,
        timer,
        resolve: resolve as Pending['resolve'],
        reject,
      })
      if (this.#leaving.isIdle) this.#write(chunks)
      else this.#leaving.push(() => this.#write(chunks))
    })
  }

  /** What is not answered yet rejects: nothing that is still wanted can come from there any more. */
  abandon(reason: string): void {
    this.#fail(new NetworkError(`${this.#where()} was given up: ${reason}.`))
  }

  close(): void {
    this.#closed = true
    this.#fail(new NetworkError('The connection was closed.'))
    this.#leaving.close()
    this.#coming.close()
  }

  /** Opens the connection if need be, so over a cut link none is opened. */
  #write(chunks: Buffer[]): void {
    const socket = this.#socket ?? this.#connect()
    socket.cork()
    for (const chunk of chunks) socket.write(chunk)
    socket.uncork()
  }

  #where(): string {
    return `${this.#options.host}:${this.#options.port}`
  }

  #connect(): Socket {
    const socket = connect({ host: this.#options.host, port: this.#options.port, noDelay: true })
    const frames = new FrameReader(MAX_RESPONSE_BYTES)
    this.#socket = socket
    socket.on('data', (chunk) => this.#arrive(() => this.#receive(socket, frames, chunk)))
    socket.on('error', (error) =>
      this.#arrive(() => this.#lost(socket, `${this.#where()}: ${error.message}`)),
    )
    socket.on('close', () =>
      this.#arrive(() => this.#lost(socket, `${this.#where()} closed the connection.`)),
    )
    return socket
  }

  /** Over a cut link one does not even learn that the other side is gone. */
  #arrive(take: () => void): void {
    if (this.#coming.isIdle) take()
    else this.#coming.push(take)
  }

  #receive(socket: Socket, frames: FrameReader, chunk: Buffer): void {
    if (this.#socket !== socket) return
    try {
      for (const frame of frames.push(chunk)) this.#settle(frame)
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error)
      this.#fail(new NetworkError(`${this.#where()} sent something that is no response: ${cause}`))
    }
  }

  #settle(frame: Buffer): void {
    const correlationId = frame.length >= 4 ? frame.readInt32BE(0) : -1
    const pending = this.#pending.get(correlationId)
    if (pending === undefined) throw new FrameError('the correlation id is unknown')
    const { body } = decodeResponse(pending.api, pending.version, frame)
    this.#pending.delete(correlationId)
    pending.timer.cancel()
    pending.resolve(body)
  }

  #lost(socket: Socket, message: string): void {
    if (this.#socket === socket) this.#fail(new NetworkError(message))
  }

  /** Responses come in order, so one that is late or lost spoils all that follow: the connection starts anew. */
  #fail(error: NetworkError): void {
    const socket = this.#socket
    this.#socket = null
    this.#leaving.clear()
    this.#coming.clear()
    socket?.destroy()
    const abandoned = [...this.#pending.values()]
    this.#pending.clear()
    for (const pending of abandoned) {
      pending.timer.cancel()
      pending.reject(error)
    }
  }
}
