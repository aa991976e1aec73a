/** `uniform` where members subscribe to different topics: as even as the subscriptions allow. */
import type { AssignorMember, GroupAssignment } from './assignor.ts'
import type { MemberDraft, TopicPartition } from './draft.ts'
import { Draft } from './draft.ts'

export function assignHeterogeneous(
  members: readonly AssignorMember[],
  topics: ReadonlyMap<string, number>,
): GroupAssignment {
  const draft = new Draft(members, topics)
  const subscribers = subscribersByTopic(draft.drafts, topics)
  for (const each of draft.drafts) {
    for (const topicPartition of draft.keepable(each.member)) draft.give(each, topicPartition)
  }
  // Topics with the least choice first: the others even out what those had to do.
  const topicIds = [...subscribers.keys()].sort(
    (a, b) => (subscribers.get(a)?.length ?? 0) - (subscribers.get(b)?.length ?? 0),
  )
  for (const topicPartition of draft.unassigned(topicIds)) {
    const poorest = poorestOf(subscribers.get(topicPartition.topicId) ?? [])
    if (poorest !== null) draft.give(poorest, topicPartition)
  }
  balance(draft.drafts, subscribers)
  return draft.result()
}

/** Topics with at least one subscriber. */
function subscribersByTopic(
  drafts: readonly MemberDraft[],
  topics: ReadonlyMap<string, number>,
): Map<string, MemberDraft[]> {
  const subscribers = new Map<string, MemberDraft[]>()
  for (const topicId of topics.keys()) {
    const ofTopic = drafts.filter(({ member }) => member.subscribedTopicIds.has(topicId))
    if (ofTopic.length > 0) subscribers.set(topicId, ofTopic)
  }
  return subscribers
}

function poorestOf(drafts: readonly MemberDraft[]): MemberDraft | null {
  return drafts.reduce<MemberDraft | null>(
    (poorest, each) => (poorest === null || each.count < poorest.count ? each : poorest),
    null,
  )
}

/**
 * Moves partitions from the rich to the poor while somebody has at least two more than somebody it could give to,
 * be it through others. Each round makes the counts more even, so it ends.
 */
function balance(
  drafts: readonly MemberDraft[],
  subscribers: ReadonlyMap<string, readonly MemberDraft[]>,
): void {
  let isBalanced = false
  while (!isBalanced) {
    const richestFirst = [...drafts].sort((a, b) => b.count - a.count)
    isBalanced = !richestFirst.some((rich) => relieve(rich, subscribers))
  }
}

interface Handover {
  readonly from: MemberDraft
  readonly topicPartition: TopicPartition
  readonly to: MemberDraft
  readonly before: Handover | null
}

/** Breadth first, so the fewest partitions move. False when nobody within reach has that much less. */
function relieve(rich: MemberDraft, subscribers: ReadonlyMap<string, readonly MemberDraft[]>): boolean {
  const reached = new Set([rich])
  const queue: { draft: MemberDraft; before: Handover | null }[] = [{ draft: rich, before: null }]
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { draft: from, before } = next
    for (const [topicId, partitions] of from.partitions) {
      const [partition] = partitions
      if (partition === undefined) continue
      for (const to of subscribers.get(topicId) ?? []) {
        if (reached.has(to)) continue
        reached.add(to)
        const handover: Handover = { from, topicPartition: { topicId, partition }, to, before }
        if (to.count <= rich.count - 2) {
          handOver(handover)
          return true
        }
        queue.push({ draft: to, before: handover })
      }
    }
  }
  return false
}

function handOver(last: Handover): void {
  for (let step: Handover | null = last; step !== null; step = step.before) {
    step.from.remove(step.topicPartition)
    step.to.add(step.topicPartition)
  }
}
