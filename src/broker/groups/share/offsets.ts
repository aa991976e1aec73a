/**
 * Where a share group starts: described, set and forgotten (KIP-932). The group says which partitions it has begun
 * with, the share coordinator where, and the leader of a partition where its log ends.
 */
import { ErrorCode, errorName, KafkaError } from '../../protocol/errors.ts'
import { ZERO_UUID } from '../../protocol/schema.ts'
import type { MetadataImage } from '../../metadata/image.ts'
import type { ShareStateClient } from '../../share/state/state-client.ts'
import { UNINITIALIZED_OFFSET, UNKNOWN_COUNT } from '../../share/state/share-state.ts'
import type {
  AlterShareGroupOffsetsRequest,
  AlterShareGroupOffsetsResponse,
  DeleteShareGroupOffsetsRequest,
  DeleteShareGroupOffsetsResponse,
  DescribedShareGroupOffsets,
  DescribeShareGroupOffsetsGroup,
} from '../messages.ts'
import type { Turn } from '../turn.ts'
import { beginEpoch } from './assignment.ts'
import type { ShareGroup } from './group.ts'
import type { NamedPartition } from './state-partitions.ts'
import { initializedPartitions, writeDeleting, writeForgotten, writeInitialized } from './state-partitions.ts'

const UNKNOWN_LAG = -1
const FIRST_EPOCH = 1

export interface Failure {
  readonly errorCode: number
  readonly errorMessage: string | null
}

export const NO_FAILURE: Failure = { errorCode: ErrorCode.NONE, errorMessage: null }

/** Asks the group's coordinator shard, which is this broker's; the failure is what it answers for a code. */
export type Ask = <R>(
  groupId: string,
  failure: (errorCode: number) => R,
  decide: (turn: Turn) => R,
) => Promise<R>

export interface ShareGroupOffsetsOptions {
  readonly ask: Ask
  readonly state: ShareStateClient
  readonly image: () => MetadataImage
  /** The high watermark, from the partition's leader; null when it does not tell. */
  readonly endOffset: (topic: string, partition: number) => Promise<number | null>
}

export class ShareGroupOffsets {
  readonly #options: ShareGroupOffsetsOptions

  constructor(options: ShareGroupOffsetsOptions) {
    this.#options = options
  }

