import { createServer, type Server, type Socket } from 'node:net'
import { systemClock, type Clock } from '../clock.ts'
import { soundLink } from '../faults/lane.ts'
import type { Link } from '../faults/lane.ts'
import type { Logger } from '../logger.ts'
import { Connection, type ActsAtOnce, type Respond } from './connection.ts'

export interface KafkaServerOptions {
  host: string
  port: number
  maxFrameBytes: number
  maxIdleMs: number
  respond: Respond
  /** No request does without it. */
  actsAtOnce?: ActsAtOnce
  log: Logger
  /** What lies between this broker and everybody who is none; a sound link without it. */
  clients?: { link: Link; clock: Clock }
}

/** A broker's listener. */
export class KafkaServer {
  readonly #options: KafkaServerOptions
  readonly #server: Server
  readonly #connections = new Set<Connection>()
  #nextConnectionId = 1

  private constructor(options: KafkaServerOptions) {
    this.#options = options
    this.#server = createServer({ noDelay: true, highWaterMark: 256 * 1024 }, (socket) =>
      this.#accept(socket),
    )
  }

  /** Resolves once the port is bound; rejects with the system's error (EADDRINUSE, EACCES, …). */
  static listen(options: KafkaServerOptions): Promise<KafkaServer> {
    const server = new KafkaServer(options)
    return new Promise((resolve, reject) => {
      server.#server.once('error', reject)
      server.#server.listen({ host: options.host, port: options.port, backlog: 511 }, () => {
        server.#server.off('error', reject)
        server.#server.on('error', (error) => options.log.error('Listener failed', { error: error.message }))
        resolve(server)
      })
    })
  }

  get port(): number {
    const address = this.#server.address()
    return typeof address === 'object' && address !== null ? address.port : this.#options.port
  }

  get connectionCount(): number {
    return this.#connections.size
  }

  /** Stops listening and ends every connection. */
  close(): Promise<void> {
    for (const connection of this.#connections) connection.close('the broker is shutting down')
    return new Promise((resolve) => this.#server.close(() => resolve()))
  }

  #accept(socket: Socket): void {
    const connection = new Connection(socket, {
      id: this.#nextConnectionId++,
      maxFrameBytes: this.#options.maxFrameBytes,
      maxIdleMs: this.#options.maxIdleMs,
      respond: this.#options.respond,
      actsAtOnce: this.#options.actsAtOnce ?? (() => false),
      log: this.#options.log,
      clients: this.#options.clients ?? { link: soundLink(), clock: systemClock },
    })
    this.#connections.add(connection)
    socket.on('close', () => this.#connections.delete(connection))
  }
}
