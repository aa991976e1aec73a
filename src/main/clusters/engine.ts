import {
  ClusterSupervisor,
  ControlServer,
  checkPorts,
  clusterContents,
  connectControl,
  folderSizeInBytes,
  readClusterDefinition,
} from '../../broker/index.ts'
import type {
  ClusterContents,
  ControlClient,
  RemoveBrokerOptions,
  SteeredFaults,
} from '../../broker/index.ts'
import type { ClusterDefinition, ClusterEvent, ClusterStatus } from '../../broker/index.ts'

/** What the app needs of a cluster it runs; ClusterSupervisor is one. */
export interface Supervisor {
  status(): ClusterStatus
  start(): Promise<ClusterStatus>
  close(): Promise<void>
  startBroker(id: number): Promise<void>
  stopBroker(id: number): Promise<void>
  killBroker(id: number): Promise<void>
  addBroker(options?: { rack?: string }): Promise<number>
  removeBroker(id: number, options?: RemoveBrokerOptions): Promise<void>
  rename(name: string): void
  readonly faults: SteeredFaults
  onEvent(listener: (event: ClusterEvent) => void): () => void
}

/** How others steer a cluster the app runs. */
export interface Control {
  withdraw(): void
  close(): Promise<void>
}

/** The engine as the app uses it: an argument, so that the app can be tested without sockets and threads. */
export interface Engine {
  create(
    directory: string,
    options: { name: string; brokers: number; firstPort: number },
  ): Promise<ClusterDefinition>
  open(directory: string): Promise<Supervisor>
  serveControl(
    supervisor: Supervisor,
    options: { stop: () => Promise<void>; onStopped: () => void },
  ): Promise<Control>
  remove(directory: string): Promise<void>
  contents(directory: string): ClusterContents
  sizeInBytes(directory: string): Promise<number>
  connectControl(directory: string): Promise<ControlClient>
  readDefinition(directory: string): ClusterDefinition | null
  checkPorts(first: number, count: number): Promise<{ taken: number[]; suggestion: number }>
}

export type { ControlClient }

/** The engine in this process. */
export const engine: Engine = {
  create: (directory, options) => ClusterSupervisor.create(directory, options),
  open: (directory) => ClusterSupervisor.open(directory),
  remove: (directory) => ClusterSupervisor.remove(directory),
  contents: clusterContents,
  sizeInBytes: folderSizeInBytes,
  // `stop` from outside is the user's wish as much as a click: it goes the app's own way.
  serveControl: (supervisor, { stop, onStopped }) =>
    ControlServer.serve(
      {
        status: () => supervisor.status(),
        stop,
        startBroker: (id) => supervisor.startBroker(id),
        stopBroker: (id) => supervisor.stopBroker(id),
        killBroker: (id) => supervisor.killBroker(id),
        addBroker: (options) => supervisor.addBroker(options),
        removeBroker: (id, options) => supervisor.removeBroker(id, options),
        faults: supervisor.faults,
      },
      { onStopped },
    ),
  connectControl,
  readDefinition: readClusterDefinition,
  checkPorts,
}
