/** What is told of a member wherever it appears. */
export interface NamedMember {
  memberId: string
  groupInstanceId: string | null
  clientId: string
}

/** What tells instances of one service apart: a piece of the UUID in their member ids. */
const DISTINCT_CHARACTERS = 8

/**
 * By member id what its owner named each: instance id, client id, or its member id. The instances of a service share
 * their client id; each then gets the beginning of what its member id has of its own.
 */
export function memberNames(members: readonly NamedMember[]): ReadonlyMap<string, string> {
  const sharers = new Map<string, Set<string>>()
  for (const { memberId, groupInstanceId, clientId } of members) {
    if (groupInstanceId === null) sharers.set(clientId, (sharers.get(clientId) ?? new Set()).add(memberId))
  }
  const nameOf = ({ memberId, groupInstanceId, clientId }: NamedMember): string => {
    if (groupInstanceId !== null) return groupInstanceId
    if (clientId === '') return memberId
    return sharers.get(clientId)?.size === 1 ? clientId : `${clientId} ${ownPartOf(memberId, clientId)}`
  }
  return new Map(members.map((member) => [member.memberId, nameOf(member)]))
}

/** The coordinator makes member ids of the client id and a UUID; KIP-848's clients make theirs of a UUID alone. */
function ownPartOf(memberId: string, clientId: string): string {
  const own = memberId.startsWith(`${clientId}-`) ? memberId.slice(clientId.length + 1) : memberId
  return own.slice(0, DISTINCT_CHARACTERS)
}
