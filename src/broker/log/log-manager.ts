import type { MessagePort } from 'node:worker_threads'
import type { Clock } from '../clock.ts'
import type { Logger } from '../logger.ts'
import type { TopicConfig } from '../metadata/configs/topic-config.ts'
import type { StorageError } from '../storage/storage-error.ts'
import type { PartitionLog } from './partition-log.ts'

export interface LogManagerOptions {
  /** The broker's own directory; holds log.db. */
  dataDir: string
  clock: Clock
  log: Logger
  tailCacheBytes?: number
  /** The other end of `connectCheckpointer` of the checkpoint worker; without it checkpoints run here, when idle. */
  checkpointPort?: MessagePort
  logRetentionCheckIntervalMs?: number
  highWatermarkCheckpointIntervalMs?: number
  producerIdExpirationMs?: number
}

/** A partition found on disk, whether or not it has been opened by getOrCreate. */
export interface StoredPartition {
  topicId: string
  topic: string
  partition: number
}

/** All logs of one broker. */
export declare class LogManager {
  constructor(options: LogManagerOptions)
  readonly isOffline: boolean
  getOrCreate(topicId: string, topic: string, partition: number, config: TopicConfig): PartitionLog
  get(topic: string, partition: number): PartitionLog | undefined
  getById(topicId: string, partition: number): PartitionLog | undefined
  /** The logs opened since start. */
  all(): PartitionLog[]
  /** Everything on disk: what is in here but not in the metadata is stray and may be deleted. */
  stored(): StoredPartition[]
  updateConfig(topic: string, config: TopicConfig): void
  delete(topicId: string, partition: number): void
  committed(): Promise<void>
  onCommitted(listener: (logs: PartitionLog[]) => void): void
  onOffline(listener: (error: StorageError) => void): void
  startMaintenance(): void
  close(): void
}
