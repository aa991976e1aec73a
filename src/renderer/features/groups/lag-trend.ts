/** A lag as it was at one moment. */
export interface LagPoint {
  atMs: number
  lag: number
}

export type Trend = 'growing' | 'shrinking' | 'steady'

/** Enough for ten minutes of one look a second. */
const KEPT_POINTS = 600
/** What a trend is judged by: long enough that one slow poll is none. */
const TREND_MS = 5_000

/** Adds a point, and drops the oldest beyond what is kept. */
export function withPoint(points: readonly LagPoint[], point: LagPoint): LagPoint[] {
  return [...points, point].slice(-KEPT_POINTS)
}

/** The same of the session's looks, which are five seconds apart. */
export function trendOfRecent(points: readonly { atMs: number; lag: number | null }[]): Trend {
  const known = points.flatMap(({ atMs, lag }) => (lag === null ? [] : [{ atMs, lag }]))
  const last = known.at(-1)
  const before = last && known.findLast(({ atMs }) => atMs <= last.atMs - TREND_MS)
  if (!last || !before || last.lag === before.lag) return 'steady'
  return last.lag > before.lag ? 'growing' : 'shrinking'
}

/** Where the lag has been going during the last seconds. */
export function trendOf(points: readonly LagPoint[]): Trend {
  const last = points.at(-1)
  const before = last && points.find(({ atMs }) => atMs >= last.atMs - TREND_MS)
  if (!last || !before || last.lag === before.lag) return 'steady'
  return last.lag > before.lag ? 'growing' : 'shrinking'
}
