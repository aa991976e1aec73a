import { FailureError } from './failure.ts'
import type { Pulled } from './messages.ts'

/** More than any window needs at once; a window that leaks streams is told so instead of filling the memory. */
const STREAMS_PER_PEER = 64

/** One stream that a peer pulls. */
class OpenStream {
  readonly name: string
  readonly #iterator: AsyncIterator<unknown>
  readonly #abort: AbortController
  readonly #ended: () => void
  #pulling = false

  constructor(
    name: string,
    start: (signal: AbortSignal) => AsyncIterable<unknown>,
    /** Called once, when nothing more will come. */
    ended: () => void,
  ) {
    this.name = name
    this.#abort = new AbortController()
    this.#iterator = start(this.#abort.signal)[Symbol.asyncIterator]()
    this.#ended = ended
  }

  async pull(): Promise<Pulled<unknown>> {
    if (this.#pulling) {
      throw new FailureError({ code: 'NOT_UNDERSTOOD', message: 'The stream is being pulled already.' })
    }
    this.#pulling = true
    try {
      const step = await this.#iterator.next()
      if (!step.done) return { done: false, chunk: step.value }
      this.#ended()
      return { done: true }
    } catch (error) {
      this.#ended()
      throw error
    } finally {
      this.#pulling = false
    }
  }

  abort(): void {
    this.#ended()
    this.#abort.abort()
    // A generator in the middle of a step returns after that step, if the signal didn't end it: not waited for.
    this.#iterator.return?.().then(undefined, () => undefined)
  }
}

/** Streams by peer. Ids are never used again, so a late pull can't reach another stream. */
export class OpenStreams {
  readonly #byPeer = new Map<number, Map<number, OpenStream>>()
  #nextId = 1

  open(peer: number, name: string, start: (signal: AbortSignal) => AsyncIterable<unknown>): number {
    const streams = this.#byPeer.get(peer) ?? new Map<number, OpenStream>()
    if (streams.size >= STREAMS_PER_PEER) {
      throw new FailureError({
        code: 'TOO_MANY_STREAMS',
        message: `${STREAMS_PER_PEER} streams are open already.`,
      })
    }
    const id = this.#nextId++
    streams.set(id, new OpenStream(name, start, () => this.#forget(peer, id)))
    this.#byPeer.set(peer, streams)
    return id
  }

  find(peer: number, id: number): OpenStream | undefined {
    return this.#byPeer.get(peer)?.get(id)
  }

  abort(peer: number, id: number): void {
    this.find(peer, id)?.abort()
  }

  abortAll(peer: number): void {
    for (const stream of [...(this.#byPeer.get(peer)?.values() ?? [])]) stream.abort()
  }

  #forget(peer: number, id: number): void {
    const streams = this.#byPeer.get(peer)
    streams?.delete(id)
    if (streams?.size === 0) this.#byPeer.delete(peer)
  }
}
