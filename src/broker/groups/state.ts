/** What one `__consumer_offsets` partition says: its groups and their offsets. */
import { ClassicGroup } from './classic/group.ts'
import { ConsumerGroup } from './consumer/group.ts'
import type { ConsumerGroupRecord } from './consumer/records.ts'
import type { Group } from './group.ts'
import { OffsetStore } from './offsets/offsets.ts'
import type { GroupMetadataRecord, GroupRecord } from './records.ts'
import { ShareGroup } from './share/group.ts'
import type { ShareGroupRecord } from './share/records.ts'
import { isShareGroupRecord } from './share/records.ts'

export class ShardState {
  readonly groups = new Map<string, Group>()
  readonly offsets = new OffsetStore()

  classicGroup(groupId: string): ClassicGroup | undefined {
    const group = this.groups.get(groupId)
    return group?.type === 'classic' ? group : undefined
  }

  consumerGroup(groupId: string): ConsumerGroup | undefined {
    const group = this.groups.get(groupId)
    return group?.type === 'consumer' ? group : undefined
  }

  shareGroup(groupId: string): ShareGroup | undefined {
    const group = this.groups.get(groupId)
    return group?.type === 'share' ? group : undefined
  }

  /** Applies a record, when it is written and when it is loaded: the same function, so that both agree. */
  replay(record: GroupRecord): void {
    switch (record.type) {
      case 'OffsetCommit': {
        const { groupId, topic, partition, value } = record
        if (value === null) {
          this.offsets.remove(groupId, topic, partition)
          return
        }
        // A consumer that assigns its partitions itself has no group but its offsets: they make a "simple" one.
        if (!this.groups.has(groupId)) this.groups.set(groupId, new ClassicGroup(groupId))
        this.offsets.put(groupId, topic, partition, value)
        return
      }
      case 'GroupMetadata':
        this.#replayClassic(record)
        return
      default:
        if (isShareGroupRecord(record)) this.#replayShare(record)
        else this.#replayConsumer(record)
    }
  }

  #replayClassic({ groupId, value }: GroupMetadataRecord): void {
    const known = this.classicGroup(groupId)
    if (value === null) {
      if (known !== undefined) this.groups.delete(groupId)
      return
    }
    const group = known ?? new ClassicGroup(groupId)
    this.groups.set(groupId, group)
    group.restore(value)
  }

  /** Offsets loaded before it may have founded a simple group in its place. */
  #replayConsumer(record: ConsumerGroupRecord): void {
    const known = this.consumerGroup(record.groupId)
    // The record it takes away is gone already, which is what it wants.
    if (known === undefined && record.value === null) return
    const group = known ?? new ConsumerGroup(record.groupId)
    this.groups.set(record.groupId, group)
    group.replay(record)
    if (group.isGone) this.groups.delete(record.groupId)
  }

  #replayShare(record: ShareGroupRecord): void {
    const known = this.shareGroup(record.groupId)
    // The record it takes away is gone already, which is what it wants.
    if (known === undefined && record.value === null) return
    const group = known ?? new ShareGroup(record.groupId)
    this.groups.set(record.groupId, group)
    group.replay(record)
    // Compaction may have left records of a group before the one that says that it exists.
    if (record.value === null && group.isGone) this.groups.delete(record.groupId)
  }
}
