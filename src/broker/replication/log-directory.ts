/** What a broker's one log directory holds, and how far each replica in it is behind its partition. */
import { statfsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { LogManager } from '../log/log-manager.ts'
import type { Partition } from './partition.ts'

export interface LogDirectory {
  readonly path: string
  readonly isOffline: boolean
  /** Of the volume it is on; −1: the system does not tell. */
  readonly totalBytes: number
  readonly usableBytes: number
  readonly replicas: readonly ReplicaSize[]
}

export interface ReplicaSize {
  readonly topic: string
  readonly partition: number
  readonly sizeInBytes: number
  /** How far the log ends before the partition's high watermark; −1: unknown, the leader has not said yet. */
  readonly offsetLag: number
}

export function describeLogDirectory(
  logs: LogManager,
  partitions: Iterable<Partition>,
  leaderHighWatermark: (partition: Partition) => number | null,
): LogDirectory {
  const path = resolve(logs.directory)
  const { isOffline } = logs
  return {
    path,
    isOffline,
    ...volumeOf(path),
    replicas: isOffline ? [] : [...partitions].map((partition) => sizeOf(partition, leaderHighWatermark)),
  }
}

function sizeOf(
  partition: Partition,
  leaderHighWatermark: (partition: Partition) => number | null,
): ReplicaSize {
  const { log, topic, isLeader, partition: index } = partition
  // A follower's own high watermark never passes its log's end, so only the leader's word tells how far it is behind.
  const highWatermark = isLeader ? log.highWatermark : leaderHighWatermark(partition)
  const offsetLag = highWatermark === null ? -1 : Math.max(0, highWatermark - log.logEndOffset)
  return { topic, partition: index, sizeInBytes: log.sizeInBytes, offsetLag }
}

function volumeOf(path: string): { totalBytes: number; usableBytes: number } {
  try {
    const { bsize, blocks, bavail } = statfsSync(path)
    return { totalBytes: blocks * bsize, usableBytes: bavail * bsize }
  } catch {
    return { totalBytes: -1, usableBytes: -1 }
  }
}
