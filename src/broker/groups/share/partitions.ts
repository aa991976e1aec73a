/** Sets of partitions, as members of a share group have them. */

/** Partitions by topic id. */
export type TopicPartitions = ReadonlyMap<string, ReadonlySet<number>>

export const NO_PARTITIONS: TopicPartitions = new Map()

interface ListedPartitions {
  readonly topicId: string
  readonly partitions: readonly number[]
}

export function partitionsOf(listed: readonly ListedPartitions[]): TopicPartitions {
  return new Map(listed.map(({ topicId, partitions }) => [topicId, new Set(partitions)]))
}

/** In ascending order, for people and for clients that log it. */
export function listed(partitions: TopicPartitions): { topicId: string; partitions: number[] }[] {
  return Array.from(partitions, ([topicId, ids]) => ({
    topicId,
    partitions: [...ids].sort((a, b) => a - b),
  }))
}

export function isSame(a: TopicPartitions, b: TopicPartitions): boolean {
  if (a.size !== b.size) return false
  for (const [topicId, ids] of a) {
    const others = b.get(topicId)
    if (others?.size !== ids.size) return false
    for (const id of ids) if (!others.has(id)) return false
  }
  return true
}
