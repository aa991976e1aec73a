import { setTimeout as delay } from 'node:timers/promises'
import { ErrorCode } from '../error-codes.ts'
import type { Batch } from './batch.ts'
import { batchesIn, withoutAborted } from './batch.ts'
import type { Block } from './block.ts'
import type { FetchedPartition } from './fetch-api.ts'
import { refusal } from './kafka-error.ts'
import type { TopicSource } from './topic-source.ts'

const FIRST_FETCH_BYTES = 256 * 1024
const LARGEST_FETCH_BYTES = 4 * 1024 * 1024
/** For a batch larger than any sensible one, behind those of other partitions in an answer. */
const HUGE_FETCH_BYTES = 256 * 1024 * 1024
/** Fetched for one backward window before it is given up as too wide. */
const WINDOW_LIMIT_FACTOR = 3
const EMPTY_LIMIT = 50
const EMPTY_PAUSE_MS = 20

interface Stretch {
  batches: Batch[]
  bytes: number
  /** The offset after the last one that is covered. */
  reached: number
}

/** Reads one partition by blocks. */
export class BlockReader {
  readonly partition: number
  readonly #source: TopicSource
  readonly #signal: AbortSignal
  readonly #targetBytes: number
  #fetchBytes = FIRST_FETCH_BYTES
  #window: number
  readonly #largestWindow: number

  constructor(
    source: TopicSource,
    partition: number,
    signal: AbortSignal,
    sizes: { targetBytes: number; firstWindow: number; largestWindow: number },
  ) {
    this.#source = source
    this.partition = partition
    this.#signal = signal
    this.#targetBytes = sizes.targetBytes
    this.#window = sizes.firstWindow
    this.#largestWindow = sizes.largestWindow
  }

  /** The block that begins at `start`; ends where the answer ended, at `end` at the latest. */
  async forward(start: number, end: number): Promise<Block> {
    const { batches, bytes, reached } = await this.#fetch(start, end, this.#fetchBytes)
    this.#fetchBytes = Math.min(this.#fetchBytes * 2, LARGEST_FETCH_BYTES, this.#targetBytes)
    return { from: start, to: Math.min(reached, end), batches: overlapping(batches, start, end), bytes }
  }

  /**
   * The block that ends at `end`. Kafka reads forwards only, so this goes back by a window of offsets and reads up to
   * the end again; windows double until a block has its size. How many bytes an offset has is learned on the way: a
   * first window that turns out to be of huge records is given up for a smaller one.
   */
  async backward(start: number, end: number): Promise<Block> {
    for (;;) {
      const from = Math.max(start, end - this.#window)
      const stretch = await this.#readTo(from, end)
      const covered = stretch.reached - from
      if (stretch.reached >= end) {
        const first = stretch.batches[0]?.baseOffset ?? from
        const block = {
          // A batch that began before the window is here as a whole: it need not be fetched for the next one.
          from: Math.max(start, Math.min(from, first)),
          to: end,
          batches: overlapping(stretch.batches, start, end),
          bytes: stretch.bytes,
        }
        this.#grow(block)
        return block
      }
      const bytesPerOffset = stretch.bytes / Math.max(1, covered)
      const fitting = Math.floor(this.#targetBytes / bytesPerOffset)
      this.#window = Math.max(1, Math.min(fitting, Math.floor((end - from) / 2)))
    }
  }

  #grow({ from, to, bytes }: Block): void {
    const bytesPerOffset = bytes / Math.max(1, to - from)
    const fitting = bytes === 0 ? Infinity : Math.max(1, Math.floor(this.#targetBytes / bytesPerOffset))
    this.#window = Math.min(Math.max(this.#window, to - from) * 2, fitting, this.#largestWindow)
  }

  /** Everything from `from` on up to `end`, or to where it became too much. */
  async #readTo(from: number, end: number): Promise<Stretch> {
    const stretch: Stretch = { batches: [], bytes: 0, reached: from }
    const limit = this.#targetBytes * WINDOW_LIMIT_FACTOR
    while (stretch.reached < end) {
      const tooMuch = stretch.bytes > limit && end - from > 1
      if (tooMuch) break
      const next = await this.#fetch(stretch.reached, end, this.#targetBytes)
      stretch.batches.push(...next.batches)
      stretch.bytes += next.bytes
      stretch.reached = next.reached
    }
    return stretch
  }

  /**
   * At least one batch, or the end. An answer without records is no end: another partition may have filled it, or
   * the broker has not caught up with itself. Only many of them in a row are taken for a gap up to the end.
   */
  async #fetch(offset: number, end: number, bytes: number): Promise<Stretch> {
    let maxBytes = bytes
    for (let empty = 0; empty < EMPTY_LIMIT; empty++) {
      this.#signal.throwIfAborted()
      const fetched = await this.#source.fetch(this.partition, offset, maxBytes)
      if (fetched.errorCode === ErrorCode.OFFSET_OUT_OF_RANGE) return afterRetention(fetched, offset, end)
      if (fetched.errorCode !== 0) throw refusal(fetched.errorCode, this.#name())
      const all = batchesIn(fetched.records)
      const last = all.at(-1)
      if (last && last.lastOffset >= offset) {
        const committed =
          this.#source.isolation === 'read_committed' ? withoutAborted(all, fetched.aborted) : all
        return { batches: committed, bytes: fetched.records.length, reached: last.lastOffset + 1 }
      }
      maxBytes = Math.min(maxBytes * 2, HUGE_FETCH_BYTES)
      if (empty > 2) await delay(EMPTY_PAUSE_MS, undefined, { signal: this.#signal })
    }
    return { batches: [], bytes: 0, reached: end }
  }

  #name(): string {
    return `Partition ${this.partition} of ${this.#source.topic} can’t be read`
  }
}

/** Retention or a deletion took what was to be read: reading goes on where the log begins now. */
function afterRetention({ logStartOffset }: FetchedPartition, offset: number, end: number): Stretch {
  const reached = logStartOffset > offset ? Math.min(logStartOffset, end) : end
  return { batches: [], bytes: 0, reached }
}

function overlapping(batches: Batch[], start: number, end: number): Batch[] {
  return batches.filter(({ baseOffset, lastOffset }) => lastOffset >= start && baseOffset < end)
}
