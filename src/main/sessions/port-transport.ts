import type { Result } from '../../shared/channel/failure.ts'
import type { ClientMessage, ClientTransport, NoticeMessage } from '../../shared/channel/messages.ts'

/** The slice of a Worker or a MessagePort that is needed here. */
export interface Port {
  postMessage(message: unknown): void
  on(event: 'message', listener: (message: unknown) => void): unknown
}

interface Request {
  kind: 'request'
  id: number
  message: ClientMessage
}

type FromServer =
  { kind: 'response'; id: number; result: Result<unknown> } | { kind: 'notice'; notice: NoticeMessage }

/** A client's end over a thread's port. Ports have no answers, so requests get numbers. */
export class PortTransport implements ClientTransport {
  readonly #port: Port
  readonly #waiting = new Map<number, (result: Result<unknown>) => void>()
  readonly #listeners = new Set<(message: NoticeMessage) => void>()
  #nextId = 1

  constructor(port: Port) {
    this.#port = port
    port.on('message', (message) => this.#take(message as FromServer))
  }

  ask(message: ClientMessage): Promise<Result<unknown>> {
    return new Promise((resolve) => {
      const id = this.#nextId++
      this.#waiting.set(id, resolve)
      this.#port.postMessage({ kind: 'request', id, message } satisfies Request)
    })
  }

  listen(listener: (message: NoticeMessage) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** The thread is gone: whoever waits hears so. */
  disconnect(): void {
    for (const resolve of this.#waiting.values()) {
      resolve({
        ok: false,
        failure: { code: 'DISCONNECTED', message: 'The session ended before it answered.' },
      })
    }
    this.#waiting.clear()
  }

  #take(message: FromServer): void {
    if (message.kind === 'notice') {
      for (const listener of this.#listeners) listener(message.notice)
      return
    }
    this.#waiting.get(message.id)?.(message.result)
    this.#waiting.delete(message.id)
  }
}

/** The server's end: answers requests with `handle`; the returned function sends notices. */
export function serveOnPort(
  port: Port,
  handle: (message: unknown) => Promise<Result<unknown>>,
): (notice: NoticeMessage) => void {
  port.on('message', (received) => {
    const { id, message } = received as Request
    void handle(message).then((result) =>
      port.postMessage({ kind: 'response', id, result } satisfies FromServer),
    )
  })
  return (notice) => port.postMessage({ kind: 'notice', notice } satisfies FromServer)
}
