/** `uniform` where all members subscribe to the same topics, as nearly always. */
import type { AssignorMember, GroupAssignment } from './assignor.ts'
import { Draft } from './draft.ts'
import type { TopicPartition } from './draft.ts'

/**
 * Everybody gets the same number of partitions, or one more. The surplus stays with those who have it already, so
 * that a newcomer takes from each no more than balance asks for; what is left of it goes to the last members, as by
 * Kafka's UniformHomogeneousAssignmentBuilder. What nobody had is given out before what somebody gives up.
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
  const givenUp: TopicPartition[] = []
  const unfilled = draft.drafts.map((each, index) => {
    const keepable = draft.keepable(each.member)
    const most = surplus > 0 ? minimum + 1 : minimum
    for (const topicPartition of keepable.slice(0, most)) draft.give(each, topicPartition)
    givenUp.push(...keepable.slice(most))
    const mayLeaveSurplus = each.count < most && members.length - index > surplus
    const quota = mayLeaveSurplus ? minimum : most
    if (quota > minimum) surplus--
    return { each, missing: Math.max(0, quota - each.count) }
  })
  const free = draft.unassigned(subscribed.map(([topicId]) => topicId))
  const isGivenUp = new Set(givenUp.map(keyOf))
  const unassigned = [...free.filter((topicPartition) => !isGivenUp.has(keyOf(topicPartition))), ...givenUp]
  for (const { each, missing } of unfilled) {
    for (const topicPartition of unassigned.splice(0, missing)) draft.give(each, topicPartition)
  }
  return draft.result()
}

function keyOf({ topicId, partition }: TopicPartition): string {
  return `${topicId}:${partition}`
}
