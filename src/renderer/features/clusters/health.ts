import type { Cluster } from '../../../shared/ipc/clusters.ts'
import type { OverviewSample } from '../../../shared/ipc/overview.ts'

export type Health = 'stopped' | 'changing' | 'healthy' | 'degraded' | 'broken'

/** A cluster in one word: what it says itself, and what its brokers answer to a client. */
export function healthOf(cluster: Cluster, sample: OverviewSample | null): Health {
  if (cluster.kind === 'remote') return sample ? healthSeen(sample) : 'changing'
  if (cluster.state === 'stopped') return cluster.failure ? 'broken' : 'stopped'
  if (cluster.state !== 'running') return 'changing'
  const seen = sample ? healthSeen(sample) : 'healthy'
  const lacksBroker = cluster.brokers.some(({ state }) => state === 'failed' || state === 'stopped')
  return seen === 'healthy' && lacksBroker ? 'degraded' : seen
}

/** What a client sees. */
function healthSeen({ overview }: OverviewSample): Health {
  if (!overview.ok || overview.value.offline > 0) return 'broken'
  return overview.value.underReplicated > 0 ? 'degraded' : 'healthy'
}

export type RemoteState = 'connecting' | 'reachable' | 'unreachable'

/** Whether a remote cluster answers. */
export function remoteStateOf(sample: OverviewSample | null): RemoteState {
  if (!sample) return 'connecting'
  return sample.overview.ok ? 'reachable' : 'unreachable'
}

/** Whether there is a session to ask: a local cluster that runs, or any remote one. */
export function isOpen(cluster: Cluster | null): boolean {
  return cluster !== null && (cluster.kind === 'remote' || cluster.state === 'running')
}
