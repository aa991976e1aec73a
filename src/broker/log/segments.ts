import type { IndexedSegment } from '../storage/index-table.ts'

/**
 * A run of batches which retention deletes as one. Only a boundary in the partition's table, but rolled by
 * `segment.bytes` and `segment.ms` as Kafka's files are, because users see the difference in what is deleted when.
 */
export interface Segment {
  readonly baseOffset: number
  sizeInBytes: number
  /** −1 while no batch has one. */
  maxTimestamp: number
  /** Of its first batch. */
  readonly firstTimestamp: number
  /** By the broker's clock, as the next: they stand in for the timestamps of batches which have none. */
  readonly createdMs: number
  lastAppendMs: number
}

export interface AppendedToSegment {
  baseOffset: number
  lastOffset: number
  maxTimestamp: number
  sizeInBytes: number
}

export interface RollLimits {
  segmentBytes: number
  segmentMs: number
}

export interface SegmentsMark {
  count: number
  active: Segment | undefined
  sizeInBytes: number
}

/** Offsets within a segment are 32 bit numbers in Kafka's files, so a segment never spans more. */
const MAX_OFFSETS = 2 ** 31 - 1

/** A log's segments, oldest first; the last is the active one, and there is none while the log is empty. */
export class Segments {
  #segments: Segment[]
  #sizeInBytes: number

  constructor(stored: readonly IndexedSegment[], nowMs: number) {
    this.#segments = stored.map(({ baseOffset, sizeInBytes, maxTimestamp, firstTimestamp }) => ({
      baseOffset,
      sizeInBytes,
      maxTimestamp,
      firstTimestamp,
      createdMs: nowMs,
      lastAppendMs: nowMs,
    }))
    this.#sizeInBytes = this.#segments.reduce((sum, segment) => sum + segment.sizeInBytes, 0)
  }

  get all(): readonly Readonly<Segment>[] {
    return this.#segments
  }

  get active(): Readonly<Segment> | undefined {
    return this.#segments.at(-1)
  }

  get sizeInBytes(): number {
    return this.#sizeInBytes
  }

  /** Whether the batch has to go into a new segment (LogSegment.shouldRoll). */
  mustRoll(batch: AppendedToSegment, limits: RollLimits, nowMs: number): boolean {
    const active = this.active
    if (active === undefined) return true
    // By the records' own time where they have one, so that replayed old data is cut as it was when it was new.
    const ageMs =
      active.firstTimestamp >= 0 && batch.maxTimestamp >= 0
        ? batch.maxTimestamp - active.firstTimestamp
        : nowMs - active.createdMs
    return (
      active.sizeInBytes + batch.sizeInBytes > limits.segmentBytes ||
      ageMs > limits.segmentMs ||
      batch.lastOffset - active.baseOffset > MAX_OFFSETS
    )
  }

  roll(batch: AppendedToSegment, nowMs: number): void {
    this.#segments.push({
      baseOffset: batch.baseOffset,
      sizeInBytes: 0,
      maxTimestamp: -1,
      firstTimestamp: batch.maxTimestamp,
      createdMs: nowMs,
      lastAppendMs: nowMs,
    })
  }

  /** Into the active segment. */
  append(batch: AppendedToSegment, nowMs: number): void {
    const active = this.#segments.at(-1)
    if (active === undefined) throw new Error('no segment to append to')
    active.sizeInBytes += batch.sizeInBytes
    active.maxTimestamp = Math.max(active.maxTimestamp, batch.maxTimestamp)
    active.lastAppendMs = nowMs
    this.#sizeInBytes += batch.sizeInBytes
  }

  /** Where the segment after the one at `index` begins; the active one ends at `logEndOffset`. */
  endOffsetOf(index: number, logEndOffset: number): number {
    return this.#segments[index + 1]?.baseOffset ?? logEndOffset
  }

  /** Forgets the `count` oldest. */
  deleteOldest(count: number): void {
    const deleted = this.#segments.slice(0, count)
    this.#segments = this.#segments.slice(count)
    this.#sizeInBytes -= deleted.reduce((sum, segment) => sum + segment.sizeInBytes, 0)
  }

  /** What to give back to `restore` for going back to now. Good until segments are deleted. */
  mark(): SegmentsMark {
    const { active } = this
    return { count: this.#segments.length, active: active && { ...active }, sizeInBytes: this.#sizeInBytes }
  }

  restore(mark: SegmentsMark): void {
    this.#segments.length = mark.count
    if (mark.active !== undefined) this.#segments[mark.count - 1] = mark.active
    this.#sizeInBytes = mark.sizeInBytes
  }
}
