/** Partitions as a member has them, beside the plain ones of a target assignment (`assignors/`). */
import type { TopicPartitions } from '../assignors/index.ts'

/**
 * By topic id, then partition: the member epoch at which the member got it. An offset committed at an epoch between
 * that one and the member's own is from a member that is merely behind (KIP-1251).
 */
export type HeldPartitions = ReadonlyMap<string, ReadonlyMap<number, number>>

/** With or without the epochs. */
export type AnyPartitions = ReadonlyMap<
  string,
  { readonly size: number; has(partition: number): boolean; keys(): Iterable<number> }
>

export const NO_PARTITIONS: HeldPartitions = new Map()

interface ListedPartitions {
  readonly topicId: string
  readonly partitions: readonly number[]
}

export function heldFromRecord(
  topics: readonly (ListedPartitions & { readonly assignmentEpochs: readonly number[] | null })[],
  memberEpoch: number,
): HeldPartitions {
  return new Map(
    topics.map(({ topicId, partitions, assignmentEpochs }) => [
      topicId,
      new Map(partitions.map((partition, index) => [partition, assignmentEpochs?.[index] ?? memberEpoch])),
    ]),
  )
}

export function heldToRecord(held: HeldPartitions) {
  return Array.from(held, ([topicId, epochs]) => ({
    topicId,
    partitions: [...epochs.keys()],
    assignmentEpochs: [...epochs.values()],
  }))
}

export function heldSince(epoch: number, partitions: TopicPartitions): HeldPartitions {
  return new Map(
    Array.from(partitions, ([topicId, ids]) => [topicId, new Map(Array.from(ids, (id) => [id, epoch]))]),
  )
}

export function partitionsOf(listed: readonly ListedPartitions[]): TopicPartitions {
  return new Map(listed.map(({ topicId, partitions }) => [topicId, new Set(partitions)]))
}

/** In ascending order, for people and for clients that log it. */
export function listed(partitions: AnyPartitions) {
  return Array.from(partitions, ([topicId, ids]) => ({
    topicId,
    partitions: [...ids.keys()].sort((a, b) => a - b),
  }))
}

/** Whether both are the same partitions; the epochs do not matter. */
export function isSame(a: AnyPartitions, b: AnyPartitions): boolean {
  if (a.size !== b.size) return false
  for (const [topicId, ids] of a) {
    const others = b.get(topicId)
    if (others?.size !== ids.size) return false
    for (const id of ids.keys()) if (!others.has(id)) return false
  }
  return true
}

export function isSubset(owned: readonly ListedPartitions[], held: HeldPartitions): boolean {
  return owned.every(({ topicId, partitions }) =>
    partitions.every((partition) => held.get(topicId)?.has(partition) === true),
  )
}
