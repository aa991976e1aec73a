/** What one `__consumer_offsets` partition says: its groups and their offsets. */
import { ClassicGroup } from './classic/group.ts'
import { OffsetStore } from './offsets/offsets.ts'
import type { GroupRecord } from './records.ts'

export class ShardState {
  readonly groups = new Map<string, ClassicGroup>()
  readonly offsets = new OffsetStore()

  /** Applies a record, when it is written and when it is loaded: the same function, so that both agree. */
  replay(record: GroupRecord): void {
    if (record.type === 'OffsetCommit') {
      const { groupId, topic, partition, value } = record
      if (value === null) this.offsets.remove(groupId, topic, partition)
      else {
        // A consumer that assigns its partitions itself has no group but its offsets: they make a "simple" one.
        this.#groupOrNew(groupId)
        this.offsets.put(groupId, topic, partition, value)
      }
    } else if (record.value === null) {
      this.groups.delete(record.groupId)
    } else {
      this.#groupOrNew(record.groupId).restore(record.value)
    }
  }

  #groupOrNew(groupId: string): ClassicGroup {
    const known = this.groups.get(groupId)
    if (known !== undefined) return known
    const group = new ClassicGroup(groupId)
    this.groups.set(groupId, group)
    return group
  }
}