  async describe({ groupId, topics }: DescribeShareGroupOffsetsGroup): Promise<DescribedShareGroupOffsets> {
    // A group that is not there has begun with nothing, which the share coordinator says of what is named.
    const found = await this.#options.ask<NamedPartition[] | Failure>(groupId, failureOf, ({ state }) => {
      const group = state.shareGroup(groupId)
      return group === undefined ? [] : initializedPartitions(group)
    })
    if (!isPartitions(found)) return { groupId, ...found, topics: [] }
    const asked = topics === null ? topicsOf(found) : topics.map((topic) => ({ ...topic }))
    const described = asked.map(async ({ topicName, partitions }) => {
      const topicId = this.#options.image().topicsByName.get(topicName)?.id ?? ZERO_UUID
      return {
        topicName,
        topicId,
        partitions: await Promise.all(
          [...new Set(partitions)].map((partition) => this.#describe(groupId, topicName, partition)),
        ),
      }
    })
    return { groupId, ...NO_FAILURE, topics: await Promise.all(described) }
  }

  /** Only of an empty group: a member would not know. A group that is not there comes into being by it. */
  async alter({ groupId, topics }: AlterShareGroupOffsetsRequest): Promise<AlterShareGroupOffsetsResponse> {
    const image = this.#options.image()
    const begun = await this.#options.ask<number | Failure>(groupId, failureOf, (turn) => {
      if (!turn.state.groups.has(groupId)) {
        turn.write({ type: 'ShareGroupMetadata', groupId, value: { epoch: FIRST_EPOCH, metadataHash: 0 } })
        const value = { assignmentEpoch: FIRST_EPOCH, assignmentTimestamp: 0 }
        turn.write({ type: 'ShareGroupTargetAssignmentMetadata', groupId, value })
        return FIRST_EPOCH
      }
      const group = emptyGroup(turn, groupId)
      if ('errorCode' in group) return group
      // The state begins anew in this epoch, which fences every leader that still has the old one.
      beginEpoch(turn, group)
      return group.groupEpoch
    })
    if (typeof begun !== 'number') return { ...begun, responses: [] }
    const altered: NamedPartition[] = []
    const alter = async (topicName: string, partitionIndex: number, startOffset: number) => {
      const partition = image.partition(topicName, partitionIndex)
      if (partition === undefined) return { partitionIndex, ...notThere(`${topicName}-${partitionIndex}`) }
      if (startOffset < 0) {
        const errorMessage = `A share group cannot start at offset ${startOffset}.`
        return { partitionIndex, errorCode: ErrorCode.INVALID_REQUEST, errorMessage }
      }
      const { topicId } = partition
      const id = { groupId, topicId, partition: partitionIndex }
      const failure = await attempt(this.#options.state.initialize(id, begun, startOffset))
      if (failure.errorCode === ErrorCode.NONE)
        altered.push({ topicId, topicName, partition: partitionIndex })
      return { partitionIndex, ...failure }
    }
    const responses = await Promise.all(
      topics.map(async ({ topicName, partitions }) => ({
        topicName,
        topicId: image.topicsByName.get(topicName)?.id ?? ZERO_UUID,
        partitions: await Promise.all(
          partitions.map(({ partitionIndex, startOffset }) => alter(topicName, partitionIndex, startOffset)),
        ),
      })),
    )
    const written = await this.#options.ask<Failure>(groupId, failureOf, (turn) => {
      const group = turn.state.shareGroup(groupId)
      if (group === undefined) return notFound(groupId)
      if (altered.length > 0) writeInitialized(turn, group, altered)
      return NO_FAILURE
    })
    return written.errorCode === ErrorCode.NONE ? { ...NO_FAILURE, responses } : { ...written, responses: [] }
  }

  /** Only of an empty group, and only topics it has begun with. */
  async delete({
    groupId,
    topics,
  }: DeleteShareGroupOffsetsRequest): Promise<DeleteShareGroupOffsetsResponse> {
    const image = this.#options.image()
    const topicIds = new Set(topics.flatMap(({ topicName }) => image.topicsByName.get(topicName)?.id ?? []))
    const found = await this.#options.ask<NamedPartition[] | Failure>(groupId, failureOf, (turn) => {
      const group = emptyGroup(turn, groupId)
      if ('errorCode' in group) return group
      const partitions = initializedPartitions(group).filter(({ topicId }) => topicIds.has(topicId))
      writeDeleting(turn, group, topicIds)
      return partitions
    })
    if (!isPartitions(found)) return { ...found, responses: [] }
    const failures = await this.removeState(groupId, found)
    const begun = new Set(found.map(({ topicId }) => topicId))
    const responses = topics.map(({ topicName }) => {
      const topicId = image.topicsByName.get(topicName)?.id
      if (topicId === undefined || !begun.has(topicId)) return { topicName, ...notThere(topicName) }
      return { topicName, topicId, ...(failures.get(topicId) ?? NO_FAILURE) }
    })
    return { ...NO_FAILURE, responses }
  }

  /** Before a group is deleted: the first failure, for then it must stay. */
  async deleteAll(groupId: string): Promise<Failure> {
    const found = await this.#options.ask<NamedPartition[] | Failure>(groupId, failureOf, (turn) => {
      const group = turn.state.shareGroup(groupId)
      // Whether it exists and may be deleted at all is for the deletion to say.
      if (group === undefined || group.members.size > 0) return []
      const partitions = initializedPartitions(group)
      writeDeleting(turn, group, new Set(partitions.map(({ topicId }) => topicId)))
      return partitions
    })
    if (!isPartitions(found)) return found
    const [failure] = (await this.removeState(groupId, found)).values()
    return failure ?? NO_FAILURE
  }

  /** Failures by topic id. */
  async removeState(groupId: string, partitions: readonly NamedPartition[]): Promise<Map<string, Failure>> {
    const failures = new Map<string, Failure>()
    const removed = new Set(partitions.map(({ topicId }) => topicId))
    await Promise.all(
      partitions.map(async ({ topicId, partition }) => {
        const failure = await attempt(this.#options.state.remove({ groupId, topicId, partition }))
        if (failure.errorCode === ErrorCode.NONE) return
        failures.set(topicId, failure)
        removed.delete(topicId)
      }),
    )
    const written = await this.#options.ask<Failure>(groupId, failureOf, (turn) => {
      const group = turn.state.shareGroup(groupId)
      if (group !== undefined && removed.size > 0) writeForgotten(turn, group, removed)
      return NO_FAILURE
    })
    if (written.errorCode !== ErrorCode.NONE) for (const topicId of removed) failures.set(topicId, written)
    return failures
  }

  async #describe(groupId: string, topicName: string, partitionIndex: number) {
    const nothing = { partitionIndex, startOffset: UNINITIALIZED_OFFSET, leaderEpoch: 0, lag: UNKNOWN_LAG }
    const partition = this.#options.image().partition(topicName, partitionIndex)
    // Of a topic that is not there Kafka says that the group has not begun with it, which is true.
    if (!this.#options.image().topicsByName.has(topicName)) return { ...nothing, ...NO_FAILURE }
    if (partition === undefined) return { ...nothing, ...notThere(`${topicName}-${partitionIndex}`) }
    try {
      const id = { groupId, topicId: partition.topicId, partition: partitionIndex }
      const summary = await this.#options.state.summary(id)
      const { startOffset, leaderEpoch, deliveryCompleteCount } = summary
      const isKnown = startOffset !== UNINITIALIZED_OFFSET && deliveryCompleteCount !== UNKNOWN_COUNT
      const endOffset = isKnown ? await this.#options.endOffset(topicName, partitionIndex) : null
      const lag =
        endOffset === null ? UNKNOWN_LAG : Math.max(0, endOffset - startOffset - deliveryCompleteCount)
      return { partitionIndex, startOffset, leaderEpoch, lag, ...NO_FAILURE }
    } catch (error) {
      return { ...nothing, ...failureFrom(error) }
    }
  }
}

