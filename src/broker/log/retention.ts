import type { TopicConfig } from '../metadata/configs/topic-config.ts'
import type { Segment, Segments } from './segments.ts'

export interface RetentionState {
  segments: Segments
  config: TopicConfig
  logStartOffset: number
  highWatermark: number
  logEndOffset: number
  nowMs: number
}

/**
 * How many of the oldest segments may go (UnifiedLog.deleteOldSegments): whole segments only, oldest first, none
 * with records at or above the high watermark. Possibly all of them: the active one too, once all of it is too old.
 */
export function deletableSegments(state: RetentionState): number {
  const { segments, highWatermark, logEndOffset } = state
  let remainingBytes = segments.sizeInBytes
  let count = 0
  for (const segment of segments.all) {
    const endOffset = segments.endOffsetOf(count, logEndOffset)
    if (endOffset > highWatermark || !isDeletable(segment, endOffset, remainingBytes, state)) break
    remainingBytes -= segment.sizeInBytes
    count++
  }
  return count
}

function isDeletable(
  segment: Segment,
  endOffset: number,
  remainingBytes: number,
  state: RetentionState,
): boolean {
  const { config, logStartOffset, nowMs } = state
  if (endOffset <= logStartOffset) return true
  // Compacted logs lose records by their keys; only DeleteRecords, above, works on them all the same.
  if (!config.cleanupPolicy.has('delete')) return false
  const newest = segment.maxTimestamp >= 0 ? segment.maxTimestamp : segment.lastAppendMs
  const isTooOld = config.retentionMs >= 0 && nowMs - newest > config.retentionMs
  const isTooMuch =
    config.retentionBytes >= 0 && remainingBytes - segment.sizeInBytes >= config.retentionBytes
  return isTooOld || isTooMuch
}
