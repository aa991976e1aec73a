/** Where an epoch began: its leader's log end offset when it took over. */
export interface EpochEntry {
  readonly epoch: number
  readonly startOffset: number
}

export interface EpochEndOffset {
  /** −1 when the epoch is not known. */
  leaderEpoch: number
  /** −1 when the epoch is not known. */
  endOffset: number
}

const UNKNOWN: EpochEndOffset = { leaderEpoch: -1, endOffset: -1 }

/**
 * Which leader epoch wrote which part of a log (Kafka's LeaderEpochFileCache). Epochs and their start offsets both
 * grow. `entries` is replaced, never changed, so that keeping the list is keeping the state.
 */
export class EpochCache {
  #entries: readonly EpochEntry[]

  constructor(entries: readonly EpochEntry[] = []) {
    this.#entries = entries
  }

  get entries(): readonly EpochEntry[] {
    return this.#entries
  }

  restore(entries: readonly EpochEntry[]): void {
    this.#entries = entries
  }

  /** −1 when there is none. */
  get latestEpoch(): number {
    return this.#entries.at(-1)?.epoch ?? -1
  }

  /**
   * Says that `epoch` begins at `startOffset`. Entries it contradicts (a later epoch, or one that would begin at or
   * after it) were of a leader whose records are not in this log.
   */
  assign(epoch: number, startOffset: number): void {
    const latest = this.#entries.at(-1)
    if (latest !== undefined && latest.epoch === epoch && latest.startOffset <= startOffset) return
    const kept = this.#entries.filter((entry) => entry.epoch < epoch && entry.startOffset < startOffset)
    this.#entries = [...kept, { epoch, startOffset }]
  }

  /**
   * The largest known epoch ≤ `epoch`, and where its records end: at the next epoch's start, for the newest one at
   * `logEndOffset` (OffsetForLeaderEpoch).
   */
  endOffsetFor(epoch: number, logEndOffset: number): EpochEndOffset {
    if (epoch < 0 || epoch > this.latestEpoch) return UNKNOWN
    if (epoch === this.latestEpoch) return { leaderEpoch: epoch, endOffset: logEndOffset }
    const nextIndex = this.#entries.findIndex((entry) => entry.epoch > epoch)
    const next = this.#entries[nextIndex]
    if (next === undefined) return UNKNOWN
    // Older than all that is kept: nothing of it is left, so it ends where the oldest known epoch begins.
    const leaderEpoch = this.#entries[nextIndex - 1]?.epoch ?? epoch
    return { leaderEpoch, endOffset: next.startOffset }
  }

  /** Epoch of the record at `offset`, −1 when it lies before all that is known. */
  epochAt(offset: number): number {
    return this.#entries.findLast((entry) => entry.startOffset <= offset)?.epoch ?? -1
  }

  /** The log now ends at `endOffset`. */
  truncateFromEnd(endOffset: number): void {
    if (this.#entries.every((entry) => entry.startOffset < endOffset)) return
    this.#entries = this.#entries.filter((entry) => entry.startOffset < endOffset)
  }

  /** The log now starts at `startOffset`: so does the oldest epoch which has records left. */
  truncateFromStart(startOffset: number): void {
    const firstIndex = this.#entries.findLastIndex((entry) => entry.startOffset <= startOffset)
    const first = this.#entries[firstIndex]
    if (first === undefined || (firstIndex === 0 && first.startOffset === startOffset)) return
    this.#entries = [{ epoch: first.epoch, startOffset }, ...this.#entries.slice(firstIndex + 1)]
  }
}
