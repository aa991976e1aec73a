import type { Broker } from '@platformatic/kafka'
import { setTimeout as delay } from 'node:timers/promises'
import type { Isolation, TailChunk, TextFilter } from '../../../shared/ipc/browse.ts'
import { ErrorCode } from '../error-codes.ts'
import { batchesIn, withoutAborted } from './batch.ts'
import type { Hit } from './block.ts'
import { searchBlock } from './block.ts'
import type { Cluster } from './cluster.ts'
import type { FetchedPartition } from './fetch-api.ts'
import { isPassing, refusal } from './kafka-error.ts'
import { LATEST } from './list-offsets-api.ts'
import type { Matcher } from './matcher.ts'
import { matcherOf } from './matcher.ts'
import { rowsOf } from './rows.ts'
import { TopicSource } from './topic-source.ts'

export interface TailQuestion {
  topic: string
  isolation: Isolation
  partitions: number[] | null
  filter: TextFilter | null
}

const TELL_MS = 100
const POLL_WAIT_MS = 500
const POLL_BYTES = 1024 * 1024
/** More than anyone reads in a tenth of a second; the rest is counted, not shown. */
const ROWS_A_CHUNK = 500
/** Found and not yet handed on; whoever fetches waits above that. */
const QUEUE_LIMIT = 20_000
/** A tail that has fallen back further than this goes on at the end: it is about what comes, not about what came. */
const LARGEST_LAG = 100_000
const PAUSE_AFTER_ERROR_MS = 300

/** Records as they come, in the order they are found, until the stream is left. */
export async function* tailRecords(
  cluster: Cluster,
  question: TailQuestion,
  signal: AbortSignal,
): AsyncGenerator<TailChunk, void> {
  const stop = new AbortController()
  const both = AbortSignal.any([signal, stop.signal])
  const source = new TopicSource(cluster, question.topic, question.isolation, both)
  const tail = new Tail(source, question, both)
  try {
    await tail.begin()
    while (!signal.aborted) yield await tail.next()
  } finally {
    stop.abort()
    source.close()
  }
}

class Tail {
  readonly #source: TopicSource
  readonly #partitions: ReadonlySet<number> | null
  readonly #matcher: Matcher
  readonly #isFiltered: boolean
  readonly #signal: AbortSignal
  readonly #positions = new Map<number, number>()
  #queue: Hit[] = []
  #counted = { arrived: 0, matched: 0, omitted: 0 }
  #trouble: string | null = null
  #wake: (() => void) | null = null
  #toldMs = performance.now()

  constructor(source: TopicSource, { partitions, filter }: TailQuestion, signal: AbortSignal) {
    this.#source = source
    this.#partitions = partitions === null ? null : new Set(partitions)
    this.#matcher = matcherOf(filter)
    this.#isFiltered = filter !== null
    this.#signal = signal
  }

  async begin(): Promise<void> {
    await this.#source.connect()
    await this.#placeNew()
    void this.#follow()
  }

  async next(): Promise<TailChunk> {
    const sinceMs = performance.now() - this.#toldMs
    await this.#pause(Math.max(0, TELL_MS - sinceMs))
    const hits = this.#queue.sort(byTime)
    this.#queue = []
    const shown = hits.slice(-ROWS_A_CHUNK)
    const { arrived, matched, omitted } = this.#counted
    this.#counted = { arrived: 0, matched: 0, omitted: 0 }
    const nowMs = performance.now()
    const elapsedMs = nowMs - this.#toldMs
    this.#toldMs = nowMs
    this.#wake?.()
    return {
      rows: rowsOf(shown),
      arrived,
      matched,
      omitted: omitted + hits.length - shown.length,
      elapsedMs,
      trouble: this.#trouble,
    }
  }

