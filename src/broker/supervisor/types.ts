import type { LogLine } from '../logger.ts'
import type { Fault } from './faults/fault.ts'
import type { HistoryEntry } from '../server/history.ts'

export type { HistoryEntry }

/** What a local cluster is made of; kept in `cluster.json` in the cluster's folder. */
export interface ClusterDefinition {
  formatVersion: 1
  name: string
  /** Kafka's cluster id: 22 characters of base64url. */
  clusterId: string
  createdAtMs: number
  brokers: BrokerDefinition[]
  /** Broker configs as given by `--set`; every name is Kafka's or begins with `ottla.`. */
  config: Record<string, string>
  /** Brokers that were on their way out when the cluster stopped: it goes on with that when it starts. */
  leaving?: LeavingBroker[]
}

export interface LeavingBroker {
  readonly brokerId: number
  /** Topics may end with fewer replicas than before. */
  readonly allowFewerReplicas: boolean
}

export interface BrokerDefinition {
  id: number
  port: number
  rack: string | null
}

export type BrokerState = 'stopped' | 'starting' | 'running' | 'stopping' | 'failed'

export interface BrokerStatus extends BrokerDefinition {
  host: string
  state: BrokerState
  isController: boolean
  /** On its way out of the cluster, or to be so with the next start. */
  isLeaving: boolean
  /** Why a broker is `failed`: one sentence of cause, one of remedy. */
  failure: Failure | null
}

export interface Failure {
  code: string
  message: string
  remedy: string
}

export type ClusterState = 'stopped' | 'starting' | 'running' | 'stopping'

export interface ClusterStatus {
  name: string
  clusterId: string
  directory: string
  state: ClusterState
  /** Since when it runs; null while stopped. */
  startedAtMs: number | null
  /** From the call of `start` until the first produce would succeed; null while stopped. */
  startupMs: number | null
  /** `127.0.0.1:9092,127.0.0.1:9093,…` */
  bootstrapServers: string
  controllerId: number | null
  brokers: BrokerStatus[]
}

/** Told to whoever listens to a supervisor; `status` is the state right after the event. */
export type ClusterEvent =
  | { type: 'status'; status: ClusterStatus }
  | { type: 'log'; line: LogLine }
  | { type: 'history'; entry: HistoryEntry }
  /** A fault was applied or removed, or acted lately. */
  | { type: 'faults'; faults: Fault[] }

/** A failure the user can do something about. */
export class ClusterError extends Error {
  readonly failure: Failure

  constructor(failure: Failure, cause?: unknown) {
    super(`${failure.message} ${failure.remedy}`, { cause })
    this.name = 'ClusterError'
    this.failure = failure
  }
}
