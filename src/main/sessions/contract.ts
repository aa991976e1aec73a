import { notice, of } from '../../shared/channel/declare.ts'
import type { Result } from '../../shared/channel/failure.ts'
import type { ClientOf } from '../../shared/channel/client.ts'
import { sessionBoard } from '../../shared/ipc/board.ts'
import { sessionBrowse } from '../../shared/ipc/browse.ts'
import type { Overview } from '../../shared/ipc/overview.ts'
import { sessionGroups } from '../../shared/ipc/groups.ts'
import { sessionProduce } from '../../shared/ipc/produce.ts'
import { sessionTopics } from '../../shared/ipc/topics.ts'
import type { Traffic } from '../../shared/ipc/traffic.ts'

/** Handed to a session's thread when it begins. */
export interface SessionOptions {
  bootstrapServers: string[]
  clientId: string
  sampleIntervalMs: number
  /** Where a day of the groups' lags is kept; null: nowhere. */
  lagFile: string | null
}

/** Everything main may ask of a cluster's session and be told by it: the same machinery as between window and main. */
export const sessionContract = {
  overview: {
    sampled: notice(of<{ atMs: number; overview: Result<Overview> }>()),
  },
  traffic: {
    sampled: notice(of<{ atMs: number; traffic: Traffic | null }>()),
  },
  topics: sessionTopics,
  groups: sessionGroups,
  board: sessionBoard,
  browse: sessionBrowse,
  produce: sessionProduce,
}

export type SessionClient = ClientOf<typeof sessionContract>