  /** One long poll after the other at each leader; leaders are asked for anew when one of them has none to give. */
  async #follow(): Promise<void> {
    while (!this.#signal.aborted) {
      try {
        await this.#placeNew()
        const leaders = this.#byLeader()
        if (leaders.size === 0)
          throw refusal(ErrorCode.LEADER_NOT_AVAILABLE, `No partition of ${this.#source.topic} can be read`)
        this.#trouble = null
        await Promise.all([...leaders].map(([broker, ids]) => this.#followLeader(broker, ids)))
      } catch (error) {
        if (this.#signal.aborted) return
        this.#trouble = error instanceof Error ? error.message : String(error)
        await this.#pause(PAUSE_AFTER_ERROR_MS)
        // Whether this was of use shows with the next poll.
        await this.#source.refresh().catch(() => undefined)
      }
    }
  }

  /** Until the broker is no longer the one to ask. */
  async #followLeader(broker: Broker, ids: number[]): Promise<void> {
    while (!this.#signal.aborted) {
      while (this.#queue.length > QUEUE_LIMIT && !this.#signal.aborted) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve
          this.#signal.addEventListener('abort', () => resolve(), { once: true })
        })
      }
      const wanted = ids.map((partition) => ({
        partition,
        offset: this.#positions.get(partition) ?? 0,
        maxBytes: POLL_BYTES,
      }))
      for (const answer of await this.#source.poll(broker, wanted, POLL_WAIT_MS)) this.#take(answer)
    }
  }

  #take(answer: FetchedPartition): void {
    const { partition, errorCode, logStartOffset, highWatermark } = answer
    const position = this.#positions.get(partition) ?? 0
    if (errorCode === ErrorCode.OFFSET_OUT_OF_RANGE) {
      this.#positions.set(partition, Math.max(logStartOffset, 0))
      return
    }
    if (errorCode !== 0) {
      const error = refusal(errorCode, `Partition ${partition} of ${this.#source.topic} can’t be read`)
      if (!isPassing(errorCode)) this.#trouble = error.message
      throw error
    }
    const all = batchesIn(answer.records)
    const to = (all.at(-1)?.lastOffset ?? position - 1) + 1
    if (to <= position) return
    this.#positions.set(partition, to)
    const batches = this.#source.isolation === 'read_committed' ? withoutAborted(all, answer.aborted) : all
    const block = { from: position, to, batches, bytes: answer.records.length }
    const found = searchBlock(partition, block, this.#matcher, this.#isFiltered)
    this.#counted.arrived += found.scanned + found.skipped
    this.#counted.matched += found.hits.length
    for (const hit of found.hits) this.#queue.push(hit)
    this.#catchUp(partition, to, highWatermark)
  }

  #catchUp(partition: number, position: number, highWatermark: number): void {
    const lag = highWatermark - position
    if (lag <= LARGEST_LAG) return
    this.#positions.set(partition, highWatermark)
    this.#counted.arrived += lag
    this.#counted.omitted += lag
  }

  /** Partitions that were not there, or had no leader, when the tail began are followed from their end. */
  async #placeNew(): Promise<void> {
    const fresh = [...this.#source.leaders]
      .filter(([partition, leader]) => leader && !this.#positions.has(partition))
      .map(([partition]) => partition)
      .filter((partition) => this.#partitions?.has(partition) ?? true)
    if (fresh.length === 0) return
    const ends = await this.#source.offsets(fresh, LATEST)
    for (const [partition, end] of ends) this.#positions.set(partition, end)
  }

  #byLeader(): Map<Broker, number[]> {
    const byLeader = new Map<Broker, number[]>()
    for (const partition of this.#positions.keys()) {
      const leader = this.#source.leaders.get(partition)
      if (leader) byLeader.set(leader, [...(byLeader.get(leader) ?? []), partition])
    }
    return byLeader
  }

  async #pause(ms: number): Promise<void> {
    // Rejects when the stream is left, and then nobody waits.
    await delay(ms, undefined, { signal: this.#signal }).catch(() => undefined)
  }
}

function byTime(one: Hit, other: Hit): number {
  return one.timestampMs - other.timestampMs || one.partition - other.partition || one.offset - other.offset
}
