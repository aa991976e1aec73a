import type { ClusterEvent, FaultSpec as EngineSpec } from '../../broker/index.ts'
import type { HandlersOf } from '../../shared/channel/server.ts'
import type { Fault, faults } from '../../shared/ipc/faults.ts'
import type { ClusterHost } from './cluster-host.ts'

/** What can be done with the faults of a cluster that runs, wherever it does. */
export interface RunFaults {
  list(): Promise<Fault[]>
  apply(spec: EngineSpec): Promise<Fault>
  /** What is left. */
  remove(ids: readonly number[]): Promise<Fault[]>
  clear(): Promise<void>
}

/** @param hostOf of a local cluster; throws FailureError for any other */
export function faultHandlers(
  hostOf: (cluster: string) => ClusterHost,
): HandlersOf<{ faults: typeof faults }>['faults'] {
  return {
    list: ({ cluster }) => hostOf(cluster).faults?.list() ?? [],
    // The engine checks names of APIs and errors, and refuses what it does not know with a sentence.
    apply: ({ cluster, spec }) =>
      hostOf(cluster)
        .requireFaults()
        .apply(spec as EngineSpec),
    remove: ({ cluster, ids }) => hostOf(cluster).requireFaults().remove(ids),
    clear: ({ cluster }) => hostOf(cluster).requireFaults().clear(),
  }
}

/** @returns for the events of clusters this app runs */
export function faultTeller(
  tell: (changed: { cluster: string; faults: Fault[] }) => void,
): (cluster: string, event: ClusterEvent) => void {
  return (cluster, event) => {
    if (event.type === 'faults') tell({ cluster, faults: event.faults })
  }
}
