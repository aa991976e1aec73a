import type { OffsetCommitValue } from '../records.ts'

export interface StoredOffset {
  readonly topic: string
  readonly partition: number
  readonly value: OffsetCommitValue
}

/** Committed offsets by group, topic and partition. */
export class OffsetStore {
  readonly #groups = new Map<string, Map<string, Map<number, OffsetCommitValue>>>()

  get(groupId: string, topic: string, partition: number): OffsetCommitValue | undefined {
    return this.#groups.get(groupId)?.get(topic)?.get(partition)
  }

  put(groupId: string, topic: string, partition: number, value: OffsetCommitValue): void {
    const topics = this.#groups.get(groupId) ?? new Map<string, Map<number, OffsetCommitValue>>()
    this.#groups.set(groupId, topics)
    const partitions = topics.get(topic) ?? new Map<number, OffsetCommitValue>()
    topics.set(topic, partitions)
    partitions.set(partition, value)
  }

  remove(groupId: string, topic: string, partition: number): void {
    const topics = this.#groups.get(groupId)
    const partitions = topics?.get(topic)
    if (topics === undefined || partitions === undefined) return
    partitions.delete(partition)
    if (partitions.size === 0) topics.delete(topic)
    if (topics.size === 0) this.#groups.delete(groupId)
  }

  /** A copy, so that removing while walking is safe. */
  ofGroup(groupId: string): StoredOffset[] {
    const stored: StoredOffset[] = []
    for (const [topic, partitions] of this.#groups.get(groupId) ?? []) {
      for (const [partition, value] of partitions) stored.push({ topic, partition, value })
    }
    return stored
  }
}
