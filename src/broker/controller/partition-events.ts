/** What changed in one partition, told with all of it before and after: a board can be redrawn from these alone. */
import type { PartitionImage } from '../metadata/image.ts'
import type { ControllerChange } from './events.ts'

/** A partition in plain values, as every event about one carries it. */
export function partitionState(partition: PartitionImage) {
  const { leader, leaderEpoch, partitionEpoch, replicas, isr, addingReplicas, removingReplicas } = partition
  return { leader, leaderEpoch, partitionEpoch, replicas, isr, addingReplicas, removingReplicas }
}

export function partitionEvents(before: PartitionImage, after: PartitionImage): ControllerChange[] {
  const { topic, topicId, partition } = after
  const where = { topic, topicId, partition, ...partitionState(after), before: partitionState(before) }
  const changes = [
    ...leaderEvents(before, after),
    ...isrEvents(before, after),
    ...reassignmentEvents(before, after),
  ]
  return changes.map((change) => ({ ...change, details: { ...where, ...change.details } }))
}

function leaderEvents(before: PartitionImage, after: PartitionImage): ControllerChange[] {
  if (before.leader !== after.leader) {
    const lost = after.leader === -1
    const details = {
      from: before.leader,
      to: after.leader,
      unclean: after.leaderRecoveryState === 1 && before.leaderRecoveryState === 0,
    }
    return [
      { kind: lost ? 'leader-lost' : 'leader-elected', brokerId: leaderOr(after, before.leader), details },
    ]
  }
  if (before.leaderEpoch === after.leaderEpoch) return []
  const details = { from: before.leaderEpoch, to: after.leaderEpoch }
  return [{ kind: 'leader-epoch-bumped', brokerId: leaderOr(after, null), details }]
}

function isrEvents(before: PartitionImage, after: PartitionImage): ControllerChange[] {
  const added = without(after.isr, before.isr)
  const removed = without(before.isr, after.isr)
  if (added.length === 0 && removed.length === 0) return []
  const kind = removed.length === 0 ? 'isr-expanded' : added.length === 0 ? 'isr-shrunk' : 'isr-changed'
  const details = { from: before.isr, to: after.isr, added, removed }
  return [{ kind, brokerId: leaderOr(after, null), details }]
}

/** `replicas` has the adding and removing ones in it while a reassignment runs, as in Kafka. */
function reassignmentEvents(before: PartitionImage, after: PartitionImage): ControllerChange[] {
  const [was, is] = [before, after].map(
    ({ addingReplicas, removingReplicas }) => addingReplicas.length + removingReplicas.length > 0,
  )
  const changed =
    !isSame(before.replicas, after.replicas) ||
    !isSame(before.addingReplicas, after.addingReplicas) ||
    !isSame(before.removingReplicas, after.removingReplicas)
  if (!changed) return []
  const details = {
    from: before.replicas,
    to: after.replicas,
    added: without(after.replicas, before.replicas),
    removed: without(before.replicas, after.replicas),
  }
  const brokerId = leaderOr(after, null)
  if (is === true)
    return [{ kind: was === true ? 'reassignment-changed' : 'reassignment-started', brokerId, details }]
  if (was !== true) return [{ kind: 'replicas-changed', brokerId, details }]
  // One that ends with every replica it was to remove still there was called off.
  const isCancelled =
    before.removingReplicas.every((id) => after.replicas.includes(id)) &&
    before.addingReplicas.every((id) => !after.replicas.includes(id))
  return [{ kind: isCancelled ? 'reassignment-cancelled' : 'reassignment-completed', brokerId, details }]
}

function leaderOr({ leader }: PartitionImage, otherwise: number | null): number | null {
  return leader === -1 ? otherwise : leader
}

function without(ids: readonly number[], others: readonly number[]): number[] {
  return ids.filter((id) => !others.includes(id))
}

function isSame(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((id, index) => id === other[index])
}
