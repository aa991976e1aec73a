/** What a group knows of the topics it subscribes to, and how it notices that they changed. */
import { createHash } from 'node:crypto'

import type { MetadataImage } from '../../metadata/image.ts'

export interface SubscribedTopic {
  readonly id: string
  readonly name: string
  readonly partitionCount: number
  /** Of all replicas; a group whose members say their racks is assigned anew when they change. */
  readonly racks: readonly string[]
}

/** Those of the names that exist, in the names' order. */
export function subscribedTopics(
  names: readonly string[],
  { topicsByName, brokers }: Pick<MetadataImage, 'topicsByName' | 'brokers'>,
): SubscribedTopic[] {
  return names.flatMap((name) => {
    const topic = topicsByName.get(name)
    if (topic === undefined) return []
    const racks = topic.partitions.map(({ replicas }) =>
      replicas
        .flatMap((brokerId) => brokers.get(brokerId)?.rack ?? [])
        .sort()
        .join(','),
    )
    return [{ id: topic.id, name, partitionCount: topic.partitions.length, racks }]
  })
}

/**
 * A number that changes with the topics, as `__consumer_offsets` keeps it. Kafka computes another one: a coordinator
 * that takes over a log of the other kind begins one epoch more, and nothing else happens.
 */
export function metadataHash(topics: readonly SubscribedTopic[]): number {
  if (topics.length === 0) return 0
  const text = JSON.stringify(
    topics.map(({ id, name, partitionCount, racks }) => [id, name, partitionCount, racks]),
  )
  return createHash('sha256').update(text).digest().readUIntBE(0, 6)
}

/** In words what is different; null when nothing is, or when it is not known how it was. */
export function changeOf(
  before: readonly SubscribedTopic[] | null,
  after: readonly SubscribedTopic[],
): string | null {
  if (before === null) return null
  const known = new Map(before.map((topic) => [topic.name, topic]))
  const changes = after.flatMap((topic) => {
    const old = known.get(topic.name)
    known.delete(topic.name)
    if (old === undefined) return [`topic ${topic.name} appeared with ${partitions(topic.partitionCount)}`]
    if (old.id !== topic.id) return [`topic ${topic.name} was deleted and created again`]
    if (old.partitionCount !== topic.partitionCount) {
      return [`partitions of ${topic.name} grew from ${old.partitionCount} to ${topic.partitionCount}`]
    }
    return String(old.racks) === String(topic.racks) ? [] : [`replicas of ${topic.name} moved between racks`]
  })
  const gone = [...known.keys()].map((name) => `topic ${name} was deleted`)
  return [...changes, ...gone].join(', ') || null
}

function partitions(count: number): string {
  return count === 1 ? '1 partition' : `${count} partitions`
}
