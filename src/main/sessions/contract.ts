import { notice, of } from '../../shared/channel/declare.ts'
import type { Result } from '../../shared/channel/failure.ts'
import type { HandlersOf, NotifierOf } from '../../shared/channel/server.ts'
import type { ClientOf } from '../../shared/channel/client.ts'
import { sessionBrowse } from '../../shared/ipc/browse.ts'
import type { Overview } from '../../shared/ipc/overview.ts'
import { sessionGroups } from '../../shared/ipc/groups.ts'
import { sessionProduce } from '../../shared/ipc/produce.ts'
import { sessionTopics } from '../../shared/ipc/topics.ts'

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
  topics: sessionTopics,
  groups: sessionGroups,
  browse: sessionBrowse,
  produce: sessionProduce,
}

export type SessionClient = ClientOf<typeof sessionContract>
export type SessionHandlers = HandlersOf<typeof sessionContract>
export type SessionNotifier = NotifierOf<typeof sessionContract>
