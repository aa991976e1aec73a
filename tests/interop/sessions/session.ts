import { Admin } from '@platformatic/kafka'
import { boardHandlers } from '../../../src/main/sessions/board/serve.ts'
import { serveBrowse } from '../../../src/main/sessions/browse/serve.ts'
import { ClusterAccess } from '../../../src/main/sessions/cluster-access.ts'
import { LagRecorder } from '../../../src/main/sessions/groups/lag-recorder.ts'
import { groupHandlers } from '../../../src/main/sessions/groups/serve.ts'
import { timeOfRecord } from '../../../src/main/sessions/groups/time-of-record.ts'
import { OverviewSampler } from '../../../src/main/sessions/overview-sampler.ts'
import { produceHandlers } from '../../../src/main/sessions/produce/serve.ts'
import { MinInsyncReplicas } from '../../../src/main/sessions/topics/min-insync.ts'
import { topicHandlers } from '../../../src/main/sessions/topics/serve.ts'
import { TrafficSampler } from '../../../src/main/sessions/traffic/traffic-sampler.ts'

const CLIENT_ID = 'session'

/** Everything a session's thread has for one cluster, without the thread. */
export type Session = ReturnType<typeof openSession>

export function openSession(addresses: readonly { host: string; port: number }[]) {
  const bootstrap = [...addresses]
  const connection = { connectTimeout: 2_000, requestTimeout: 20_000 }
  const accesses: ClusterAccess[] = []
  const access = () => {
    const opened = new ClusterAccess({ clientId: CLIENT_ID, bootstrap, connection })
    accesses.push(opened)
    return opened
  }
  const topicAccess = { watching: access(), changing: access() }
  const minInsync = new MinInsyncReplicas(topicAccess.watching)
  const lags = new LagRecorder(topicAccess.watching, null)
  const admin = new Admin({
    clientId: CLIENT_ID,
    bootstrapBrokers: bootstrap,
    retries: 0,
    connectTimeout: 2_000,
  })
  const overview = new OverviewSampler(admin, bootstrap, minInsync)
  const traffic = new TrafficSampler(topicAccess.watching)
  return {
    overview: () => overview.sample(),
    traffic: () => traffic.sample(overview.ledPartitions),
    topics: topicHandlers({ ...topicAccess, minInsync }),
    board: boardHandlers({ watching: access(), aside: access(), changing: access() }),
    browse: serveBrowse({ clientId: CLIENT_ID, bootstrap, connection }),
    produce: produceHandlers(access()),
    groups: groupHandlers({
      ...topicAccess,
      lags,
      timeOf: timeOfRecord({ clientId: CLIENT_ID, bootstrap, connection }),
    }),
    close: async () => {
      await Promise.all(accesses.map((each) => each.close()))
      await admin.close()
    },
  }
}

/** The first chunk of a stream that is as wanted; the stream is ended then. */
export async function firstOf<T>(
  open: (signal: AbortSignal) => AsyncIterable<T>,
  isWanted: (chunk: T) => boolean = () => true,
): Promise<T> {
  const ending = new AbortController()
  try {
    for await (const chunk of open(ending.signal)) if (isWanted(chunk)) return chunk
  } finally {
    ending.abort()
  }
  throw new Error('The stream ended before what was waited for')
}
