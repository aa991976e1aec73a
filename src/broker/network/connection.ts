import type { Socket } from 'node:net'
import type { Clock } from '../clock.ts'
import { DelayLine } from '../faults/delay-line.ts'
import type { Link } from '../faults/lane.ts'
import type { Logger } from '../logger.ts'
import { isFromBroker } from './first-bytes.ts'
import { FrameError, FrameReader } from './frame-reader.ts'

/**
 * Answers one request frame: the chunks of the response, or null where the request has none. A rejection closes
 * the connection.
 */
export type Respond = (frame: Buffer, connection: Connection) => Promise<Buffer[] | null>

/**
 * Whether the request in a frame has all its effect by the time `respond` returns, before its answer is known. The next
 * such request may then begin at once.
 */
export type ActsAtOnce = (frame: Buffer) => boolean

export interface ConnectionOptions {
  id: number
  maxFrameBytes: number
  maxIdleMs: number
  respond: Respond
  actsAtOnce: ActsAtOnce
  log: Logger
  /** What lies between this broker and everybody who is none. */
  clients: { link: Link; clock: Clock }
}

/** A request that was begun; its failure is kept until its turn comes. */
interface Begun {
  actsAtOnce: boolean
  answer: Promise<{ response: Buffer[] | null } | { error: unknown }>
}

/** Requests whose answers may be awaited at the same time. */
const MAX_BEGUN = 8

/** Requests that may wait behind those in work before the socket is no longer read. */
const MAX_WAITING_FRAMES = 8

/**
 * One client's socket. Requests take effect in their order and are answered in it, as Kafka does by muting the channel:
 * clients that pipeline (Java, franz-go) rely on it.
 *
 * Kafka works on one request at a time, so a producer with acks=all waits for the followers once for each request it
 * has in flight. Here those that act at once (Produce) wait together: their appends share a commit and a fetch.
 */
export class Connection {
  readonly id: number
  readonly clientAddress: string
  /** As told by ApiVersions v3 (KIP-511). */
  clientSoftware: { name: string; version: string } | null = null

  readonly #socket: Socket
  readonly #options: ConnectionOptions
  readonly #frames: FrameReader
  readonly #waiting: Buffer[] = []
  readonly #coming: DelayLine
  readonly #leaving: DelayLine
  /** Whether the other side is a broker; null until it has said something. */
  #fromBroker: boolean | null = null
  readonly #begun: Begun[] = []
  #answering = false
  #closed = false

  constructor(socket: Socket, options: ConnectionOptions) {
    this.#socket = socket
    this.#options = options
    this.#frames = new FrameReader(options.maxFrameBytes)
    const { link, clock } = options.clients
    this.#coming = new DelayLine(link.in, clock)
    this.#leaving = new DelayLine(link.out, clock)
    this.id = options.id
    this.clientAddress = `${socket.remoteAddress ?? 'unknown'}:${socket.remotePort ?? 0}`
    socket.setNoDelay(true)
    socket.setTimeout(options.maxIdleMs, () => this.close('it was idle for connections.max.idle.ms'))
    socket.on('data', (chunk: Buffer) => this.#arrive(chunk))
    // A reset peer is an everyday event; 'close' follows and ends the connection.
    socket.on('error', (error) =>
      this.#options.log.debug('Socket error', { client: this.clientAddress, error: error.message }),
    )
    socket.on('close', () => {
      this.#closed = true
      this.#coming.close()
      this.#leaving.close()
    })
  }

  get isClosed(): boolean {
    return this.#closed
  }

  /** Calls back when the connection has ended; at once if it has. */
  onClosed(run: () => void): void {
    if (this.#socket.closed) run()
    else this.#socket.once('close', run)
  }

  /** Ends the connection at once. `reason` completes the sentence "closed the connection because …". */
  close(reason: string): void {
    if (this.#closed) return
    this.#closed = true
    this.#waiting.length = 0
    this.#options.log.info('Connection closed', { client: this.clientAddress, reason })
    this.#socket.destroy()
  }

  /** What brokers say to each other is delayed and held back by the one that opened the connection (KafkaClient). */
  #arrive(chunk: Buffer): void {
    this.#fromBroker ??= isFromBroker(chunk)
    if (this.#fromBroker || this.#coming.isIdle) return this.#receive(chunk)
    // Behind a cut the sender's own buffers fill up, not ours.
    if (this.#coming.isCut) this.#socket.pause()
    this.#coming.push(() => {
      this.#socket.resume()
      this.#receive(chunk)
    })
  }

  #receive(chunk: Buffer): void {
    if (this.#closed) return
    try {
      this.#waiting.push(...this.#frames.push(chunk))
    } catch (error) {
      if (!(error instanceof FrameError)) throw error
      this.close(error.message)
      return
    }
    if (this.#waiting.length > MAX_WAITING_FRAMES) this.#socket.pause()
    this.#begin()
  }

  /** Begins what may begin by now. */
  #begin(): void {
    for (let frame = this.#waiting[0]; frame !== undefined && !this.#closed; frame = this.#waiting[0]) {
      const actsAtOnce = this.#options.actsAtOnce(frame)
      const joins =
        actsAtOnce && this.#begun.length < MAX_BEGUN && this.#begun.every((each) => each.actsAtOnce)
      if (this.#begun.length > 0 && !joins) break
      this.#waiting.shift()
      this.#begun.push({ actsAtOnce, answer: this.#respond(frame) })
    }
    if (!this.#answering) void this.#answer()
  }

  async #respond(frame: Buffer): Promise<{ response: Buffer[] | null } | { error: unknown }> {
    try {
      return { response: await this.#options.respond(frame, this) }
    } catch (error) {
      return { error }
    }
  }

  async #answer(): Promise<void> {
    this.#answering = true
    for (let first = this.#begun[0]; first !== undefined && !this.#closed; first = this.#begun[0]) {
      const answer = await first.answer
      if ('error' in answer) {
        this.close(answer.error instanceof Error ? answer.error.message : String(answer.error))
      } else if (answer.response !== null) {
        await this.#write(answer.response)
      }
      this.#begun.shift()
      this.#begin()
      if (this.#waiting.length === 0 && this.#socket.isPaused()) this.#socket.resume()
    }
    this.#answering = false
  }

  /** Resolves when the socket takes more, so that a client which does not read cannot make answers pile up. */
  #write(chunks: Buffer[]): Promise<void> | void {
    if (this.#closed) return
    if (this.#fromBroker === true || this.#leaving.isIdle) return this.#send(chunks)
    this.#leaving.push(() => void this.#send(chunks))
  }

  #send(chunks: Buffer[]): Promise<void> | void {
    if (this.#closed) return
    this.#socket.cork()
    let roomLeft = true
    for (const chunk of chunks) roomLeft = this.#socket.write(chunk)
    this.#socket.uncork()
    if (roomLeft) return
    return new Promise((resolve) => {
      const done = () => {
        this.#socket.off('drain', done)
        this.#socket.off('close', done)
        resolve()
      }
      this.#socket.on('drain', done)
      this.#socket.on('close', done)
    })
  }
}
