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

/** How one topic differs from what it was. */
export type TopicChange =
  | { readonly change: 'grown'; readonly topic: string; readonly from: number; readonly to: number }
  | { readonly change: 'appeared'; readonly topic: string; readonly to: number }
  | { readonly change: 'deleted' | 'recreated' | 'racksMoved'; readonly topic: string }

/** Empty when nothing is different, or when it is not known how it was. */
export function changesOf(
  before: readonly SubscribedTopic[] | null,
  after: readonly SubscribedTopic[],
): TopicChange[] {
  if (before === null) return []
  const known = new Map(before.map((topic) => [topic.name, topic]))
  const changes = after.flatMap((topic): TopicChange[] => {
    const { name } = topic
    const old = known.get(topic.name)
    known.delete(topic.name)
    if (old === undefined) return [{ change: 'appeared', topic: name, to: topic.partitionCount }]
    if (old.id !== topic.id) return [{ change: 'recreated', topic: name }]
    if (old.partitionCount !== topic.partitionCount) {
      return [{ change: 'grown', topic: name, from: old.partitionCount, to: topic.partitionCount }]
    }
    return String(old.racks) === String(topic.racks) ? [] : [{ change: 'racksMoved', topic: name }]
  })
  const gone = [...known.keys()].map((name): TopicChange => ({ change: 'deleted', topic: name }))
  return [...changes, ...gone]
}

/** In words; null when there is nothing to say. */
export function changeSentence(changes: readonly TopicChange[]): string | null {
  return changes.map(wordsOf).join(', ') || null
}

function wordsOf(told: TopicChange): string {
  const { topic } = told
  switch (told.change) {
    case 'grown':
      return `partitions of ${topic} grew from ${told.from} to ${told.to}`
    case 'appeared':
      return `topic ${topic} appeared with ${partitions(told.to)}`
    case 'deleted':
      return `topic ${topic} was deleted`
    case 'recreated':
      return `topic ${topic} was deleted and created again`
    case 'racksMoved':
      return `replicas of ${topic} moved between racks`
  }
}

function partitions(count: number): string {
  return count === 1 ? '1 partition' : `${count} partitions`
}
