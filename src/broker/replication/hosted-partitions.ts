import { ErrorCode } from '../protocol/errors.ts'
import { ZERO_UUID } from '../protocol/schema.ts'
import type { Partition } from './partition.ts'

/** The partitions this broker has a replica of, by topic name. */
export class HostedPartitions {
  readonly #byTopic = new Map<string, Map<number, Partition>>()

  get(topic: string, index: number): Partition | undefined {
    return this.#byTopic.get(topic)?.get(index)
  }

  /** Partitions of a deleted topic keep its name until they are gone, so the id must fit too. */
  getExact(topicId: string, topic: string, index: number): Partition | undefined {
    const partition = this.get(topic, index)
    return partition?.topicId === topicId ? partition : undefined
  }

  add(partition: Partition): void {
    const { topic } = partition
    const siblings = this.#byTopic.get(topic)
    if (siblings === undefined) this.#byTopic.set(topic, new Map([[partition.partition, partition]]))
    else siblings.set(partition.partition, partition)
  }

  remove({ topic, partition: index }: Partition): void {
    const siblings = this.#byTopic.get(topic)
    if (siblings?.delete(index) === true && siblings.size === 0) this.#byTopic.delete(topic)
  }

  *ofTopic(topic: string): Generator<Partition> {
    yield* this.#byTopic.get(topic)?.values() ?? []
  }

  *all(): Generator<Partition> {
    for (const siblings of this.#byTopic.values()) yield* siblings.values()
  }

  get size(): number {
    let size = 0
    for (const siblings of this.#byTopic.values()) size += siblings.size
    return size
  }
}

/**
 * A client that addresses a topic by id means that very topic: under the same name there may be a younger one.
 * Names alone (older versions) cannot tell.
 */
export function hasTopicId(partition: Partition, topicId: string | undefined): boolean {
  return topicId === undefined || topicId === ZERO_UUID || topicId === partition.topicId
}

/** Either the partition that serves a request, or the code to answer. */
export type Lookup =
  { partition: Partition; errorCode: typeof ErrorCode.NONE } | { partition: null; errorCode: number }

export function found(partition: Partition): Lookup {
  return { partition, errorCode: ErrorCode.NONE }
}

export function missing(errorCode: number): Lookup {
  return { partition: null, errorCode }
}
