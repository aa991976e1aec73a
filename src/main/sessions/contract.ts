import { notice, of } from '../../shared/channel/declare.ts'
import type { Result } from '../../shared/channel/failure.ts'
import type { HandlersOf, NotifierOf } from '../../shared/channel/server.ts'
import type { ClientOf } from '../../shared/channel/client.ts'
import type { Overview } from '../../shared/ipc/overview.ts'

/** Handed to a session's thread when it begins. */
export interface SessionOptions {
  bootstrapServers: string[]
  clientId: string
  sampleIntervalMs: number
}

/** Everything main may ask of a cluster's session and be told by it: the same machinery as between window and main. */
export const sessionContract = {
  overview: {
    sampled: notice(of<{ atMs: number; overview: Result<Overview> }>()),
  },
}

export type SessionClient = ClientOf<typeof sessionContract>
export type SessionHandlers = HandlersOf<typeof sessionContract>
export type SessionNotifier = NotifierOf<typeof sessionContract>
