/** A count as it was at one moment. */
export interface CountPoint {
  atMs: number
  count: number
}

const WINDOW_MS = 3_000

/** Adds a look at a count and drops those that are too old to tell its rate. */
export function withCount(points: readonly CountPoint[], point: CountPoint): CountPoint[] {
  return [...points, point].filter(({ atMs }) => atMs >= point.atMs - WINDOW_MS)
}

/** Per second over the looks that are kept; null before the second look. */
export function rateOf(points: readonly CountPoint[]): number | null {
  const [first, last] = [points[0], points.at(-1)]
  if (!first || !last || last.atMs === first.atMs) return null
  return Math.round(((last.count - first.count) * 1_000) / (last.atMs - first.atMs))
}
