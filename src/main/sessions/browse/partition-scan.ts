import type { Bound, Direction } from '../../../shared/ipc/browse.ts'
import type { Block, Found, Hit } from './block.ts'
import { searchBlock } from './block.ts'
import type { BlockReader } from './block-reader.ts'
import type { Matcher } from './matcher.ts'

/** One partition on its way through its bound, and what was found in it but not handed on yet. */
export class PartitionScan {
  readonly partition: number
  readonly #reader: BlockReader
  readonly #direction: Direction
  readonly #matcher: Matcher
  readonly #isFiltered: boolean
  #start: number
  #end: number
  #held: Hit[] = []
  #heldFrom = 0
  #ahead: Promise<Block> | null = null
  /** How far in time it was looked at. */
  frontierMs: number

  constructor(
    reader: BlockReader,
    bound: Bound,
    direction: Direction,
    matcher: Matcher,
    isFiltered: boolean,
  ) {
    this.partition = bound.partition
    this.#reader = reader
    this.#direction = direction
    this.#matcher = matcher
    this.#isFiltered = isFiltered
    this.#start = bound.start
    this.#end = bound.end
    this.frontierMs = direction === 'backward' ? Infinity : -Infinity
  }

  /** Whether nothing is left to be fetched. */
  get isExhausted(): boolean {
    return this.#start >= this.#end
  }

  /** The next one to hand on. */
  get head(): Hit | null {
    return this.#held[this.#heldFrom] ?? null
  }

  take(): void {
    this.#heldFrom++
    if (this.#heldFrom < this.#held.length) return
    this.#held = []
    this.#heldFrom = 0
  }

  /** What is left after all that was handed on; null for nothing. */
  get rest(): Bound | null {
    const { partition, head } = this
    const start = this.#direction === 'forward' && head ? head.offset : this.#start
    const end = this.#direction === 'backward' && head ? head.offset + 1 : this.#end
    return start < end ? { partition, start, end } : null
  }

  /** Nothing it will ever hand on is newer (backward) or older (forward) than this. */
  get nextMs(): number {
    return this.head?.timestampMs ?? this.frontierMs
  }

  /** Looks at one more block. */
  async advance(): Promise<Found & { done: number }> {
    const block = await (this.#ahead ?? this.#read())
    this.#ahead = null
    if (this.#direction === 'backward') this.#end = block.from
    else this.#start = block.to
    // The broker works on the next block while this one is looked at.
    if (this.#isFiltered && !this.isExhausted) this.prefetch()
    const found = searchBlock(this.partition, block, this.#matcher, this.#isFiltered)
    this.#hold(found.hits)
    this.#moveFrontier(found)
    return { ...found, done: block.to - block.from }
  }

  prefetch(): void {
    this.#ahead ??= this.#read()
    // Whoever waits for it hears of its failure; if the reading is left before, nobody has to.
    this.#ahead.catch(() => undefined)
  }

  #read(): Promise<Block> {
    return this.#direction === 'backward'
      ? this.#reader.backward(this.#start, this.#end)
      : this.#reader.forward(this.#start, this.#end)
  }

  #hold(hits: Hit[]): void {
    if (hits.length === 0) return
    const next = this.#direction === 'backward' ? hits.reverse() : hits
    this.#held = this.#held.length === this.#heldFrom ? next : this.#held.slice(this.#heldFrom).concat(next)
    this.#heldFrom = 0
  }

  #moveFrontier({ oldestMs, newestMs }: Found): void {
    if (this.#direction === 'backward') this.frontierMs = Math.min(this.frontierMs, oldestMs ?? Infinity)
    else this.frontierMs = Math.max(this.frontierMs, newestMs ?? -Infinity)
  }
}
