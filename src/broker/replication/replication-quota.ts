/** How fast replicas that are named as throttled may be copied (KIP-73, Kafka's ReplicationQuotaManager). */
import type { Clock } from '../clock.ts'
import type { BrokerConfig } from '../metadata/configs/broker-config.ts'
import type { Partition } from './partition.ts'

export interface ReplicationQuotaOptions {
  readonly brokerId: number
  readonly clock: Clock
  /** `partition:broker` each, or `*` for all of the topic: the topic's own configuration. */
  throttledReplicas(partition: Partition): readonly string[]
  bytesPerSecond(): number
  windowCount(): number
  windowSizeMs(): number
}

/** What a ReplicaManager knows that the two quotas of a broker are made of. */
interface BrokerOptions {
  readonly brokerId: number
  readonly clock: Clock
  config(): BrokerConfig
}

/** On what a broker serves to followers. */
export function leaderQuota(options: BrokerOptions): ReplicationQuota {
  return new ReplicationQuota({
    ...windows(options),
    throttledReplicas: ({ log }) => log.config.leaderReplicationThrottledReplicas,
    bytesPerSecond: () => options.config().leaderReplicationThrottledRate,
  })
}

/** On what a broker fetches, from all its leaders together. */
export function followerQuota(options: BrokerOptions): ReplicationQuota {
  return new ReplicationQuota({
    ...windows(options),
    throttledReplicas: ({ log }) => log.config.followerReplicationThrottledReplicas,
    bytesPerSecond: () => options.config().followerReplicationThrottledRate,
  })
}

function windows({ brokerId, clock, config }: BrokerOptions) {
  return {
    brokerId,
    clock,
    windowCount: () => config().replicationQuotaWindowNum,
    windowSizeMs: () => config().replicationQuotaWindowSizeSeconds * 1000,
  }
}

interface Window {
  readonly startMs: number
  bytes: number
}

/**
 * One of a broker's two: what it serves as a leader, or what it fetches as a follower. The rate is that of the last
 * windows together, at least one whole: so a single batch larger than the limit is let through, and then paid for.
 */
export class ReplicationQuota {
  readonly #options: ReplicationQuotaOptions
  #windows: Window[] = []

  constructor(options: ReplicationQuotaOptions) {
    this.#options = options
  }

  isThrottled(partition: Partition): boolean {
    const names = this.#options.throttledReplicas(partition)
    if (names.length === 0) return false
    return names.includes('*') || names.includes(`${partition.partition}:${this.#options.brokerId}`)
  }

  /** Counts bytes of throttled replicas; whoever calls has asked. */
  record(bytes: number): void {
    if (bytes === 0) return
    const nowMs = this.#options.clock.now()
    const last = this.#windows.at(-1)
    if (last !== undefined && nowMs - last.startMs < this.#options.windowSizeMs()) last.bytes += bytes
    else this.#windows.push({ startMs: nowMs, bytes })
  }

  get isExceeded(): boolean {
    const { clock, bytesPerSecond, windowCount, windowSizeMs } = this.#options
    const nowMs = clock.now()
    const sizeMs = windowSizeMs()
    this.#windows = this.#windows.filter(({ startMs }) => nowMs - startMs < windowCount() * sizeMs)
    const [oldest] = this.#windows
    if (oldest === undefined) return false
    const bytes = this.#windows.reduce((sum, window) => sum + window.bytes, 0)
    return (bytes * 1000) / Math.max(nowMs - oldest.startMs, sizeMs) > bytesPerSecond()
  }
}
