import { ClusterAccess } from '../../../src/main/sessions/cluster-access.ts'
import { LagRecorder } from '../../../src/main/sessions/groups/lag-recorder.ts'
import { groupHandlers } from '../../../src/main/sessions/groups/serve.ts'
import { timeOfRecord } from '../../../src/main/sessions/groups/time-of-record.ts'
import type { Cluster } from '../cluster.ts'

/** The session's part about groups, as the window has it. */
export function serveGroups(cluster: Cluster) {
  const bootstrap = cluster.addresses.map((address) => {
    const [host = '', port] = address.split(':')
    return { host, port: Number(port) }
  })
  const connection = { connectTimeout: 2_000, requestTimeout: 10_000 }
  const access = new ClusterAccess({ clientId: 'session', bootstrap, connection })
  return groupHandlers({
    watching: access,
    changing: access,
    lags: new LagRecorder(access, null),
    timeOf: timeOfRecord({ clientId: 'session', bootstrap, connection }),
  })
}

/** The first chunk of a stream, which is ended then. */
export async function first<T>(open: (signal: AbortSignal) => AsyncIterable<T>): Promise<T> {
  const ending = new AbortController()
  for await (const chunk of open(ending.signal)) {
    ending.abort()
    return chunk
  }
  throw new Error('The stream ended before its first chunk')
}
