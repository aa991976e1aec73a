/** The n-th number in [0, 1) of a seed (mulberry32's mixing): without state, so that threads can share the row. */
export function chance(seed: number, n: number): number {
  const state = (seed + Math.imul(n, 0x6d2b79f5)) >>> 0
  let mixed = Math.imul(state ^ (state >>> 15), state | 1)
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
}
