/** `uniform` where all members subscribe to the same topics, as nearly always. */
import type { AssignorMember, GroupAssignment } from './assignor.ts'
import { Draft } from './draft.ts'

/**
 * Everybody gets the same number of partitions, or one more. The surplus stays with those who have it already, so
 * that a newcomer takes from each no more than balance asks for.
 */
export function assignHomogeneous(
  members: readonly AssignorMember[],
  topics: ReadonlyMap<string, number>,
): GroupAssignment {
  const draft = new Draft(members, topics)
  const subscribed = [...topics].filter(([topicId]) => members[0]?.subscribedTopicIds.has(topicId) === true)
  const total = subscribed.reduce((sum, [, partitionCount]) => sum + partitionCount, 0)
  const minimum = Math.floor(total / Math.max(members.length, 1))
  let surplus = total - minimum * members.length
  for (const each of draft.drafts) {
    const keepable = draft.keepable(each.member)
    const keepsOneMore = surplus > 0 && keepable.length > minimum
    if (keepsOneMore) surplus--
    for (const topicPartition of keepable.slice(0, keepsOneMore ? minimum + 1 : minimum)) {
      draft.give(each, topicPartition)
    }
  }
  const unassigned = draft.unassigned(subscribed.map(([topicId]) => topicId))
  for (const each of draft.drafts) {
    const hasOneMore = each.count > minimum
    const getsOneMore = !hasOneMore && surplus > 0
    if (getsOneMore) surplus--
    const missing = hasOneMore ? 0 : minimum + (getsOneMore ? 1 : 0) - each.count
    for (const topicPartition of unassigned.splice(0, missing)) draft.give(each, topicPartition)
  }
  return draft.result()
}
