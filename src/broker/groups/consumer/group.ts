import type { TopicPartitions } from '../assignors/index.ts'
import type { ConsumerMember } from './member.ts'
import {
  isReconciledTo,
  newMember,
  withCurrentAssignment,
  withMetadata,
  withoutAssignment,
} from './member.ts'
import type { HeldPartitions } from './partitions.ts'
import { partitionsOf } from './partitions.ts'
import type { ConsumerGroupRecord } from './records.ts'
import type { SubscribedTopic } from './subscribed-topics.ts'

/**
 * - Assigning: something changed, and the new target assignment is not computed yet.
 * - Reconciling: members are on their way to the target.
 */
export type ConsumerGroupState = 'Empty' | 'Assigning' | 'Reconciling' | 'Stable'

export interface ResolvedRegex {
  readonly topics: readonly string[]
  readonly version: number
}

const NO_TARGET: TopicPartitions = new Map()
const NO_EPOCH = -1

/**
 * A group of the consumer protocol (`group.protocol=consumer`, KIP-848): the coordinator assigns. Three epochs move
 * one after the other: the group's with every change, the target assignment's with its computation, each member's
 * with what it takes over.
 */
export class ConsumerGroup {
  readonly type = 'consumer'
  readonly groupId: string
  readonly members = new Map<string, ConsumerMember>()
  readonly targets = new Map<string, TopicPartitions>()
  /** Topics by the regular expressions members subscribe with. */
  readonly regexes = new Map<string, ResolvedRegex>()
  groupEpoch = 0
  assignmentEpoch = 0
  /** When the target assignment was computed; 0: the next one need not wait. */
  assignmentTimestampMs = 0
  /** Of the subscribed topics, as of the group epoch; see `metadataHash`. */
  metadataHash = 0
  /** A Kafka before 4.1 left its form of the metadata hash, which the next group epoch takes away. */
  hasPartitionMetadata = false

  /** The topics may have changed since the group epoch: the next heartbeat looks. Not in the log. */
  isMetadataStale = true
  /** The topics as of the last look, to say what changed. Null after loading. Not in the log. */
  knownTopics: readonly SubscribedTopic[] | null = null
  /** When each member was last heard of. Not in the log. */
  readonly lastSeenMs = new Map<string, number>()
  /** When the rebalance under way began. Not in the log. */
  rebalancingSinceMs: number | null = null

  readonly #staticMembers = new Map<string, string>()
  /** Member ids by topic id and partition. */
  readonly #holders = new Map<string, Map<number, string>>()

  constructor(groupId: string) {
    this.groupId = groupId
  }

  get state(): ConsumerGroupState {
    if (this.members.size === 0) return 'Empty'
    if (this.groupEpoch > this.assignmentEpoch) return 'Assigning'
    for (const member of this.members.values()) {
      if (!isReconciledTo(member, this.assignmentEpoch)) return 'Reconciling'
    }
    return 'Stable'
  }

  /** The group has no records any more. */
  get isGone(): boolean {
    return this.groupEpoch === NO_EPOCH
  }

