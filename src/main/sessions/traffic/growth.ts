/** One number per partition, or per partition of a group: those of one look. */
export type Counters = ReadonlyMap<string, number>

/**
 * How much the counters of two looks have grown, per second. What is in one of the looks only counts for nothing: a
 * partition whose leader was away has not grown by all it holds. What shrank (a topic made anew, an offset set back,
 * a log cut by retention) has not grown either. Null without an earlier look.
 */
export function growthPerSecond(before: Counters | null, after: Counters, elapsedMs: number): number | null {
  if (!before || elapsedMs <= 0) return null
  let growth = 0
  for (const [key, value] of after) growth += Math.max(0, value - (before.get(key) ?? value))
  return (growth * 1_000) / elapsedMs
}
