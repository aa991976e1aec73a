/** Where a record is, as far as it matters here. */
export interface RecordPlace {
  partition: number
  offset: bigint
}

/** How far a member has come in each of its partitions. */
export class Positions {
  readonly #next = new Map<number, bigint>()
  readonly #uncommitted = new Set<number>()
  #assigned = new Set<number>()
  #stale = 0

  /** A new assignment. `buffered` records were fetched before it and will come first: they are fetched again. */
  assign(partitions: readonly number[], buffered: number): void {
    this.#assigned = new Set(partitions)
    this.#stale = buffered
    for (const partition of [...this.#next.keys()]) {
      if (this.#assigned.has(partition)) continue
      this.#next.delete(partition)
      this.#uncommitted.delete(partition)
    }
  }

  /** Whether the next record from the stream is one to process: assigned, and not processed before. */
  isDue({ partition, offset }: RecordPlace): boolean {
    if (this.#stale > 0) {
      this.#stale -= 1
      return false
    }
    return this.#assigned.has(partition) && offset >= (this.#next.get(partition) ?? 0n)
  }

  /** A record whose partition was taken away meanwhile is another member's to commit. */
  processed({ partition, offset }: RecordPlace): void {
    if (!this.#assigned.has(partition)) return
    this.#next.set(partition, offset + 1n)
    this.#uncommitted.add(partition)
  }

  /** They were not committed after all: the next commit has them, further on by then. */
  putBack(offsets: readonly RecordPlace[]): void {
    for (const { partition } of offsets) if (this.#next.has(partition)) this.#uncommitted.add(partition)
  }

  takeUncommitted(): RecordPlace[] {
    const offsets = [...this.#uncommitted].map((partition) => ({
      partition,
      offset: this.#next.get(partition) ?? 0n,
    }))
    this.#uncommitted.clear()
    return offsets
  }
}
