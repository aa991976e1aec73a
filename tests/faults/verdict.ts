/** What may be wrong with a cluster that has been through a lot, from what its clients know and what it has. */

/** What one partition's producer knows of it: it sends the numbers from 0 on, one after the other. */
export interface Sent {
  readonly acknowledged: readonly number[]
  /** Sent without an answer in the end: it may be there or not. */
  readonly uncertain: Iterable<number>
}

/** Everything a consumer can read in the end: `partition/offset` → value. */
export type StoredLog = ReadonlyMap<string, string>

/** What consumers have read, in the same form. */
export type Seen = ReadonlyMap<string, string>

/** @returns a sentence for each thing that must not be, none when all is well */
export function verdictOnLog(sent: readonly Sent[], log: StoredLog): string[] {
  return sent.flatMap((lane, partition) => verdictOnPartition(partition, lane, valuesOf(log, partition)))
}

/** What was read and is not there has been read above the high watermark, or was taken back. */
export function verdictOnReading(seen: Seen, log: StoredLog): string[] {
  const wrong = [...seen].filter(([place, value]) => log.get(place) !== value)
  const missed = [...log].filter(([place]) => !seen.has(place))
  return [
    ...wrong.map(([place, value]) => `read above the high watermark: ${value} at ${place}`),
    ...missed.map(([place, value]) => `never read: ${value} at ${place}`),
  ]
}

/** @param replicas of each broker, its partitions' digests in order */
export function verdictOnReplicas(replicas: ReadonlyMap<number, readonly string[]>): string[] {
  const [first, ...others] = [...replicas]
  if (first === undefined) return ['no replicas were found']
  const [firstId, expected] = first
  if (expected.length === 0) return [`broker ${firstId} stores nothing`]
  return others.flatMap(([id, found]) => {
    const places = Array.from({ length: Math.max(expected.length, found.length) }, (_, place) => place)
    return places
      .filter((place) => found[place] !== expected[place])
      .map((place) => `replicas differ: broker ${id} has "${found[place]}", ${firstId} "${expected[place]}"`)
  })
}

function verdictOnPartition(
  partition: number,
  { acknowledged, uncertain }: Sent,
  stored: number[],
): string[] {
  const there = new Set(stored)
  const known = new Set([...acknowledged, ...uncertain])
  const counts = new Map<number, number>()
  for (const value of stored) counts.set(value, (counts.get(value) ?? 0) + 1)
  const lost = acknowledged.filter((value) => !there.has(value))
  const twice = [...counts].filter(([, count]) => count > 1).map(([value]) => value)
  const late = stored.filter((value, index) => index > 0 && value < (stored[index - 1] ?? -1))
  const foreign = [...there].filter((value) => !known.has(value))
  return [
    ...lost.map((value) => `lost: ${value} in ${partition}`),
    ...twice.map((value) => `duplicated: ${value} in ${partition}`),
    ...late.map((value) => `out of order: ${value} in ${partition}`),
    ...foreign.map((value) => `never sent: ${value} to ${partition}`),
  ]
}

function valuesOf(log: StoredLog, partition: number): number[] {
  const offset = (place: string): number => Number(place.slice(place.indexOf('/') + 1))
  return [...log]
    .filter(([place]) => place.startsWith(`${partition}/`))
    .toSorted(([one], [other]) => offset(one) - offset(other))
    .map(([, value]) => Number(value))
}
