import type { LocalCluster } from '../../../shared/ipc/clusters.ts'
import type { OverviewSample } from '../../../shared/ipc/overview.ts'

export type Health = 'stopped' | 'changing' | 'healthy' | 'degraded' | 'broken'

/** A cluster in one word: what it says itself, and what its brokers answer to a client. */
export function healthOf(cluster: LocalCluster, sample: OverviewSample | null): Health {
  if (cluster.state === 'stopped') return cluster.failure ? 'broken' : 'stopped'
  if (cluster.state !== 'running') return 'changing'
  if (sample && !sample.overview.ok) return 'broken'
  if (sample?.overview.ok && sample.overview.value.offline > 0) return 'broken'
  if (cluster.brokers.some(({ state }) => state === 'failed' || state === 'stopped')) return 'degraded'
  if (sample?.overview.ok && sample.overview.value.underReplicated > 0) return 'degraded'
  return 'healthy'
}
