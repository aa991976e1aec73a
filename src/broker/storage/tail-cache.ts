/** One batch in memory, and whose it is. */
interface CachedBatch {
  readonly tail: PartitionTail
  readonly baseOffset: number
  readonly lastOffset: number
  /** Null: not of use any more, though still in a queue. */
  data: Buffer | null
  readonly costBytes: number
}

/** What an entry costs beside its bytes: objects, array slots, the Buffer's own head. */
const ENTRY_OVERHEAD_BYTES = 250
/** Queues are made anew when they hold this many more places than half of them are used. */
const EMPTY_PLACES = 1024

/**
 * The newest batches of a broker's partitions, so that consumers and followers at the end of a log are served
 * without touching the disk. Bounded by the bytes of all partitions together: the oldest goes first, whose ever it is.
 */
export class TailCache {
  readonly #maxBytes: number
  #queue: CachedBatch[] = []
  #head = 0
  #bytes = 0
  #batches = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get sizeInBytes(): number {
    return this.#bytes
  }

  openTail(): PartitionTail {
    return new PartitionTail(this)
  }

  /** Called by PartitionTail only. */
  admit(entry: CachedBatch): void {
    this.#queue.push(entry)
    this.#bytes += entry.costBytes
    this.#batches++
    while (this.#bytes > this.#maxBytes && this.#head < this.#queue.length) this.#evictOldest()
    if (this.#queue.length > 2 * this.#batches + EMPTY_PLACES) this.#sweep()
  }

  /** Called by PartitionTail only: `entry` has left its tail. */
  release(entry: CachedBatch): void {
    entry.data = null
    this.#bytes -= entry.costBytes
    this.#batches--
  }

  #evictOldest(): void {
    const oldest = this.#queue[this.#head]
    this.#head++
    if (oldest !== undefined && oldest.data !== null) oldest.tail.dropOldest()
  }

  #sweep(): void {
    this.#queue = this.#queue.filter((entry) => entry.data !== null)
    this.#head = 0
  }
}

/** The cached end of one partition's log: without a hole from its first batch to the end of what is committed. */
export class PartitionTail {
  readonly #cache: TailCache
  #batches: CachedBatch[] = []
  #head = 0

  constructor(cache: TailCache) {
    this.#cache = cache
  }

  /** Takes a committed batch. One which does not follow the last makes the older ones unreachable, so they go. */
  add(baseOffset: number, lastOffset: number, data: Buffer): void {
    const newest = this.#batches.at(-1)
    if (newest !== undefined && newest.lastOffset + 1 !== baseOffset) this.clear()
    const costBytes = data.length + ENTRY_OVERHEAD_BYTES
    const entry = { tail: this, baseOffset, lastOffset, data: ownBytes(data), costBytes }
    this.#batches.push(entry)
    this.#cache.admit(entry)
  }

  /** As BatchTable.read; null when `fetchOffset` lies before the cached part. */
  read(fetchOffset: number, endOffset: number, maxBytes: number, minOneBatch: boolean): Buffer[] | null {
    const oldest = this.#batches[this.#head]
    if (oldest === undefined || fetchOffset < oldest.baseOffset) return null
    const found: Buffer[] = []
    let bytes = 0
    for (let i = this.#indexOf(fetchOffset); i < this.#batches.length; i++) {
      const entry = this.#batches[i]
      if (entry === undefined || entry.data === null || entry.baseOffset >= endOffset) break
      bytes += entry.data.length
      if (bytes > maxBytes && !(found.length === 0 && minOneBatch)) break
      found.push(entry.data)
    }
    return found
  }

  clear(): void {
    const batches = this.#batches.slice(this.#head)
    this.#batches = []
    this.#head = 0
    for (const entry of batches) this.#cache.release(entry)
  }

  /** Called by TailCache only, which evicts in the order of arrival: so the oldest of all is the oldest here. */
  dropOldest(): void {
    const oldest = this.#batches[this.#head]
    if (oldest === undefined) return
    this.#cache.release(oldest)
    this.#head++
    if (this.#head * 2 > this.#batches.length + EMPTY_PLACES || this.#head === this.#batches.length) {
      this.#batches = this.#batches.slice(this.#head)
      this.#head = 0
    }
  }

  /** Place of the first batch which ends at or after `offset`. */
  #indexOf(offset: number): number {
    let low = this.#head
    let high = this.#batches.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#batches[middle]?.lastOffset ?? Infinity) < offset) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** A view keeps all of its ArrayBuffer alive: where the batch is less than half of that, it is copied out. */
function ownBytes(data: Buffer): Buffer {
  return data.length * 2 < data.buffer.byteLength ? Buffer.from(data) : data
}
