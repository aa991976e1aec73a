/** A follower's fetch, as far as the leader's bookkeeping goes. */
export interface FollowerFetch {
  /** The follower has everything before this offset. */
  fetchOffset: number
  /** −1 when the request version has no such field. */
  logStartOffset: number
  /** The leader's log end offset when the fetch arrived. */
  leaderEndOffset: number
  nowMs: number
  /** −1 below Fetch v15. */
  brokerEpoch: number
}

/**
 * What a leader knows of one follower, all of it from the follower's fetches (Kafka's Replica).
 *
 * "Caught up" does not mean to have the newest record: a follower that fetches steadily under a constant stream of
 * small produces would never have it. It is caught up at the time of its previous fetch when this fetch starts
 * at or beyond what was the leader's end back then.
 */
export class FollowerState {
  readonly brokerId: number
  /** −1 until the follower has fetched from this leader. */
  logStartOffset = -1
  /** −1 until the follower has fetched from this leader, which holds the high watermark where it is. */
  logEndOffset = -1
  /** Null until the follower has fetched from this leader. */
  brokerEpoch: number | null = null
  lastCaughtUpTimeMs = Number.NEGATIVE_INFINITY
  #lastFetchTimeMs = Number.NEGATIVE_INFINITY
  #leaderEndOffsetAtLastFetch = -1

  constructor(brokerId: number) {
    this.brokerId = brokerId
  }

  /** True if the follower's end moved. */
  recordFetch(fetch: FollowerFetch): boolean {
    const moved = this.logEndOffset !== fetch.fetchOffset
    if (fetch.fetchOffset >= fetch.leaderEndOffset) this.#caughtUpAt(fetch.nowMs)
    else if (fetch.fetchOffset >= this.#leaderEndOffsetAtLastFetch) this.#caughtUpAt(this.#lastFetchTimeMs)
    this.logStartOffset = fetch.logStartOffset
    this.logEndOffset = fetch.fetchOffset
    this.brokerEpoch = fetch.brokerEpoch
    this.#leaderEndOffsetAtLastFetch = Math.max(fetch.leaderEndOffset, this.#leaderEndOffsetAtLastFetch)
    this.#lastFetchTimeMs = fetch.nowMs
    return moved
  }

  isCaughtUp(leaderEndOffset: number, nowMs: number, maxLagMs: number): boolean {
    return this.logEndOffset === leaderEndOffset || nowMs - this.lastCaughtUpTimeMs <= maxLagMs
  }

  /**
   * A new leader epoch begins. A member of the ISR gets a full `replica.lag.time.max.ms` to show up, any other
   * follower none, so that it cannot hold the high watermark back.
   */
  reset(options: { nowMs: number; leaderEndOffset: number; isNewLeader: boolean; isInSync: boolean }): void {
    this.lastCaughtUpTimeMs = options.isInSync ? options.nowMs : Number.NEGATIVE_INFINITY
    if (options.isNewLeader) {
      this.logStartOffset = -1
      this.logEndOffset = -1
      this.brokerEpoch = null
      this.#lastFetchTimeMs = Number.NEGATIVE_INFINITY
      this.#leaderEndOffsetAtLastFetch = -1
    } else {
      this.#lastFetchTimeMs = options.isInSync ? options.nowMs : Number.NEGATIVE_INFINITY
      this.#leaderEndOffsetAtLastFetch = options.leaderEndOffset
    }
  }

  #caughtUpAt(timeMs: number): void {
    this.lastCaughtUpTimeMs = Math.max(this.lastCaughtUpTimeMs, timeMs)
  }
}
