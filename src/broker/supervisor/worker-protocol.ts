/** What a supervisor and its broker threads tell each other; everything else between brokers goes over TCP. */
import type { MessagePort } from 'node:worker_threads'
import type { ActiveFault } from '../faults/spec.ts'
import type { LogLine } from '../logger.ts'
import type { Failure, HistoryEntry } from './types.ts'

/** Where a broker listens, known before any metadata is: how a broker finds the controller at start. */
export interface BrokerAddress {
  id: number
  host: string
  port: number
}

export interface BrokerWorkerData {
  brokerId: number
  host: string
  port: number
  rack: string | null
  clusterId: string
  /** The broker's own folder, with `log.db`. */
  directory: string
  /** The cluster's metadata store. */
  metadataFile: string
  config: Record<string, string>
  addresses: BrokerAddress[]
  /** To the cluster's checkpointing thread; null: the broker checkpoints by itself. */
  checkpointPort: MessagePort | null
  faults: ActiveFault[]
  /** One Int32 which the thread waits on while it is FROZEN. */
  gate: SharedArrayBuffer
}

/** Values of the gate. */
export const OPEN = 0
export const FROZEN = 1

export type ToBroker =
  | { type: 'stop'; controlled: boolean }
  | { type: 'addresses'; addresses: BrokerAddress[] }
  /** The supervisor saw another broker's thread end (`ottla.failure.detection=instant`). */
  | { type: 'brokerDied'; brokerId: number }
  /** In force from now on, and no others; answered by `faultsApplied`. */
  | { type: 'faults'; faults: ActiveFault[] }
  /** Answered by `frozen`; the thread then stands still for as long as the gate says. */
  | { type: 'freeze' }

export type FromBroker =
  | { type: 'ready' }
  | { type: 'controller'; controllerId: number | null }
  | { type: 'log'; line: LogLine }
  | { type: 'history'; entry: HistoryEntry }
  | { type: 'failed'; failure: Failure }
  | { type: 'faultsApplied' }
  | { type: 'frozen' }
  /** These faults did something lately. */
  | { type: 'faultHits'; faultIds: number[] }
