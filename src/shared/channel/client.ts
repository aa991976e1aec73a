import type { Call, Contract, Notice, Stream } from './declare.ts'
import type { Result } from './failure.ts'
import { failed } from './failure.ts'
import type { ClientMessage, ClientTransport, Pulled } from './messages.ts'
import { channelName } from './messages.ts'
import type { z } from './zod.ts'

/** No argument where the input is `z.void()`. */
type Asked<I extends z.ZodType> = [z.input<I>] extends [void] ? [] : [input: z.input<I>]

type Client<D> =
  D extends Call<infer I, infer O>
    ? (...asked: Asked<I>) => Promise<Result<O>>
    : D extends Stream<infer I, infer C>
      ? (...asked: Asked<I>) => AsyncGenerator<Result<C>, void>
      : D extends Notice<infer P>
        ? (listener: (payload: P) => void) => () => void
        : never

/** One function for each declaration: `client.clusters.start({ id })`, `client.clusters.changed(listener)`. */
export type ClientOf<C extends Contract> = { [F in keyof C]: { [N in keyof C[F]]: Client<C[F][N]> } }

export function createClient<C extends Contract>(contract: C, transport: ClientTransport): ClientOf<C> {
  const listeners = new NoticeListeners(transport)
  const features = Object.entries(contract).map(([feature, declarations]) => {
    const functions = Object.entries(declarations).map(([name, declaration]) => {
      const channel = channelName(feature, name)
      switch (declaration.kind) {
        case 'call':
          return [name, (input?: unknown) => ask(transport, { kind: 'call', name: channel, input })]
        case 'stream':
          return [name, (input?: unknown) => pullAll(transport, channel, input)]
        case 'notice':
          return [name, (listener: (payload: unknown) => void) => listeners.add(channel, listener)]
      }
    })
    return [feature, Object.fromEntries(functions) as unknown]
  })
  // The types above say, entry by entry, what the loops made.
  return Object.fromEntries(features) as ClientOf<C>
}

/** Never rejects: a wire that broke is a failure like any other. */
async function ask(transport: ClientTransport, message: ClientMessage): Promise<Result<unknown>> {
  try {
    return await transport.ask(message)
  } catch (error) {
    return failed({ code: 'DISCONNECTED', message: error instanceof Error ? error.message : String(error) })
  }
}

/** Yields chunks as results; a failure is the last thing yielded. Leaving the loop early aborts at the other end. */
async function* pullAll(transport: ClientTransport, name: string, input: unknown) {
  const opened = await ask(transport, { kind: 'open', name, input })
  if (!opened.ok) {
    yield opened
    return
  }
  const stream = opened.value as number
  let ended = false
  try {
    while (!ended) {
      const pulled = (await ask(transport, { kind: 'pull', stream })) as Result<Pulled<unknown>>
      ended = !pulled.ok || pulled.value.done
      if (!pulled.ok) yield pulled
      else if (!pulled.value.done) yield { ok: true, value: pulled.value.chunk }
    }
  } finally {
    if (!ended) await ask(transport, { kind: 'abort', stream })
  }
}

/** One listener on the wire for all notices, made when the first is wanted. */
class NoticeListeners {
  readonly #transport: ClientTransport
  readonly #byName = new Map<string, Set<(payload: unknown) => void>>()
  #listening = false

  constructor(transport: ClientTransport) {
    this.#transport = transport
  }

  add(name: string, listener: (payload: unknown) => void): () => void {
    const listeners = this.#byName.get(name) ?? new Set()
    this.#byName.set(name, listeners.add(listener))
    if (!this.#listening) {
      this.#listening = true
      this.#transport.listen(({ name, payload }) => {
        for (const each of this.#byName.get(name) ?? []) each(payload)
      })
    }
    return () => listeners.delete(listener)
  }
}
