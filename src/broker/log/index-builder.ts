import type { IndexEntry } from '../storage/index-table.ts'
import type { Segment } from './segments.ts'

/** Batches an index entry stands for: as many rows are read, without their bytes, for a time lookup or at a start. */
const BATCHES_PER_ENTRY = 256
/** An entry carries a snapshot of the producers, so with many of them entries are made less often. */
const BATCHES_PER_PRODUCER = 4

export interface IndexMark {
  batches: number
  endOffset: number
  maxTimestamp: number
}

/** Counts the batches since the last index entry. */
export class IndexBuilder {
  #batches = 0
  #endOffset = 0
  #maxTimestamp = -1

  append(batch: { lastOffset: number; maxTimestamp: number }): void {
    this.#batches++
    this.#endOffset = batch.lastOffset + 1
    this.#maxTimestamp = Math.max(this.#maxTimestamp, batch.maxTimestamp)
  }

  isDue(producers: number): boolean {
    return this.#batches >= BATCHES_PER_ENTRY + BATCHES_PER_PRODUCER * producers
  }

  /** The entry for the batches since the last one, all of which lie in `segment`; null when there are none. */
  take(segment: Readonly<Segment>): IndexEntry | null {
    if (this.#batches === 0) return null
    const entry = {
      endOffset: this.#endOffset,
      segmentBaseOffset: segment.baseOffset,
      segmentSizeInBytes: segment.sizeInBytes,
      segmentFirstTimestamp: segment.firstTimestamp,
      maxTimestamp: this.#maxTimestamp,
    }
    this.reset()
    return entry
  }

  reset(): void {
    this.#batches = 0
    this.#maxTimestamp = -1
  }

  mark(): IndexMark {
    return { batches: this.#batches, endOffset: this.#endOffset, maxTimestamp: this.#maxTimestamp }
  }

  restore({ batches, endOffset, maxTimestamp }: IndexMark): void {
    this.#batches = batches
    this.#endOffset = endOffset
    this.#maxTimestamp = maxTimestamp
  }
}
