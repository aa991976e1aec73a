export interface Row {
  what: string
  /** As design says it; null where it says nothing. */
  target: { value: number; more: 'is better' | 'is worse' } | null
  unit: string
  runs: number[]
}

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2
}

export function percentile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? NaN
}

/** Runs a measurement several times, one after the other. */
export async function repeat(times: number, measure: () => Promise<number>): Promise<number[]> {
  const results: number[] = []
  for (let index = 0; index < times; index++) results.push(await measure())
  return results
}

const columns = [
  { title: 'what', width: 58 },
  { title: 'target', width: 12 },
  { title: 'median', width: 12 },
  { title: 'of target', width: 10 },
  { title: 'runs', width: 0 },
]

export function printHead(): void {
  process.stdout.write(`${columns.map(({ title, width }) => title.padEnd(width)).join('')}\n`)
}

export function print({ what, target, unit, runs }: Row): void {
  const middle = median(runs)
  const bound = target === null ? '' : `${target.more === 'is better' ? '≥' : '<'} ${target.value} ${unit}`
  // Above 1 is better than the target, whichever direction is better.
  const ratio =
    target === null
      ? ''
      : `${(target.more === 'is better' ? middle / target.value : target.value / middle).toFixed(2)} ×`
  const cells = [what, bound, `${round(middle)} ${unit}`, ratio, runs.map(round).join(' ')]
  process.stdout.write(`${columns.map(({ width }, index) => (cells[index] ?? '').padEnd(width)).join('')}\n`)
}

function round(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(1)
}
