import type { Result } from '../../../shared/channel/failure.ts'
import type { TopicList, TopicSummary } from '../../../shared/ipc/topics.ts'
import type { ClusterAccess, ClusterMetadata, TopicMetadata } from '../cluster-access.ts'
import { pause } from '../pause.ts'
import { attempt } from './attempt.ts'
import type { MinInsync, MinInsyncReplicas } from './min-insync.ts'
import { belowMinIsr } from './min-insync.ts'

const INTERVAL_MS = 1_000

/** All topics at once, then each time something about them has changed; null where nothing has. */
export async function* watchTopics(
  access: ClusterAccess,
  minInsync: MinInsyncReplicas,
  signal: AbortSignal,
): AsyncGenerator<Result<TopicList> | null, void> {
  let told = ''
  while (!signal.aborted) {
    const result = await attempt(async () => {
      const metadata = await access.metadata(null)
      return topicList(metadata, await minInsync.of(metadata.topics.map(({ name }) => name)))
    })
    const now = JSON.stringify(result)
    // Told each time, so that a window which left is noticed.
    yield now === told ? null : result
    told = now
    await pause(INTERVAL_MS, signal)
  }
}

export function topicList({ topics, brokers }: ClusterMetadata, minInsync: MinInsync): TopicList {
  const summaries = topics.map((topic) => summaryOf(topic, minInsync.get(topic.name) ?? null))
  return { brokers: brokers.length, topics: summaries.sort(byName) }
}

function summaryOf({ name, isInternal, partitions }: TopicMetadata, minInsync: number | null): TopicSummary {
  return {
    name,
    isInternal,
    partitions: partitions.length,
    replicationFactor: partitions[0]?.replicas.length ?? 0,
    underReplicated: partitions.filter(({ isr, replicas }) => isr.length < replicas.length).length,
    offline: partitions.filter(({ leader }) => leader === null).length,
    belowMinIsr: belowMinIsr(partitions, minInsync),
    leaders: distinct(partitions.flatMap(({ leader }) => leader ?? [])),
    replicaBrokers: distinct(partitions.flatMap(({ replicas }) => replicas)),
  }
}

function distinct(ids: readonly number[]): number[] {
  return [...new Set(ids)].sort((one, other) => one - other)
}

function byName(one: { name: string }, other: { name: string }): number {
  if (one.name === other.name) return 0
  return one.name < other.name ? -1 : 1
}
