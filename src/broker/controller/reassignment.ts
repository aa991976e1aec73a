/** When a reassignment is over (PartitionReassignmentReplicas in Kafka). */

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
  if (addingReplicas.length === 0 && removingReplicas.length === 0) return null
  const staying = (replica: number): boolean => !removingReplicas.includes(replica)
  const replicas = assignment.replicas.filter(staying)
  const isr = assignment.isr.filter(staying)
  // With fewer replicas than before, every one that stays must be in sync: there are fewer to fall back on.
  const shrinks = removingReplicas.length > addingReplicas.length
  const needed = shrinks ? replicas : addingReplicas
  const done = isr.length > 0 && needed.every((replica) => isr.includes(replica))
  return done ? { replicas, isr } : null
}
