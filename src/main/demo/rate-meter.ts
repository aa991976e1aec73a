/** Records per second over the last moments: short enough to follow a change, long enough not to jump. */
const WINDOW_MS = 2_000

export class RateMeter {
  #total = 0
  #begunMs: number
  readonly #counts: { atMs: number; records: number }[] = []

  constructor(nowMs: number) {
    this.#begunMs = nowMs
  }

  get total(): number {
    return this.#total
  }

  add(records: number, nowMs: number): void {
    this.#total += records
    const last = this.#counts.at(-1)
    if (last?.atMs === nowMs) last.records += records
    else this.#counts.push({ atMs: nowMs, records })
  }

  /** With one decimal below ten, whole above. */
  perSecond(nowMs: number): number {
    while ((this.#counts[0]?.atMs ?? nowMs) < nowMs - WINDOW_MS) this.#counts.shift()
    const elapsedMs = Math.max(1, Math.min(WINDOW_MS, nowMs - this.#begunMs))
    const records = this.#counts.reduce((sum, each) => sum + each.records, 0)
    const rate = (records * 1_000) / elapsedMs
    return rate < 10 ? Math.round(rate * 10) / 10 : Math.round(rate)
  }
}
