import type { GroupLags } from '../../../shared/ipc/traffic.ts'
import type { Commits } from './commits.ts'
import type { Counters } from './growth.ts'

/** How far all groups are behind. Partitions whose end is unknown, as those of a deleted topic, have no lag. */
export function lagsOf(commits: Commits, ends: Counters): GroupLags {
  const lags = [...commits.values()].map((offsets) =>
    [...offsets].reduce((sum, [key, offset]) => sum + Math.max(0, (ends.get(key) ?? offset) - offset), 0),
  )
  return {
    groups: lags.length,
    lagging: lags.filter((lag) => lag > 0).length,
    totalLag: lags.reduce((sum, lag) => sum + lag, 0),
  }
}

/** Every group's commits as counters of their own, so that their growth can be told. */
export function committedCounters(commits: Commits): Counters {
  return new Map(
    [...commits].flatMap(([groupId, offsets]) =>
      [...offsets].map(([key, offset]) => [`${groupId} ${key}`, offset] as const),
    ),
  )
}
