/**
 * `range`: each topic by itself, in runs of neighbouring partitions. Topics with as many partitions and the same
 * subscribers are cut alike, so partition n of each goes to one member, as joins of streams need it (co-partitioning).
 */
import type { Assignor, AssignorMember } from './assignor.ts'

export const range: Assignor = {
  name: 'range',
  assign: (members, topics) => {
    const ordered = [...members].sort(byStaticIdentity)
    const assignment = new Map(members.map(({ memberId }) => [memberId, new Map<string, Set<number>>()]))
    for (const [topicId, partitionCount] of topics) {
      const subscribers = ordered.filter(({ subscribedTopicIds }) => subscribedTopicIds.has(topicId))
      const minimum = Math.floor(partitionCount / Math.max(subscribers.length, 1))
      const surplus = partitionCount - minimum * subscribers.length
      let next = 0
      for (const [index, { memberId }] of subscribers.entries()) {
        const length = minimum + (index < surplus ? 1 : 0)
        const run = Array.from({ length }, (_, offset) => next + offset)
        next += length
        if (length > 0) assignment.get(memberId)?.set(topicId, new Set(run))
      }
    }
    return assignment
  },
}

/** Static members by their instance ids, so that one that returns under a new member id gets the same run again. */
function byStaticIdentity(a: AssignorMember, b: AssignorMember): number {
  if ((a.instanceId === null) !== (b.instanceId === null)) return a.instanceId === null ? 1 : -1
  const [left, right] = [a.instanceId ?? a.memberId, b.instanceId ?? b.memberId]
  return left < right ? -1 : left > right ? 1 : 0
}
