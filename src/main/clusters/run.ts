import type { ClusterStatus } from '../../broker/index.ts'
import type { RemoveBrokerOptions } from '../../broker/index.ts'
import type { RunFaults } from './faults.ts'

export type BrokerAction = 'start' | 'stop' | 'kill'

/** A cluster that runs, wherever: in this process, or in another one that is asked over its control channel. */
export interface Run {
  readonly by: 'app' | 'other'
  status(): ClusterStatus
  broker(action: BrokerAction, id: number): Promise<void>
  addBroker(rack?: string): Promise<void>
  removeBroker(id: number, options: RemoveBrokerOptions): Promise<void>
  readonly faults: RunFaults
  /** FailureError where the process that runs it can't be asked for that. */
  rename(name: string): void
  /** The user's wish: the cluster does not run after it. */
  stop(): Promise<void>
  /** The app goes: a cluster of its own stops, another's is let be. */
  leave(): Promise<void>
}
