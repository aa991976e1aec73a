/** Assignments as people can read them. */
import { DecodeError } from '../../protocol/codec.ts'
import { decodeAssignment, decodeSubscription } from '../../protocol/records/index.ts'
import type { SeenAssignment } from '../events.ts'

/** What of a foreign assignment is shown. */
const SHOWN_BYTES = 256

export function seenAssignment(assignment: Buffer): SeenAssignment {
  if (assignment.length === 0) return { topics: [] }
  try {
    const { assignedPartitions } = decodeAssignment(assignment)
    return {
      topics: assignedPartitions
        .map(({ topic, partitions }) => ({ topic, partitions: [...partitions].sort((a, b) => a - b) }))
        .sort((one, other) => (one.topic < other.topic ? -1 : 1)),
    }
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    return { bytes: assignment.length, base64: assignment.toString('base64', 0, SHOWN_BYTES) }
  }
}

/** Topics and owned partitions of a consumer's metadata; null for metadata of another kind. */
export function seenSubscription(metadata: Buffer | undefined): { topics: string[]; owned: number } | null {
  if (metadata === undefined) return null
  try {
    const { topics, ownedPartitions } = decodeSubscription(metadata)
    const owned = ownedPartitions.reduce((sum, { partitions }) => sum + partitions.length, 0)
    return { topics: [...topics], owned }
  } catch (error) {
    if (error instanceof DecodeError) return null
    throw error
  }
}

/** Of the partitions before: how many have the same owner after. Owners are instance ids, or member ids. */
export function stickinessOf(
  lanes: readonly { owner: string; before: SeenAssignment | null; after: SeenAssignment | null }[],
): { kept: number; before: number } | null {
  const owners = new Map<string, string>()
  for (const { owner, before } of lanes) {
    if (before === null) continue
    if (!('topics' in before)) return null
    for (const name of namesOf(before)) owners.set(name, owner)
  }
  let kept = 0
  for (const { owner, after } of lanes) {
    if (after === null) continue
    if (!('topics' in after)) return null
    for (const name of namesOf(after)) if (owners.get(name) === owner) kept++
  }
  return { kept, before: owners.size }
}

function namesOf(assignment: SeenAssignment): string[] {
  if (!('topics' in assignment)) return []
  return assignment.topics.flatMap(({ topic, partitions }) => partitions.map((each) => `${topic}/${each}`))
}
