import type { LagPoint } from '../../../shared/ipc/groups.ts'

/**
 * What the session has kept, which looks every few seconds and writes changes down only, with what this page has seen
 * every second since it was opened: so there is a line from the first second on.
 */
export function lagPoints(
  kept: readonly LagPoint[],
  seen: readonly LagPoint[],
  last: LagPoint,
): readonly LagPoint[] {
  const firstSeenMs = seen[0]?.atMs ?? last.atMs
  // The session begins with a gap, since nobody looked before; but this page did, if it was there already.
  const known = kept.filter(({ atMs, lag }) => atMs < firstSeenMs || lag !== null)
  const byTime = new Map<number, LagPoint>()
  for (const point of [...known, ...seen]) if (point.atMs < last.atMs) byTime.set(point.atMs, point)
  return [...[...byTime.values()].sort((one, other) => one.atMs - other.atMs), last]
}
