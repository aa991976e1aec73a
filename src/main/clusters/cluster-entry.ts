import type { ClusterDefinition, ClusterStatus } from '../../broker/index.ts'
import type { Failure } from '../../shared/channel/failure.ts'
import type { LocalCluster } from '../../shared/ipc/clusters.ts'

const HOST = '127.0.0.1'

/** A cluster's place and what the app knows beside its status. */
export interface EntryFrame {
  id: string
  directory: string
  runBy: LocalCluster['runBy']
  failure: Failure | null
}

/** What windows see of a cluster that has a status: one which runs, here or in another process. */
export function entryOfStatus(frame: EntryFrame, status: ClusterStatus): LocalCluster {
  const { name, clusterId, state, startedAtMs, startupMs, bootstrapServers, controllerId, brokers } = status
  return {
    kind: 'local',
    ...frame,
    name,
    clusterId,
    state,
    startedAtMs,
    startupMs,
    bootstrapServers,
    controllerId,
    brokers: brokers.map(({ id, host, port, rack, state, isController, isLeaving, failure }) => ({
      id,
      host,
      port,
      rack,
      state,
      isController,
      isLeaving,
      failure,
    })),
  }
}

/** What windows see of a cluster nobody runs. */
export function entryOfDefinition(frame: EntryFrame, definition: ClusterDefinition): LocalCluster {
  const { name, clusterId, brokers } = definition
  return {
    kind: 'local',
    ...frame,
    name,
    clusterId,
    state: 'stopped',
    startedAtMs: null,
    startupMs: null,
    bootstrapServers: brokers.map(({ port }) => `${HOST}:${port}`).join(','),
    controllerId: null,
    brokers: brokers.map(({ id, port, rack }) => ({
      id,
      host: HOST,
      port,
      rack,
      state: 'stopped',
      isController: false,
      isLeaving: (definition.leaving ?? []).some(({ brokerId }) => brokerId === id),
      failure: null,
    })),
  }
}
