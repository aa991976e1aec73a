import type { Traffic } from '../../../shared/ipc/traffic.ts'
import type { ClusterAccess } from '../cluster-access.ts'
import { allCommits } from './commits.ts'
import { endOffsets } from './end-offsets.ts'
import type { Counters } from './growth.ts'
import { growthPerSecond } from './growth.ts'
import { committedCounters, lagsOf } from './lags.ts'
import type { LedPartition } from './led-partitions.ts'
import { leaderLogSizes } from './log-sizes.ts'

interface Look {
  atMs: number
  ends: Counters
  sizes: Counters | null
  committed: Counters | null
}

/**
 * How much goes in and out of a cluster, told from the offsets of two looks: the Kafka protocol has no request for
 * it, and a remote cluster's metrics are out of reach.
 */
export class TrafficSampler {
  readonly #access: ClusterAccess
  #before: Look | null = null

  constructor(access: ClusterAccess) {
    this.#access = access
  }

  /** Rejects when a leader does not answer; the next look then compares with the last whole one. */
  async sample(partitions: readonly LedPartition[]): Promise<Traffic> {
    // So that the brokers are known by their ids; names no topic and costs next to nothing.
    await this.#access.metadata([])
    // Commits first: read the other way around, a group could seem to be further than the end.
    const commits = await orNull(allCommits(this.#access))
    const [ends, sizes] = await Promise.all([
      endOffsets(this.#access, partitions),
      orNull(leaderLogSizes(this.#access, partitions)),
    ])
    const now: Look = {
      atMs: performance.now(),
      ends,
      sizes,
      committed: commits && committedCounters(commits),
    }
    const before = this.#before
    this.#before = now
    const elapsedMs = before ? now.atMs - before.atMs : 0
    return {
      recordsIn: growthPerSecond(before?.ends ?? null, now.ends, elapsedMs),
      bytesIn: now.sizes && growthPerSecond(before?.sizes ?? null, now.sizes, elapsedMs),
      recordsOut: now.committed && growthPerSecond(before?.committed ?? null, now.committed, elapsedMs),
      lags: commits && lagsOf(commits, ends),
    }
  }
}

/** What only part of the answer needs: a user may lack the right, or a coordinator be on the move. */
async function orNull<T>(asking: Promise<T | null>): Promise<T | null> {
  try {
    return await asking
  } catch {
    return null
  }
}
