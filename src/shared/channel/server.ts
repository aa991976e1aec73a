import type { Call, Contract, Declaration, Notice, Stream } from './declare.ts'
import type { Failure, Result } from './failure.ts'
import { failed, succeeded } from './failure.ts'
import type { NoticeMessage, Pulled } from './messages.ts'
import { channelName, clientMessage } from './messages.ts'
import { OpenStreams } from './open-streams.ts'
import type { z } from './zod.ts'

type Handler<D> =
  D extends Call<infer I, infer O>
    ? (input: z.output<I>) => O | Promise<O>
    : D extends Stream<infer I, infer C>
      ? (input: z.output<I>, signal: AbortSignal) => AsyncIterable<C>
      : never

type Asked<F> = { [N in keyof F as F[N] extends Notice<unknown> ? never : N]: Handler<F[N]> }

/** What a server must be able to do: one function for every call and stream. */
export type HandlersOf<C extends Contract> = { [F in keyof C]: Asked<C[F]> }

type Noticed<F> = {
  [N in keyof F as F[N] extends Notice<unknown> ? N : never]: F[N] extends Notice<infer P>
    ? (payload: P) => void
    : never
}

/** How a server tells: `notify.clusters.changed(entries)`. */
export type NotifierOf<C extends Contract> = { [F in keyof C]: Noticed<C[F]> }

/** Makes a NotifierOf out of one function that reaches every listener. */
export function createNotifier<C extends Contract>(
  contract: C,
  send: (message: NoticeMessage) => void,
): NotifierOf<C> {
  const features = Object.entries(contract).map(([feature, declarations]) => {
    const notices = Object.entries(declarations).filter(([, { kind }]) => kind === 'notice')
    const functions = notices.map(([name]) => [
      name,
      (payload: unknown) => send({ name: channelName(feature, name), payload }),
    ])
    return [feature, Object.fromEntries(functions) as unknown]
  })
  return Object.fromEntries(features) as NotifierOf<C>
}

interface Served {
  declaration: Exclude<Declaration, Notice<unknown>>
  handler: (input: unknown, signal: AbortSignal) => unknown
}

/**
 * The server's end of a contract, without a wire: `handle` takes what a peer sent and gives what to send back.
 *
 * A peer is whoever opens streams: a window, a worker. Its streams die with it (`dropPeer`).
 */
export class ChannelServer<C extends Contract> {
  readonly #served: Map<string, Served>
  readonly #describe: (error: unknown, name: string) => Failure
  readonly #streams = new OpenStreams()

  /** `describe` turns what a handler threw into the failure its caller gets. */
  constructor(contract: C, handlers: HandlersOf<C>, describe: (error: unknown, name: string) => Failure) {
    this.#served = servedChannels(contract, handlers)
    this.#describe = describe
  }

  /** Never rejects. */
  async handle(peer: number, received: unknown): Promise<Result<unknown>> {
    const parsed = clientMessage.safeParse(received)
    if (!parsed.success) return failed(notUnderstood('The message has no known shape.'))
    const message = parsed.data
    switch (message.kind) {
      case 'call':
        return this.#run(message.name, 'call', message.input, ({ handler }, input) =>
          handler(input, neverAborted),
        )
      case 'open':
        return this.#run(message.name, 'stream', message.input, ({ handler }, input) =>
          this.#streams.open(
            peer,
            message.name,
            (signal) => handler(input, signal) as AsyncIterable<unknown>,
          ),
        )
      case 'pull':
        return this.#pull(peer, message.stream)
      case 'abort':
        this.#streams.abort(peer, message.stream)
        return succeeded(undefined)
    }
  }

  /** Ends every stream a peer has open. */
  dropPeer(peer: number): void {
    this.#streams.abortAll(peer)
  }

  async #run(
    name: string,
    kind: 'call' | 'stream',
    input: unknown,
    act: (served: Served, input: unknown) => unknown,
  ): Promise<Result<unknown>> {
    const served = this.#served.get(name)
    if (served?.declaration.kind !== kind) return failed(notUnderstood(`There is no ${kind} "${name}".`))
    const checked = served.declaration.input.safeParse(input)
    if (!checked.success) return failed(invalidInput(name, checked.error))
    try {
      return succeeded(await act(served, checked.data))
    } catch (error) {
      return failed(this.#describe(error, name))
    }
  }

  async #pull(peer: number, id: number): Promise<Result<Pulled<unknown>>> {
    const stream = this.#streams.find(peer, id)
    if (!stream) return failed(notUnderstood(`Stream ${id} is not open.`))
    try {
      return succeeded(await stream.pull())
    } catch (error) {
      return failed(this.#describe(error, stream.name))
    }
  }
}

const neverAborted = new AbortController().signal

function servedChannels<C extends Contract>(contract: C, handlers: HandlersOf<C>): Map<string, Served> {
  const served = new Map<string, Served>()
  for (const [feature, declarations] of Object.entries(contract)) {
    for (const [name, declaration] of Object.entries(declarations)) {
      if (declaration.kind === 'notice') continue
      const group = handlers[feature] as Record<string, Served['handler']>
      const handler = group[name]
      if (!handler) throw new Error(`Nothing handles ${channelName(feature, name)}`)
      served.set(channelName(feature, name), { declaration, handler })
    }
  }
  return served
}

function notUnderstood(message: string): Failure {
  return { code: 'NOT_UNDERSTOOD', message }
}

function invalidInput(name: string, error: z.ZodError): Failure {
  const [issue] = error.issues
  const where = issue?.path.length ? ` at ${issue.path.join('.')}` : ''
  return { code: 'INVALID_INPUT', message: `${name} was asked wrongly${where}: ${issue?.message ?? ''}` }
}
