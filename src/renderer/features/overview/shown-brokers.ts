import type { BrokerState, Cluster, LocalBroker } from '../../../shared/ipc/clusters.ts'
import type { Overview, OverviewSample } from '../../../shared/ipc/overview.ts'
import { remoteStateOf } from '../clusters/health.ts'
import type { RemoteState } from '../clusters/health.ts'

/** A broker as a card shows it, of whichever kind of cluster. */
export interface ShownBroker extends Omit<LocalBroker, 'state' | 'failure' | 'host' | 'port' | 'isLeaving'> {
  state: BrokerState | RemoteState
  /** Null of a broker that is gone from a remote cluster. */
  host: string | null
  port: number | null
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
  if (!overview) return []
  const state = remoteStateOf(sample)
  const living = overview.brokers.map(({ id, host, port, rack }) => ({ id, host, port, rack, state }))
  const gone = overview.absent.map(({ id }) => ({
    id,
    host: null,
    port: null,
    rack: null,
    state: 'unreachable' as const,
  }))
  return [...living, ...gone]
    .sort((one, other) => one.id - other.id)
    .map((broker) => ({ ...broker, isController: broker.id === overview.controllerId }))
}
