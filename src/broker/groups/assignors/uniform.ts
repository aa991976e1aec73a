/**
 * `uniform`, the default: counts as even as the subscriptions allow, then as little change as possible (sticky).
 * Like Kafka's it has a simple form for the usual case that all members subscribe to the same.
 */
import type { Assignor, AssignorMember } from './assignor.ts'
import { assignHeterogeneous } from './uniform-heterogeneous.ts'
import { assignHomogeneous } from './uniform-homogeneous.ts'

export const uniform: Assignor = {
  name: 'uniform',
  assign: (members, topics) =>
    isHomogeneous(members) ? assignHomogeneous(members, topics) : assignHeterogeneous(members, topics),
}

function isHomogeneous([first, ...others]: readonly AssignorMember[]): boolean {
  return others.every(
    ({ subscribedTopicIds }) =>
      subscribedTopicIds.size === first?.subscribedTopicIds.size &&
      [...subscribedTopicIds].every((topicId) => first.subscribedTopicIds.has(topicId)),
  )
}
