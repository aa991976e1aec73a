/** What one replica knows of its partition, for views and statistics. */
import type { Partition } from './partition.ts'

export interface PartitionState {
  topicId: string
  topic: string
  partition: number
  role: 'leader' | 'follower'
  /** −1 while there is none. */
  leaderId: number
  leaderEpoch: number
  partitionEpoch: number
  replicas: number[]
  /** Empty on a follower, which is not told. */
  isr: number[]
  logStartOffset: number
  logEndOffset: number
  highWatermark: number
  lastStableOffset: number
  sizeInBytes: number
  isUnderMinIsr: boolean
  /** Only on a leader. */
  followers: FollowerLag[]
}

export interface FollowerLag {
  brokerId: number
  /** −1 until the follower has fetched from this leader. */
  logEndOffset: number
  /** Records the leader has and the follower, as far as known, has not. */
  lag: number
  /** Since when it has not been caught up; null while it never was. */
  lastCaughtUpTimeMs: number | null
}

export function partitionState(partition: Partition): PartitionState {
  const { log } = partition
  return {
    topicId: partition.topicId,
    topic: partition.topic,
    partition: partition.partition,
    role: partition.isLeader ? 'leader' : 'follower',
    leaderId: partition.leaderId,
    leaderEpoch: partition.leaderEpoch,
    partitionEpoch: partition.partitionEpoch,
    replicas: [...partition.replicas],
    isr: [...partition.isr],
    logStartOffset: log.logStartOffset,
    logEndOffset: log.logEndOffset,
    highWatermark: log.highWatermark,
    lastStableOffset: log.lastStableOffset,
    sizeInBytes: log.sizeInBytes,
    isUnderMinIsr: partition.isUnderMinIsr,
    followers: [...partition.followers].map(({ brokerId, logEndOffset, lastCaughtUpTimeMs }) => ({
      brokerId,
      logEndOffset,
      lag: log.logEndOffset - Math.max(logEndOffset, log.logStartOffset),
      lastCaughtUpTimeMs: Number.isFinite(lastCaughtUpTimeMs) ? lastCaughtUpTimeMs : null,
    })),
  }
}
