import { call, notice, of } from '../channel/declare.ts'
import type { Result } from '../channel/failure.ts'
import { z } from '../channel/zod.ts'

export interface BrokerOverview {
  id: number
  host: string
  port: number
  rack: string | null
  leaderReplicas: number
  replicas: number
}

/** A broker that should hold replicas and is not among the living: nothing else is known of it. */
export interface AbsentBroker {
  id: number
  replicas: number
}

/** What is wrong with the partitions of one topic. */
export interface TroubledTopic {
  topic: string
  isInternal: boolean
  /** How many of its partitions. */
  underReplicated: number
  offline: number
  /** Brokers with a replica that is not in the ISR. */
  outOfIsr: number[]
  /** Brokers of which each would be a leader again for some partition that has none. */
  awaited: number[]
}

/** A cluster as any of its brokers describes it over the Kafka protocol, local and remote alike. */
export interface Overview {
  clusterId: string | null
  /** Null where the cluster does not say, or has none just now. */
  controllerId: number | null
  brokers: BrokerOverview[]
  absent: AbsentBroker[]
  topics: number
  internalTopics: number
  partitions: number
  /** Partitions with a replica that is not in the ISR. */
  underReplicated: number
  /** Partitions without a leader: nothing can be produced to or consumed from them. */
  offline: number
  /** Partitions whose ISR is smaller than `min.insync.replicas`; null where the cluster does not tell that. */
  belowMinIsr: number | null
  /** The topics they are of, worst first, the user's before internal ones; at most TROUBLED_LIMIT. */
  troubled: TroubledTopic[]
  roundTripMs: number
}

export const TROUBLED_LIMIT = 50

/** One look at a cluster; a failure when no broker answered. */
export interface OverviewSample {
  id: string
  atMs: number
  /** Since when no look succeeded; null after one that did. */
  failingSinceMs: number | null
  overview: Result<Overview>
}

export const overview = {
  /** Newest sample of every open cluster. */
  latest: call({ input: z.void(), output: of<OverviewSample[]>() }),
  sampled: notice(of<OverviewSample>()),
}
