import type { Result } from './failure.ts'
import { z } from './zod.ts'

/** What a client sends. Every message is answered by one Result. */
export const clientMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('call'), name: z.string().max(100), input: z.unknown() }),
  z.object({ kind: z.literal('open'), name: z.string().max(100), input: z.unknown() }),
  z.object({ kind: z.literal('pull'), stream: z.number().int() }),
  z.object({ kind: z.literal('abort'), stream: z.number().int() }),
])

export type ClientMessage = z.output<typeof clientMessage>

/** Answer to `pull`. */
export type Pulled<C> = { done: false; chunk: C } | { done: true }

export interface NoticeMessage {
  name: string
  payload: unknown
}

/** The client's end of a wire: Electron's IPC, a worker's port, or two functions in a test. */
export interface ClientTransport {
  ask(message: ClientMessage): Promise<Result<unknown>>
  /** Returns how to stop listening. */
  listen(listener: (message: NoticeMessage) => void): () => void
}

export function channelName(feature: string, name: string): string {
  return `${feature}.${name}`
}
