import type { Turn } from '../turn.ts'
import type { ConsumerGroup } from './group.ts'
import { cancelTimers } from './rebalance.ts'

/** Takes all the group's records away, members first. Its offsets stay. */
export function writeTombstones(turn: Turn, group: ConsumerGroup): void {
  const { groupId } = group
  const memberIds = [...group.members.keys()]
  for (const memberId of memberIds) {
    turn.write({ type: 'ConsumerGroupCurrentMemberAssignment', groupId, memberId, value: null })
  }
  for (const memberId of memberIds) {
    turn.write({ type: 'ConsumerGroupTargetAssignmentMember', groupId, memberId, value: null })
  }
  turn.write({ type: 'ConsumerGroupTargetAssignmentMetadata', groupId, value: null })
  for (const memberId of memberIds) {
    turn.write({ type: 'ConsumerGroupMemberMetadata', groupId, memberId, value: null })
    cancelTimers(turn, groupId, memberId)
  }
  for (const regularExpression of [...group.regexes.keys()]) {
    turn.write({ type: 'ConsumerGroupRegularExpression', groupId, regularExpression, value: null })
  }
  if (group.hasPartitionMetadata) turn.write({ type: 'ConsumerGroupPartitionMetadata', groupId, value: null })
  turn.write({ type: 'ConsumerGroupMetadata', groupId, value: null })
}
