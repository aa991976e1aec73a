/** The engine's only door. */
export { ClusterSupervisor } from './supervisor/cluster-supervisor.ts'
export type { CreateClusterOptions, OpenClusterOptions } from './supervisor/cluster-supervisor.ts'
export { clusterContents, folderSizeInBytes } from './supervisor/contents.ts'
export type { ClusterContents } from './supervisor/contents.ts'
export { connectControl } from './supervisor/control-client.ts'
export type { ControlClient } from './supervisor/control-client.ts'
export { brokerActions } from './supervisor/control-protocol.ts'
export type { BrokerAction } from './supervisor/control-protocol.ts'
export { ControlServer } from './supervisor/control-server.ts'
export type { ControlServerOptions } from './supervisor/control-server.ts'
export { checkClusterName, readClusterDefinition } from './supervisor/definition.ts'
export { clustersDirectory } from './supervisor/directories.ts'
export { checkPorts } from './supervisor/ports.ts'
export { ClusterError } from './supervisor/types.ts'
export type {
  BrokerDefinition,
  BrokerState,
  BrokerStatus,
  ClusterDefinition,
  ClusterEvent,
  ClusterState,
  ClusterStatus,
  Failure,
  HistoryEntry,
} from './supervisor/types.ts'
export type { LogLevel, LogLine } from './logger.ts'
