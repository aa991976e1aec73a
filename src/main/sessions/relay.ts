import type { Contract, Declaration } from '../../shared/channel/declare.ts'
import type { Result } from '../../shared/channel/failure.ts'
import { FailureError } from '../../shared/channel/failure.ts'
import type { ClientTransport, Pulled } from '../../shared/channel/messages.ts'
import { channelName } from '../../shared/channel/messages.ts'
import type { HandlersOf } from '../../shared/channel/server.ts'

/** Which cluster something is asked of; the input of everything that is passed on names it. */
interface Addressed {
  cluster: string
}

/** The way to a cluster's session; null for a cluster that is not open, or whose session is being begun again. */
export type SessionFinder = (cluster: string) => ClientTransport | null

/**
 * Handlers for calls and streams which main only passes on: to the session of the cluster their input names, under
 * the same name, and the answer back as it came.
 */
export function relay<C extends Contract>(features: C, find: SessionFinder): HandlersOf<C> {
  const handlers = Object.entries(features).map(([feature, declarations]) => {
    const asked = Object.entries(declarations).filter(([, { kind }]) => kind !== 'notice')
    const functions = asked.map(([name, { kind }]) => [
      name,
      kind === 'call'
        ? (input: Addressed) => relayCall(find, channelName(feature, name), input)
        : (input: Addressed, signal: AbortSignal) =>
            relayStream(find, channelName(feature, name), input, signal),
    ])
    return [feature, Object.fromEntries(functions) as Record<string, Declaration>]
  })
  return Object.fromEntries(handlers) as unknown as HandlersOf<C>
}

async function relayCall(find: SessionFinder, name: string, input: Addressed): Promise<unknown> {
  return valueOf(await sessionOf(find, input).ask({ kind: 'call', name, input }))
}

async function* relayStream(find: SessionFinder, name: string, input: Addressed, signal: AbortSignal) {
  const session = sessionOf(find, input)
  const stream = valueOf(await session.ask({ kind: 'open', name, input })) as number
  // At once, not when the next chunk comes: there may be none for long, and what makes them costs the cluster.
  const abort = () => void session.ask({ kind: 'abort', stream })
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort, { once: true })
  try {
    while (!signal.aborted) {
      const pulled = valueOf(await session.ask({ kind: 'pull', stream })) as Pulled<unknown>
      if (pulled.done) return
      yield pulled.chunk
    }
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

function sessionOf(find: SessionFinder, { cluster }: Addressed): ClientTransport {
  const session = find(cluster)
  if (session) return session
  throw new FailureError({
    code: 'NOT_RUNNING',
    message: 'The cluster is not open.',
    remedy: 'Start it first.',
  })
}

function valueOf(result: Result<unknown>): unknown {
  if (result.ok) return result.value
  throw new FailureError(result.failure)
}
