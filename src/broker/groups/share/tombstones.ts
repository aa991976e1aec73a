import type { Turn } from '../turn.ts'
import type { ShareGroup } from './group.ts'

/** Takes the records of an empty group away. */
export function writeShareTombstones(turn: Turn, { groupId }: ShareGroup): void {
  turn.write({ type: 'ShareGroupStatePartitionMetadata', groupId, value: null })
  turn.write({ type: 'ShareGroupTargetAssignmentMetadata', groupId, value: null })
  turn.write({ type: 'ShareGroupMetadata', groupId, value: null })
}
