import type { Bound, Direction, Problem, ReadProgress, Reading } from '../../../shared/ipc/browse.ts'
import { PROBLEM_LIMIT } from '../../../shared/ipc/browse.ts'
import type { Hit } from './block.ts'
import { BlockReader } from './block-reader.ts'
import { matcherOf } from './matcher.ts'
import { PartitionScan } from './partition-scan.ts'
import type { TopicSource } from './topic-source.ts'

/** Blocks of all partitions together, so that a topic of many partitions takes no more memory than one of few. */
const ALL_BLOCKS_BYTES = 32 * 1024 * 1024
const LARGEST_BLOCK_BYTES = 4 * 1024 * 1024
const SMALLEST_BLOCK_BYTES = 128 * 1024
const SMALLEST_WINDOW = 16
/** Without a filter everything read becomes a row: more than a few pages ahead is only held. */
const BROWSING_WINDOW = 2_048
const SEARCHING_WINDOW = 4_194_304

/**
 * Records of several partitions in one order: by timestamp, then partition, then offset. Within a partition offsets
 * decide, as Kafka has it; a partition whose timestamps jump is put in by what comes next in it.
 */
export class Scan {
  readonly #scans: PartitionScan[]
  readonly #direction: Direction
  readonly #begunMs = performance.now()
  readonly #total: number
  #problems: Problem[] = []
  #problemCount = 0
  #progress = {
    scanned: 0,
    matched: 0,
    skipped: 0,
    done: 0,
    bytes: 0,
    newestMs: null as number | null,
    oldestMs: null as number | null,
  }

  /** `wantedRows` is how many are wanted first; they decide how much is read first. */
  constructor(source: TopicSource, reading: Reading, wantedRows: number, signal: AbortSignal) {
    const { bounds, filter, direction } = reading
    const matcher = matcherOf(filter)
    const share = Math.floor(ALL_BLOCKS_BYTES / Math.max(1, bounds.length))
    const sizes = {
      targetBytes: Math.max(SMALLEST_BLOCK_BYTES, Math.min(LARGEST_BLOCK_BYTES, share)),
      firstWindow: Math.max(SMALLEST_WINDOW, Math.ceil((wantedRows * 1.5) / Math.max(1, bounds.length))),
      largestWindow: filter ? SEARCHING_WINDOW : BROWSING_WINDOW,
    }
    this.#direction = direction
    this.#total = bounds.reduce((sum, { start, end }) => sum + end - start, 0)
    this.#scans = bounds.map((bound) => {
      const reader = new BlockReader(source, bound.partition, signal, sizes)
      return new PartitionScan(reader, bound, direction, matcher, filter !== null)
    })
  }

  /** The next record in order, if it can be known without reading more. */
  take(): Hit | null {
    const first = this.#first()
    if (!first?.head) return null
    const hit = first.head
    first.take()
    this.#progress.matched += hit.broken ? 0 : 1
    return hit
  }

  get isEnded(): boolean {
    return this.#scans.every((scan) => scan.isExhausted && scan.head === null)
  }

  /** Reads one more block of each partition that may hold what comes next. */
  async advance(): Promise<void> {
    const waiting = this.#scans.filter((scan) => scan.head === null && !scan.isExhausted)
    const nextMs = this.#nextHeadMs()
    const needed = waiting.filter(({ frontierMs }) =>
      this.#direction === 'backward' ? frontierMs >= nextMs : frontierMs <= nextMs,
    )
    // All ask before the first is looked at: one request to each leader, and the brokers work side by side.
    for (const scan of needed) scan.prefetch()
    for (const scan of needed) this.#count(await scan.advance())
  }

  get rest(): Bound[] {
    return this.#scans.map(({ rest }) => rest).filter((rest) => rest !== null)
  }

  get progress(): ReadProgress {
    return { ...this.#progress, total: this.#total, elapsedMs: performance.now() - this.#begunMs }
  }

  /** Those since it was asked last. */
  takeProblems(): Problem[] {
    const problems = this.#problems
    this.#problems = []
    return problems
  }

  #count(found: Awaited<ReturnType<PartitionScan['advance']>>): void {
    const progress = this.#progress
    progress.scanned += found.scanned
    progress.skipped += found.skipped
    progress.done += found.done
    progress.bytes += found.bytes
    progress.newestMs =
      found.newestMs === null ? progress.newestMs : Math.max(progress.newestMs ?? -Infinity, found.newestMs)
    progress.oldestMs =
      found.oldestMs === null ? progress.oldestMs : Math.min(progress.oldestMs ?? Infinity, found.oldestMs)
    const room = PROBLEM_LIMIT - this.#problemCount
    this.#problems.push(...found.problems.slice(0, Math.max(0, room)))
    this.#problemCount += found.problems.length
  }

  /** Whose record comes next, or who must read on before that is known. */
  #first(): PartitionScan | null {
    let first: PartitionScan | null = null
    for (const scan of this.#scans) {
      if (scan.head === null && scan.isExhausted) continue
      if (first === null || this.#precedes(scan, first)) first = scan
    }
    return first
  }

  #precedes(one: PartitionScan, other: PartitionScan): boolean {
    const backward = this.#direction === 'backward'
    if (one.nextMs !== other.nextMs) return backward ? one.nextMs > other.nextMs : one.nextMs < other.nextMs
    // Who has not read so far may still have a record of that very time.
    if ((one.head === null) !== (other.head === null)) return one.head === null
    return backward ? one.partition > other.partition : one.partition < other.partition
  }

  #nextHeadMs(): number {
    const heads = this.#scans.filter(({ head }) => head !== null).map(({ nextMs }) => nextMs)
    return this.#direction === 'backward' ? Math.max(-Infinity, ...heads) : Math.min(Infinity, ...heads)
  }
}
