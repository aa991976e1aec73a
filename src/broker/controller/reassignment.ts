/** When a reassignment is over, and what cancelling it leads to (PartitionReassignmentReplicas, …Revert in Kafka). */

export interface Assignment {
  readonly replicas: readonly number[]
  readonly isr: readonly number[]
  readonly addingReplicas: readonly number[]
  readonly removingReplicas: readonly number[]
}

/** @returns replicas and ISR without the removed ones, or null while the reassignment has to go on */
export function completedReassignment(
  assignment: Assignment,
): { replicas: readonly number[]; isr: readonly number[] } | null {
  const { addingReplicas, removingReplicas } = assignment
  if (!isReassigning(assignment)) return null
  const staying = (replica: number): boolean => !removingReplicas.includes(replica)
  const replicas = assignment.replicas.filter(staying)
  const isr = assignment.isr.filter(staying)
  // With fewer replicas than before, every one that stays must be in sync: there are fewer to fall back on.
  const shrinks = removingReplicas.length > addingReplicas.length
  const needed = shrinks ? replicas : addingReplicas
  const done = isr.length > 0 && needed.every((replica) => isr.includes(replica))
  return done ? { replicas, isr } : null
}

export function isReassigning({
  addingReplicas,
  removingReplicas,
}: Pick<Assignment, 'addingReplicas' | 'removingReplicas'>): boolean {
  return addingReplicas.length > 0 || removingReplicas.length > 0
}

/**
 * Back to the replicas of before. `unclean`: none of them is in sync any more, so the first of them would have to
 * lead with whatever it has.
 */
export function revertedAssignment({ replicas, isr, addingReplicas }: Assignment): {
  replicas: readonly number[]
  isr: readonly number[]
  unclean: boolean
} {
  const original = replicas.filter((replica) => !addingReplicas.includes(replica))
  const inSync = isr.filter((replica) => !addingReplicas.includes(replica))
  const unclean = inSync.length === 0
  return { replicas: original, isr: unclean ? original.slice(0, 1) : inSync, unclean }
}