  staticMember(instanceId: string): ConsumerMember | undefined {
    return this.members.get(this.#staticMembers.get(instanceId) ?? '')
  }

  target(memberId: string): TopicPartitions {
    return this.targets.get(memberId) ?? NO_TARGET
  }

  /** Whether a member has the partition, or has not said yet that it gave it up. */
  isHeld(topicId: string, partition: number): boolean {
    return this.#holders.get(topicId)?.has(partition) === true
  }

  /** Names of all topics a member subscribes to, by its regular expression too. */
  topicsOf({ subscribedTopicNames, subscribedTopicRegex }: ConsumerMember): readonly string[] {
    const matching =
      subscribedTopicRegex === null ? [] : (this.regexes.get(subscribedTopicRegex)?.topics ?? [])
    return matching.length === 0 ? subscribedTopicNames : [...new Set([...subscribedTopicNames, ...matching])]
  }

  /** In the order of their names. */
  get subscribedTopicNames(): string[] {
    const names = new Set<string>()
    for (const member of this.members.values()) for (const name of this.topicsOf(member)) names.add(name)
    return [...names].sort()
  }

  /** OffsetDelete and the expiry of offsets ask. */
  isSubscribedTo(topic: string): boolean {
    for (const member of this.members.values()) if (this.topicsOf(member).includes(topic)) return true
    return false
  }

  get classicMembers(): ConsumerMember[] {
    return [...this.members.values()].filter(({ classic }) => classic !== null)
  }

  /** Applies a record, when it is written and when it is loaded. */
  replay(record: ConsumerGroupRecord): void {
    switch (record.type) {
      case 'ConsumerGroupMetadata':
        this.groupEpoch = record.value?.epoch ?? NO_EPOCH
        this.metadataHash = record.value?.metadataHash ?? 0
        return
      case 'ConsumerGroupPartitionMetadata':
        this.hasPartitionMetadata = record.value !== null
        return
      case 'ConsumerGroupMemberMetadata':
        if (record.value === null) this.#remove(record.memberId)
        else this.#put(withMetadata(this.#memberOrNew(record.memberId), record.value))
        return
      case 'ConsumerGroupTargetAssignmentMetadata':
        this.assignmentEpoch = record.value?.assignmentEpoch ?? NO_EPOCH
        this.assignmentTimestampMs = record.value?.assignmentTimestamp ?? 0
        return
      case 'ConsumerGroupTargetAssignmentMember':
        if (record.value === null) this.targets.delete(record.memberId)
        else this.targets.set(record.memberId, partitionsOf(record.value.topicPartitions))
        return
      case 'ConsumerGroupCurrentMemberAssignment':
        this.#replayCurrentAssignment(record)
        return
      case 'ConsumerGroupRegularExpression':
        if (record.value === null) this.regexes.delete(record.regularExpression)
        else this.regexes.set(record.regularExpression, record.value)
        return
    }
  }

  #replayCurrentAssignment(
    record: ConsumerGroupRecord & { type: 'ConsumerGroupCurrentMemberAssignment' },
  ): void {
    if (record.value !== null) {
      this.#put(withCurrentAssignment(this.#memberOrNew(record.memberId), record.value))
      return
    }
    const member = this.members.get(record.memberId)
    if (member !== undefined) this.#put(withoutAssignment(member))
  }

  #memberOrNew(memberId: string): ConsumerMember {
    return this.members.get(memberId) ?? newMember(memberId)
  }

  #put(member: ConsumerMember): void {
    const before = this.members.get(member.memberId)
    if (before !== undefined) this.#release(before)
    this.members.set(member.memberId, member)
    if (member.instanceId !== null) this.#staticMembers.set(member.instanceId, member.memberId)
    this.#hold(member.memberId, member.assigned)
    this.#hold(member.memberId, member.pendingRevocation)
  }

  #remove(memberId: string): void {
    const member = this.members.get(memberId)
    if (member === undefined) return
    this.#release(member)
    this.members.delete(memberId)
    this.lastSeenMs.delete(memberId)
    const { instanceId } = member
    if (instanceId !== null && this.#staticMembers.get(instanceId) === memberId) {
      this.#staticMembers.delete(instanceId)
    }
  }

  #hold(memberId: string, partitions: HeldPartitions): void {
    for (const [topicId, epochs] of partitions) {
      const holders = this.#holders.get(topicId) ?? new Map<number, string>()
      this.#holders.set(topicId, holders)
      for (const partition of epochs.keys()) holders.set(partition, memberId)
    }
  }

  /**
   * Only what is still the member's: in a compacted log the record by which it gave a partition up may stand after
   * the one by which another member got it.
   */
  #release({ memberId, assigned, pendingRevocation }: ConsumerMember): void {
    for (const partitions of [assigned, pendingRevocation]) {
      for (const [topicId, epochs] of partitions) {
        const holders = this.#holders.get(topicId)
        for (const partition of epochs.keys()) {
          if (holders?.get(partition) === memberId) holders.delete(partition)
        }
        if (holders?.size === 0) this.#holders.delete(topicId)
      }
    }
  }
}
