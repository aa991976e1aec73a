import type { Assignment, Lane } from './rebalance.ts'

export interface PartitionMove {
  topic: string
  partition: number
  /** Owners, as their lanes have them; null: nobody. */
  from: string | null
  to: string | null
  moved: boolean
}

/** Every partition with whom it was and whom it is with; null where the assignments are not to be read. */
export function movesOf(lanes: readonly Lane[]): PartitionMove[] | null {
  if (lanes.some(({ before, after }) => isForeign(before) || isForeign(after))) return null
  const moves = new Map<string, PartitionMove>()
  const at = (topic: string, partition: number) => {
    const key = `${topic}/${partition}`
    const known = moves.get(key)
    if (known) return known
    const move: PartitionMove = { topic, partition, from: null, to: null, moved: false }
    moves.set(key, move)
    return move
  }
  for (const { owner, before, after, goneBecause } of lanes) {
    // A static member that came back has a lane under each of its member ids.
    if (goneBecause !== 'replaced') for (const each of partitionsOf(before)) at(...each).from = owner
    for (const each of partitionsOf(after)) at(...each).to = owner
  }
  return [...moves.values()]
    .map((move) => ({ ...move, moved: move.from !== move.to }))
    .sort((one, other) => one.topic.localeCompare(other.topic) || one.partition - other.partition)
}

function partitionsOf(assignment: Assignment): [string, number][] {
  if (assignment === null || !('topics' in assignment)) return []
  return assignment.topics.flatMap(({ topic, partitions }) =>
    partitions.map((partition): [string, number] => [topic, partition]),
  )
}

function isForeign(assignment: Assignment): boolean {
  return assignment !== null && 'bytes' in assignment
}
