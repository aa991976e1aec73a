import type { Failure } from '../../../shared/channel/failure.ts'
import type { LocalCluster } from '../../../shared/ipc/clusters.ts'
import type { OverviewSample, TroubledPartition } from '../../../shared/ipc/overview.ts'

/** Something that is wrong with a cluster: what, why, and the one thing that most likely mends it. */
export type Problem =
  | { kind: 'startFailed'; severity: 'error'; failure: Failure }
  | { kind: 'noAnswer'; severity: 'error'; failure: Failure }
  | { kind: 'brokerFailed'; severity: 'error'; broker: number; failure: Failure | null }
  | { kind: 'brokerStopped'; severity: 'warning'; broker: number }
  | { kind: 'offline'; severity: 'error'; count: number; brokers: number[]; partitions: TroubledPartition[] }
  | { kind: 'underReplicated'; severity: 'warning'; count: number; brokers: number[]; partitions: TroubledPartition[] }

/** Worst first. */
export function problemsOf(cluster: LocalCluster, sample: OverviewSample | null): Problem[] {
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

function problemsSeen({ overview }: OverviewSample): Problem[] {
  if (!overview.ok) return [{ kind: 'noAnswer', severity: 'error', failure: overview.failure }]
  const { offline, underReplicated, troubled } = overview.value
  const problems: Problem[] = []
  if (offline > 0) {
    const partitions = troubled.filter(({ leader }) => leader === null)
    const brokers = distinct(partitions.flatMap(({ replicas }) => replicas))
    problems.push({ kind: 'offline', severity: 'error', count: offline, brokers, partitions })
  }
  if (underReplicated > 0) {
    const partitions = troubled.filter(({ replicas, isr }) => isr.length < replicas.length)
    const brokers = distinct(partitions.flatMap(({ replicas, isr }) => replicas.filter((id) => !isr.includes(id))))
    problems.push({ kind: 'underReplicated', severity: 'warning', count: underReplicated, brokers, partitions })
  }
  return problems
}

function rank({ severity }: Problem): number {
  return severity === 'error' ? 0 : 1
}

function distinct(ids: number[]): number[] {
  return [...new Set(ids)].sort((one, other) => one - other)
}
