/** Whose a partition was at each moment, as the cluster's history tells it: finer than anybody could ask. */
import type { Cluster } from '../cluster.ts'

interface Entry {
  kind: string
  cause: string
  details: Record<string, unknown>
}

interface Topic {
  topic: string
  partitions: number[]
}

interface Stepped {
  memberId: string
  assigned: Topic[]
  revoking: Topic[]
}

interface Lane {
  memberId: string
  goneAtMs: number | null
  after: { topics?: Topic[] } | null
}

/** Sentences about partitions with two owners. The history has to tell of at least `least` changes of hands. */
export async function twoOwnersInHistory(
  cluster: Cluster,
  groupId: string,
  least: number,
): Promise<string[]> {
  const { out } = await cluster.ottla('history', '--json', '--limit', '100000', '--group', groupId)
  const entries = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Entry)
  const held = new Map<string, string[]>()
  const found: string[] = []
  let changes = 0
  for (const { kind, cause, details } of entries) {
    const change = CHANGES[kind]
    if (change === undefined || !change(held, details)) continue
    changes++
    found.push(...twice(held).map((partition) => `${partition} after "${kind}: ${cause}"`))
  }
  if (changes < least) throw new Error(`The history tells of ${changes} changes of hands, not of ${least}.`)
  return found
}

type Held = Map<string, string[]>

/** What changes who holds what: true when it did. */
const CHANGES: Readonly<Record<string, (held: Held, details: Record<string, unknown>) => boolean>> = {
  // A classic group changes hands as a whole, from generation to generation.
  'rebalance-completed': (held, { lanes }) => {
    held.clear()
    for (const { memberId, goneAtMs, after } of lanes as Lane[]) {
      if (goneAtMs === null) held.set(memberId, namesOf(after?.topics ?? []))
    }
    return true
  },
  // What a member is told to give up it still has.
  'group-member-stepped': (held, details) => {
    const { memberId, assigned, revoking } = details as unknown as Stepped
    held.set(memberId, [...namesOf(assigned), ...namesOf(revoking)])
    return true
  },
  'group-epoch-began': (held, { cause, memberIds }) =>
    GONE.has(String(cause)) && (memberIds as string[]).filter((memberId) => held.delete(memberId)).length > 0,
}

const GONE: ReadonlySet<string> = new Set(['memberLeft', 'sessionExpired', 'rebalanceTimeout'])

function namesOf(topics: readonly Topic[]): string[] {
  return topics.flatMap(({ topic, partitions }) => partitions.map((partition) => `${topic}-${partition}`))
}

function twice(held: Held): string[] {
  const all = [...held.values()].flat()
  return all.filter((name, index) => all.indexOf(name) !== index)
}
