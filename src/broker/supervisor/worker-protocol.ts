/** What a supervisor and its broker threads tell each other; everything else between brokers goes over TCP. */
import type { MessagePort } from 'node:worker_threads'
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
}

export type ToBroker =
  | { type: 'stop'; controlled: boolean }
  | { type: 'addresses'; addresses: BrokerAddress[] }
  /** The supervisor saw another broker's thread end (`ottla.failure.detection=instant`). */
  | { type: 'brokerDied'; brokerId: number }

export type FromBroker =
  | { type: 'ready' }
  | { type: 'controller'; controllerId: number | null }
  | { type: 'log'; line: LogLine }
  | { type: 'history'; entry: HistoryEntry }
  | { type: 'failed'; failure: Failure }
