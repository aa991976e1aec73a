import type { PartitionName, PartitionShape, ReplicaMove } from '../../../shared/ipc/board.ts'
import { keyOf } from './state.ts'

/** Replicas of one partition as they are and as they shall be. The first of each is the preferred leader. */
export interface PlannedMove extends PartitionName {
  from: readonly number[]
  to: readonly number[]
}

export type Plan = ReadonlyMap<string, PlannedMove>

/** A replica that is taken to another broker. */
export interface Carried extends PartitionName {
  from: number
  to: number
}

/** Replicas a partition will have when what is under way is over. */
export function targetOf({ replicas, removing }: PartitionShape): number[] {
  return replicas.filter((id) => !removing.includes(id))
}

/**
 * With one replica taken to another broker. To one that has a replica already: the two change places in the order, and
 * so perhaps the preferred leader. A plan that ends where it began is none.
 */
export function withMove(plan: Plan, partition: PartitionShape, { topic, from, to }: Carried): Plan {
  const name = { topic, partition: partition.partition }
  const key = keyOf(name)
  const before = targetOf(partition)
  const now = plan.get(key)?.to ?? before
  if (!now.includes(from) || from === to) return plan
  const swapped = now.map((id) => (id === from ? to : id === to ? from : id))
  const without = new Map(plan)
  without.delete(key)
  if (swapped.join() === before.join()) return without
  return without.set(key, { ...name, from: before, to: swapped })
}

export function without(plan: Plan, name: PartitionName): Plan {
  const rest = new Map(plan)
  rest.delete(keyOf(name))
  return rest
}

export function movesOf(plan: Plan): ReplicaMove[] {
  return [...plan.values()].map(({ topic, partition, to }) => ({ topic, partition, replicas: [...to] }))
}
