/** What one broker's part in one partition is drawn as: see look of signs. */
export type Sign =
  'leader' | 'inSync' | 'behind' | 'outOfIsr' | 'offline' | 'offlineOutOfIsr' | 'adding' | 'removing' | 'none'

/** A follower that lacks so many records is drawn as far behind as there is room for. */
const DEEPEST_LAG = 10_000

/** How deep the amber of a follower that is behind stands, from 0 to 1. By orders of magnitude, for lag comes in all. */
export function depthOf(lag: number): number {
  if (lag <= 0) return 0
  return Math.min(1, 0.15 + (0.85 * Math.log10(lag + 1)) / Math.log10(DEEPEST_LAG + 1))
}
