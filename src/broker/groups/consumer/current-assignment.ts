/**
 * The next step of one member towards its target assignment: the rules of Kafka's CurrentAssignmentBuilder.
 *
 * First it gives up what it should not have and says so, at its old epoch. Then it comes to the target's epoch, and
 * gets what it should have as far as nobody else still holds it. So no partition has two owners at any moment.
 */
import type { TopicPartitions } from '../assignors/index.ts'
import type { ConsumerMember, MemberState } from './member.ts'
import type { HeldPartitions } from './partitions.ts'
import { NO_PARTITIONS } from './partitions.ts'

export interface Target {
  readonly epoch: number
  readonly partitions: TopicPartitions
}

export interface OwnedPartitions {
  readonly topicId: string
  readonly partitions: readonly number[]
}

/**
 * The member as it is next; the same object when there is nothing to do.
 *
 * @param isHeld whether any member, this one included, still has the partition.
 * @param owned what the member says it has; null: nothing new about that.
 */
export function nextAssignment(
  member: ConsumerMember,
  target: Target,
  isHeld: (topicId: string, partition: number) => boolean,
  owned: readonly OwnedPartitions[] | null,
): ConsumerMember {
  switch (member.state) {
    case 'STABLE':
      return member.memberEpoch === target.epoch
        ? member
        : advance(member, member.memberEpoch, target, isHeld, owned)
    case 'UNREVOKED_PARTITIONS':
      if (ownsAny(owned, member.pendingRevocation)) return member
      // It has come one epoch further; there may be a newer target, for which it has more to give up.
      return advance(member, member.memberEpoch + 1, target, isHeld, owned)
    case 'UNRELEASED_PARTITIONS':
      return advance(member, member.memberEpoch, target, isHeld, owned)
    case 'UNKNOWN':
      return advance(member, target.epoch, target, isHeld, owned)
  }
}

/** @param memberEpoch the epoch at which the member revokes, if it has to. */
function advance(
  member: ConsumerMember,
  memberEpoch: number,
  target: Target,
  isHeld: (topicId: string, partition: number) => boolean,
  owned: readonly OwnedPartitions[] | null,
): ConsumerMember {
  const kept = filtered(member.assigned, (topicId, id) => target.partitions.get(topicId)?.has(id) === true)
  const revoked = filtered(member.assigned, (topicId, id) => target.partitions.get(topicId)?.has(id) !== true)
  const moved = (state: MemberState, epoch: number, assigned: HeldPartitions, pending: HeldPartitions) => ({
    ...member,
    state,
    memberEpoch: epoch,
    previousMemberEpoch: member.memberEpoch,
    assigned,
    pendingRevocation: pending,
  })
  if (revoked.size > 0 && ownsAny(owned, revoked)) {
    return moved('UNREVOKED_PARTITIONS', memberEpoch, kept, revoked)
  }
  let isComplete = true
  const assigned = new Map([...kept].map(([topicId, epochs]) => [topicId, new Map(epochs)]))
  for (const [topicId, ids] of target.partitions) {
    for (const id of ids) {
      if (assigned.get(topicId)?.has(id) === true) continue
      if (isHeld(topicId, id)) {
        isComplete = false
        continue
      }
      const epochs = assigned.get(topicId) ?? new Map<number, number>()
      assigned.set(topicId, epochs)
      epochs.set(id, target.epoch)
    }
  }
  const next = moved(isComplete ? 'STABLE' : 'UNRELEASED_PARTITIONS', target.epoch, assigned, NO_PARTITIONS)
  return isUnchanged(member, next) ? member : next
}

/** A member that says nothing about its partitions may still have them all. */
function ownsAny(owned: readonly OwnedPartitions[] | null, partitions: HeldPartitions): boolean {
  if (owned === null) return true
  return owned.some(({ topicId, partitions: ids }) =>
    ids.some((id) => partitions.get(topicId)?.has(id) === true),
  )
}

function filtered(
  held: HeldPartitions,
  isWanted: (topicId: string, partition: number) => boolean,
): HeldPartitions {
  const wanted = new Map<string, ReadonlyMap<number, number>>()
  for (const [topicId, epochs] of held) {
    const left = new Map([...epochs].filter(([id]) => isWanted(topicId, id)))
    if (left.size > 0) wanted.set(topicId, left)
  }
  return wanted
}

/** A member that waits for partitions asks again and again; only what changes is worth a record. */
function isUnchanged(before: ConsumerMember, after: ConsumerMember): boolean {
  if (before.state !== after.state || before.memberEpoch !== after.memberEpoch) return false
  if (before.assigned.size !== after.assigned.size) return false
  for (const [topicId, epochs] of after.assigned) {
    if (before.assigned.get(topicId)?.size !== epochs.size) return false
  }
  return true
}
