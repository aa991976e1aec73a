import type { BrokerState, Cluster, LocalBroker } from '../../../shared/ipc/clusters.ts'
import type { Overview, OverviewSample } from '../../../shared/ipc/overview.ts'
import { remoteStateOf } from '../clusters/health.ts'
import type { RemoteState } from '../clusters/health.ts'

/** A broker as a card shows it, of whichever kind of cluster. */
export interface ShownBroker extends Omit<LocalBroker, 'state' | 'failure'> {
  state: BrokerState | RemoteState
}

/**
 * The brokers of a local cluster are all known, dead ones too. Those of a remote one are the last that the cluster
 * named: whether they still live is known as long as it answers.
 */
export function shownBrokers(
  cluster: Cluster,
  sample: OverviewSample | null,
  overview: Overview | null,
): ShownBroker[] {
  if (cluster.kind === 'local') return cluster.brokers
  const state = remoteStateOf(sample)
  return (overview?.brokers ?? []).map(({ id, host, port, rack }) => ({
    id,
    host,
    port,
    rack,
    state,
    isController: id === overview?.controllerId,
  }))
}
