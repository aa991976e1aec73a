import { partitionsOf } from './partitions.ts'
import type { TopicPartitions } from './partitions.ts'
import { NO_PARTITIONS } from './partitions.ts'
import type { ShareMember } from './member.ts'
import { newShareMember } from './member.ts'
import type { ShareGroupRecord, StatePartitionMetadataValue } from './records.ts'

export type ShareGroupState = 'Empty' | 'Stable'

const NO_STATE_PARTITIONS: StatePartitionMetadataValue = {
  initializingTopics: [],
  initializedTopics: [],
  deletingTopics: [],
}

/**
 * A group of the share protocol (KIP-932): members share partitions, so nobody has to give anything up before
 * another gets it, and a new assignment holds as soon as a member hears of it (Kafka's ShareGroup).
 */
export class ShareGroup {
  readonly type = 'share'
  readonly groupId: string
  readonly members = new Map<string, ShareMember>()
  groupEpoch = 0
  /** Of what the subscribed topics were like when the group last looked. */
  metadataHash = 0
  assignmentEpoch = 0
  /** When the target assignment was computed; 0: the next one need not wait. */
  assignmentTimestampMs = 0
  /** Partitions whose share state has begun (or is about to), and which may be assigned therefore. */
  statePartitions: StatePartitionMetadataValue = NO_STATE_PARTITIONS
  /** When each member was last heard of. Not in the log. */
  readonly lastSeenMs = new Map<string, number>()
  /** The group has been written, and not been taken away since. */
  #exists = false
  readonly #targets = new Map<string, TopicPartitions>()

  constructor(groupId: string) {
    this.groupId = groupId
  }

  get state(): ShareGroupState {
    return this.members.size === 0 ? 'Empty' : 'Stable'
  }

  /** Nothing of it is left: its records are all taken away. */
  get isGone(): boolean {
    return !this.#exists && this.members.size === 0
  }

  target(memberId: string): TopicPartitions {
    return this.#targets.get(memberId) ?? NO_PARTITIONS
  }

  isSubscribedTo(topic: string): boolean {
    for (const { subscribedTopicNames } of this.members.values()) {
      if (subscribedTopicNames.includes(topic)) return true
    }
    return false
  }

  /** Applies a record, when it is written and when it is loaded. */
  replay(record: ShareGroupRecord): void {
    switch (record.type) {
      case 'ShareGroupMetadata':
        this.#exists = record.value !== null
        this.groupEpoch = record.value?.epoch ?? 0
        this.metadataHash = record.value?.metadataHash ?? 0
        return
      case 'ShareGroupMemberMetadata':
        if (record.value === null) this.#remove(record.memberId)
        else this.#update(record.memberId, record.value)
        return
      case 'ShareGroupTargetAssignmentMetadata':
        this.assignmentEpoch = record.value?.assignmentEpoch ?? 0
        this.assignmentTimestampMs = Number(record.value?.assignmentTimestamp ?? 0)
        return
      case 'ShareGroupTargetAssignmentMember':
        if (record.value === null) this.#targets.delete(record.memberId)
        else this.#targets.set(record.memberId, partitionsOf(record.value.topicPartitions))
        return
      case 'ShareGroupCurrentMemberAssignment': {
        const { memberId, value } = record
        // Its member goes by a record of its own.
        if (value === null || !this.members.has(memberId)) return
        const { memberEpoch, previousMemberEpoch, assignedPartitions } = value
        const assigned = partitionsOf(assignedPartitions)
        this.#update(memberId, { memberEpoch, previousMemberEpoch, assigned })
        return
      }
      case 'ShareGroupStatePartitionMetadata':
        this.statePartitions = record.value ?? NO_STATE_PARTITIONS
    }
  }

  #remove(memberId: string): void {
    this.members.delete(memberId)
    this.lastSeenMs.delete(memberId)
  }

  #update(memberId: string, news: Partial<ShareMember>): void {
    this.members.set(memberId, { ...(this.members.get(memberId) ?? newShareMember(memberId)), ...news })
  }
}
