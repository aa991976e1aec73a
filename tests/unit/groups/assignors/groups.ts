/** Groups to assign to: made by hand, or from a seed. */
import type {
  AssignorMember,
  GroupAssignment,
  TopicPartitions,
} from '../../../../src/broker/groups/assignors/index.ts'

export const SEEDS = Array.from({ length: 60 }, (_, index) => index + 1)

export function member(
  memberId: string,
  topicIds: readonly string[],
  instanceId: string | null = null,
): AssignorMember {
  return { memberId, instanceId, rackId: null, subscribedTopicIds: new Set(topicIds), assigned: new Map() }
}

/** The members, having got that target. */
export function withTarget(members: readonly AssignorMember[], target: GroupAssignment): AssignorMember[] {
  return members.map((each) => ({ ...each, assigned: target.get(each.memberId) ?? new Map() }))
}

export function countOf(partitions: TopicPartitions | undefined): number {
  return [...(partitions?.values() ?? [])].reduce((sum, { size }) => sum + size, 0)
}

/** `topic:partition` of everything assigned, as often as it is assigned. */
export function held(target: GroupAssignment): string[] {
  return [...target.values()].flatMap(namesOf)
}

export function all(topics: ReadonlyMap<string, number>, subscribed: ReadonlySet<string>): string[] {
  return [...topics].flatMap(([topicId, partitionCount]) =>
    subscribed.has(topicId)
      ? Array.from({ length: partitionCount }, (_, index) => `${topicId}:${index}`)
      : [],
  )
}

/** How many partitions have another owner than before; new ones do not count. */
export function movedPartitions(before: GroupAssignment, after: GroupAssignment): number {
  const owners = ownersOf(before)
  return [...ownersOf(after)].filter(([name, owner]) => owners.has(name) && owners.get(name) !== owner).length
}

/** One to eight members, one to six topics of zero to nine partitions, each member with some of them. */
export function seededGroup(seed: number): {
  members: AssignorMember[]
  topics: Map<string, number>
  subscribed: Set<string>
} {
  const random = randomOf(seed)
  const topics = new Map(
    Array.from({ length: 1 + random(6) }, (_, index): [string, number] => [`t${index}`, random(10)]),
  )
  const members = Array.from({ length: 1 + random(8) }, (_, index) =>
    member(
      `m${index}`,
      [...topics.keys()].filter(() => random(3) > 0),
    ),
  )
  return { members, topics, subscribed: new Set(members.flatMap((each) => [...each.subscribedTopicIds])) }
}

function ownersOf(target: GroupAssignment): Map<string, string> {
  return new Map(
    [...target].flatMap(([memberId, assigned]) =>
      namesOf(assigned).map((name): [string, string] => [name, memberId]),
    ),
  )
}

function namesOf(partitions: TopicPartitions): string[] {
  return [...partitions].flatMap(([topicId, ids]) => [...ids].map((id) => `${topicId}:${id}`))
}

/** Mulberry32: whole numbers below a limit, the same for the same seed. */
function randomOf(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit
  }
}
