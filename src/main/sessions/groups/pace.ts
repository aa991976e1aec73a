import type { GroupPartitionName } from '../../../shared/ipc/groups.ts'

/** How fast a group and its producers have been, from what was seen of them. */
export interface Pace {
  consumedPerSecond: number | null
  producedPerSecond: number | null
  timeLagMs: number | null
  etaMs: number | null
}

interface Look {
  atMs: number
  committed: number
  /** Everything before it is done with; of a share group also as much as is done ahead of where it starts. */
  done: number
  end: number
}

/** What rates are taken over: long enough for consumers that commit every few seconds. */
const RATE_MS = 30_000
const LEAST_MS = 1_500
/** How far back the end of a log is remembered, to say since when a group is behind. */
const KEPT_MS = 15 * 60_000
/** Between two kept looks at a log that is long quiet or long busy. */
const APART_MS = 900

/** Remembers the looks at one group's partitions. */
export class PaceTracker {
  readonly #looks = new Map<string, Look[]>()

  /** After a reset: how far the group jumped is not how fast it reads. */
  forget(): void {
    this.#looks.clear()
  }

  /** Takes one look, and tells how fast things have been since the ones before. */
  look(
    { topic, partition }: GroupPartitionName,
    committed: number,
    end: number,
    atMs: number,
    done: number = committed,
  ): Pace {
    const key = `${topic}/${partition}`
    const looks = this.#looks.get(key) ?? []
    this.#looks.set(key, looks)
    const last = looks.at(-1)
    // Offsets that went back: a reset, or a topic made anew. What was before says nothing about what is now.
    if (last !== undefined && (committed < last.committed || end < last.end)) looks.length = 0
    if (last === undefined || atMs - last.atMs >= APART_MS) looks.push({ atMs, committed, done, end })
    while ((looks[0]?.atMs ?? atMs) < atMs - KEPT_MS) looks.shift()
    const first = looks.find((each) => each.atMs >= atMs - RATE_MS)
    const consumedPerSecond = rate(first, atMs, done, (look) => look.done)
    const producedPerSecond = rate(first, atMs, end, ({ end: then }) => then)
    return {
      consumedPerSecond,
      producedPerSecond,
      timeLagMs: timeLag(looks, committed, end, atMs),
      etaMs: eta(end - done, consumedPerSecond, producedPerSecond),
    }
  }
}

function rate(first: Look | undefined, atMs: number, now: number, of: (look: Look) => number): number | null {
  if (first === undefined || atMs - first.atMs < LEAST_MS) return null
  return ((now - of(first)) / (atMs - first.atMs)) * 1_000
}

/**
 * Since the last look at which the log did not end beyond where the group is now. A group that was behind from the
 * first look on has been so for longer than is known.
 */
function timeLag(looks: readonly Look[], committed: number, end: number, atMs: number): number | null {
  if (committed >= end) return 0
  const then = looks.findLast((look) => look.end <= committed)
  return then === undefined ? null : atMs - then.atMs
}

function eta(lag: number, consumed: number | null, produced: number | null): number | null {
  if (lag <= 0) return 0
  if (consumed === null || produced === null || consumed <= produced) return null
  return (lag / (consumed - produced)) * 1_000
}
