/** The engine's only door. */
export { ClusterSupervisor } from './supervisor/cluster-supervisor.ts'
export type { OpenClusterOptions } from './supervisor/cluster-supervisor.ts'
export { FaultProblem, checkFaultSpec } from './supervisor/faults/check.ts'
export { parseLink } from './supervisor/faults/entry.ts'
export { readFaultEntry, readScenario } from './supervisor/faults/scenario-file.ts'
export { ScenarioRun } from './supervisor/faults/scenario-run.ts'
export type { Scenario, ScenarioStep } from './supervisor/faults/scenario.ts'
export type { Fault } from './supervisor/faults/fault.ts'
export type { FaultKind, FaultSpec, LinkEnd, RuleAction, RuleWhen } from './faults/spec.ts'
export { clusterContents, folderSizeInBytes } from './supervisor/contents.ts'
export type { ClusterContents } from './supervisor/contents.ts'
export type { RemoveBrokerOptions } from './supervisor/broker-removals.ts'
export type { DecommissionProgress } from './supervisor/decommission.ts'
export { connectControl } from './supervisor/control-client.ts'
export type { ControlClient } from './supervisor/control-client.ts'
export { brokerActions } from './supervisor/control-protocol.ts'
export type { BrokerAction } from './supervisor/control-protocol.ts'
export { ControlServer } from './supervisor/control-server.ts'
export type { ControlServerOptions, SteeredFaults } from './supervisor/control-server.ts'
export type { CreateClusterOptions } from './supervisor/creation.ts'
export { checkClusterName, readClusterDefinition } from './supervisor/definition.ts'
export { clustersDirectory } from './supervisor/directories.ts'
export {
  boardAt,
  historyAfter,
  historyPage,
  historySlices,
  neighbour,
} from './supervisor/history/history-reader.ts'
export type {
  HistoryFilter,
  HistoryPage,
  HistorySlice,
  KeptEntry,
} from './supervisor/history/history-reader.ts'
export type { Board, BoardBroker, BoardPartition, BoardTopic } from './supervisor/history/board.ts'
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
export { systemClock } from './clock.ts'
export type { LogLevel, LogLine } from './logger.ts'
