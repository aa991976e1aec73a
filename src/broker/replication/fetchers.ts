import { Fetcher } from './fetcher.ts'
import type { FetcherOptions } from './fetcher.ts'
import type { BrokerConnection } from '../network/broker-connection.ts'
import type { Partition } from './partition.ts'

export interface FetchersOptions extends Omit<FetcherOptions, 'leaderId' | 'connect'> {
  connect(brokerId: number, purpose: string): BrokerConnection
}

/** One fetcher for each broker this one follows, and which partition is with which. */
export class Fetchers {
  readonly #options: FetchersOptions
  /** Kept while the broker lives: a new one would have to wait for the connections of its predecessor. */
  readonly #byLeader = new Map<number, Fetcher>()
  readonly #byPartition = new Map<Partition, Fetcher>()

  constructor(options: FetchersOptions) {
    this.#options = options
  }

  /** Fetches a partition from its leader from now on, in its present epoch; from nobody while it has no leader. */
  follow(partition: Partition): void {
    this.unfollow(partition)
    if (partition.leaderId < 0) return
    const fetcher = this.#of(partition.leaderId)
    this.#byPartition.set(partition, fetcher)
    fetcher.add(partition)
  }

  unfollow(partition: Partition): void {
    this.#byPartition.get(partition)?.remove(partition)
    this.#byPartition.delete(partition)
  }

  /** The partition's high watermark as its leader said it last; null: nobody said one. */
  leaderHighWatermark(partition: Partition): number | null {
    return this.#byPartition.get(partition)?.leaderHighWatermark(partition) ?? null
  }

  /** The cluster has changed: what failed before may work now. */
  retryNow(): void {
    for (const fetcher of this.#byLeader.values()) fetcher.retryNow()
  }

  close(): void {
    for (const fetcher of this.#byLeader.values()) fetcher.close()
    this.#byLeader.clear()
    this.#byPartition.clear()
  }

  #of(leaderId: number): Fetcher {
    const known = this.#byLeader.get(leaderId)
    if (known !== undefined) return known
    const { connect, ...options } = this.#options
    const fetcher = new Fetcher({ ...options, leaderId, connect: (purpose) => connect(leaderId, purpose) })
    this.#byLeader.set(leaderId, fetcher)
    return fetcher
  }
}
