/**
 * The `simple` assignor of share groups (KIP-932): every partition goes to somebody who subscribes to it, members get
 * equally many as far as their subscriptions allow, and where there are more members than partitions they share,
 * so that nobody idles. What a member has it keeps where that costs no balance.
 */
import type { TopicPartitions } from './partitions.ts'

export interface SimpleAssignorMember {
  readonly memberId: string
  readonly subscribedTopicIds: ReadonlySet<string>
  /** What it is to have now. */
  readonly target: TopicPartitions
}

interface Draft {
  readonly member: SimpleAssignorMember
  readonly partitions: Map<string, Set<number>>
  count: number
}

interface AssignablePartition {
  readonly topicId: string
  readonly partition: number
  members: number
}

/**
 * @param members in any order; the result does not depend on it.
 * @param assignable the partitions that may be assigned, by topic id.
 */
export function assignSimply(
  members: readonly SimpleAssignorMember[],
  assignable: TopicPartitions,
): Map<string, TopicPartitions> {
  const drafts = [...members]
    .sort((a, b) => (a.memberId < b.memberId ? -1 : 1))
    .map((member): Draft => ({ member, partitions: new Map(), count: 0 }))
  const partitions = listPartitions(assignable)
  for (const partition of partitions) giveToLeastLoaded(drafts, partition)
  for (const draft of drafts) if (draft.count === 0) shareLeastShared(draft, partitions)
  return new Map(drafts.map(({ member, partitions: assigned }) => [member.memberId, assigned]))
}

function listPartitions(assignable: TopicPartitions): AssignablePartition[] {
  return [...assignable]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([topicId, partitions]) =>
      [...partitions].sort((a, b) => a - b).map((partition) => ({ topicId, partition, members: 0 })),
    )
}

/** To who has it, if that is one of the least loaded. */
function giveToLeastLoaded(drafts: readonly Draft[], partition: AssignablePartition): void {
  let best: Draft | null = null
  for (const draft of drafts) {
    if (!draft.member.subscribedTopicIds.has(partition.topicId)) continue
    const isBetter =
      best === null ||
      draft.count < best.count ||
      (draft.count === best.count && !has(best, partition) && has(draft, partition))
    if (isBetter) best = draft
  }
  if (best !== null) give(best, partition)
}

/** A member left without any gets one others have: what it has already, or what is shared least. */
function shareLeastShared(draft: Draft, partitions: readonly AssignablePartition[]): void {
  let best: AssignablePartition | null = null
  for (const partition of partitions) {
    if (!draft.member.subscribedTopicIds.has(partition.topicId)) continue
    const isBetter =
      best === null ||
      partition.members < best.members ||
      (partition.members === best.members && !has(draft, best) && has(draft, partition))
    if (isBetter) best = partition
  }
  if (best !== null) give(draft, best)
}

function has({ member }: Draft, { topicId, partition }: AssignablePartition): boolean {
  return member.target.get(topicId)?.has(partition) === true
}

function give(draft: Draft, partition: AssignablePartition): void {
  const { topicId } = partition
  const partitions = draft.partitions.get(topicId) ?? new Set<number>()
  draft.partitions.set(topicId, partitions)
  partitions.add(partition.partition)
  draft.count++
  partition.members++
}