function isPartitions(found: NamedPartition[] | Failure): found is NamedPartition[] {
  return Array.isArray(found)
}

function emptyGroup(turn: Turn, groupId: string): ShareGroup | Failure {
  const group = turn.state.shareGroup(groupId)
  if (group === undefined) return notFound(groupId)
  if (group.members.size === 0) return group
  return {
    errorCode: ErrorCode.NON_EMPTY_GROUP,
    errorMessage: `Group ${groupId} has members: its start offsets can be changed only without.`,
  }
}

function topicsOf(partitions: readonly NamedPartition[]): { topicName: string; partitions: number[] }[] {
  const topics = new Map<string, number[]>()
  for (const { topicName, partition } of partitions) {
    topics.set(topicName, [...(topics.get(topicName) ?? []), partition])
  }
  return Array.from(topics, ([topicName, ids]) => ({ topicName, partitions: ids }))
}

async function attempt(work: Promise<void>): Promise<Failure> {
  try {
    await work
    return NO_FAILURE
  } catch (error) {
    return failureFrom(error)
  }
}

function failureFrom(error: unknown): Failure {
  if (!(error instanceof KafkaError)) throw error
  return { errorCode: error.code, errorMessage: error.message }
}

/** Of a whole request that another broker has to be asked, or this one later. */
function failureOf(errorCode: number): Failure {
  return { errorCode, errorMessage: `The group's coordinator does not answer here: ${errorName(errorCode)}.` }
}

function notThere(what: string): Failure {
  return {
    errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
    errorMessage: `There is no ${what} the group has begun with.`,
  }
}

function notFound(groupId: string): Failure {
  return { errorCode: ErrorCode.GROUP_ID_NOT_FOUND, errorMessage: `Group ${groupId} not found.` }
}
