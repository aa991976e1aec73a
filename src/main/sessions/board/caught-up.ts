interface Looked {
  /** When the leader was asked, and what it had. */
  atMs: number
  leaderEnd: number
  /** Since when it has been looked at. */
  sinceMs: number
  /** Null: never seen to have all its leader had. */
  caughtUpMs: number | null
}

/** How many followers are remembered; those not looked at for longest go first. */
const KEPT = 20_000

export interface Behind {
  behindMs: number
  isAtLeast: boolean
}

/**
 * Since when followers lack something, from looks at them. The rule is that of Kafka's leaders
 * (Replica.updateFetchState): who has now what the leader had at the look before, had caught up by then.
 */
export class CaughtUp {
  readonly #looked = new Map<string, Looked>()

  /** @param end the follower's own; null: it does not tell. @returns null where nothing can be said */
  look(key: string, look: { atMs: number; leaderEnd: number; end: number | null }): Behind | null {
    const { atMs, leaderEnd, end } = look
    const before = this.#looked.get(key)
    const caughtUpMs = caughtUp(look, before ?? null)
    const sinceMs = before?.sinceMs ?? atMs
    this.#looked.delete(key)
    this.#looked.set(key, { atMs, leaderEnd, sinceMs, caughtUpMs })
    if (this.#looked.size > KEPT) this.#forgetOldest()
    if (end !== null && end >= leaderEnd) return { behindMs: 0, isAtLeast: false }
    if (caughtUpMs === null && end === null) return null
    return { behindMs: Math.max(0, atMs - (caughtUpMs ?? sinceMs)), isAtLeast: caughtUpMs === null }
  }

  #forgetOldest(): void {
    const [oldest] = this.#looked.keys()
    if (oldest !== undefined) this.#looked.delete(oldest)
  }
}

function caughtUp(
  { atMs, leaderEnd, end }: { atMs: number; leaderEnd: number; end: number | null },
  before: Looked | null,
): number | null {
  if (end !== null && end >= leaderEnd) return atMs
  if (end !== null && before !== null && end >= before.leaderEnd) return before.atMs
  return before?.caughtUpMs ?? null
}
