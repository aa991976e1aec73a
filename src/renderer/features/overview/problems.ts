import type { Failure } from '../../../shared/channel/failure.ts'
import type { Cluster } from '../../../shared/ipc/clusters.ts'
import type { OverviewSample } from '../../../shared/ipc/overview.ts'

/** How many partitions of a topic a problem is about. */
export interface TopicCount {
  topic: string
  partitions: number
}

/** Something that is wrong with a cluster: what, why, and the one thing that most likely mends it. */
export type Problem =
  | { kind: 'startFailed'; severity: 'error'; failure: Failure }
  | { kind: 'noAnswer'; severity: 'error'; failure: Failure; sinceMs: number | null }
  | { kind: 'brokerFailed'; severity: 'error'; broker: number; failure: Failure | null }
  | { kind: 'brokerStopped'; severity: 'warning'; broker: number }
  | { kind: 'offline'; severity: 'error'; count: number; brokers: number[]; topics: TopicCount[] }
  | { kind: 'belowMinIsr'; severity: 'error'; count: number }
  | { kind: 'underReplicated'; severity: 'warning'; count: number; brokers: number[]; topics: TopicCount[] }

/** Worst first. */
export function problemsOf(cluster: Cluster, sample: OverviewSample | null): Problem[] {
  if (cluster.kind === 'remote') return sample ? problemsSeen(sample) : []
  const problems: Problem[] = []
  if (cluster.failure) problems.push({ kind: 'startFailed', severity: 'error', failure: cluster.failure })
  if (cluster.state !== 'running') return problems
  if (sample) problems.push(...problemsSeen(sample))
  for (const { id, state, failure } of cluster.brokers) {
    if (state === 'failed') problems.push({ kind: 'brokerFailed', severity: 'error', broker: id, failure })
    if (state === 'stopped') problems.push({ kind: 'brokerStopped', severity: 'warning', broker: id })
  }
  return problems.toSorted((one, other) => rank(one) - rank(other))
}

function problemsSeen({ overview, failingSinceMs }: OverviewSample): Problem[] {
  if (!overview.ok)
    return [{ kind: 'noAnswer', severity: 'error', failure: overview.failure, sinceMs: failingSinceMs }]
  const { offline, underReplicated, belowMinIsr, troubled } = overview.value
  const problems: Problem[] = []
  if (offline > 0) {
    const brokers = distinct(troubled.flatMap(({ awaited }) => awaited))
    const topics = counted(troubled.map(({ topic, offline }) => ({ topic, partitions: offline })))
    problems.push({ kind: 'offline', severity: 'error', count: offline, brokers, topics })
  }
  if (belowMinIsr) problems.push({ kind: 'belowMinIsr', severity: 'error', count: belowMinIsr })
  if (underReplicated > 0) {
    const brokers = distinct(troubled.flatMap(({ outOfIsr }) => outOfIsr))
    const topics = counted(
      troubled.map(({ topic, underReplicated }) => ({ topic, partitions: underReplicated })),
    )
    problems.push({ kind: 'underReplicated', severity: 'warning', count: underReplicated, brokers, topics })
  }
  return problems
}

function rank({ severity }: Problem): number {
  return severity === 'error' ? 0 : 1
}

function counted(topics: TopicCount[]): TopicCount[] {
  return topics.filter(({ partitions }) => partitions > 0)
}

function distinct(ids: number[]): number[] {
  return [...new Set(ids)].sort((one, other) => one - other)
}
