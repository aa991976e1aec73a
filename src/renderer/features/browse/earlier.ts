import type { Bound, ReadProgress, TopicRange } from '../../../shared/ipc/browse.ts'
import type { RowSource } from './rows.ts'

/** What lies before the beginning of a forward reading, in the partitions it was asked of (null: in all). */
export function boundsBefore({ partitions, bounds }: TopicRange, asked: readonly number[] | null): Bound[] {
  const starts = new Map(bounds.map(({ partition, start }) => [partition, start]))
  return partitions
    .filter(({ partition }) => asked === null || asked.includes(partition))
    .map(({ partition, logStart, logEnd }) => ({
      partition,
      start: logStart,
      // Nothing of the partition is read where all of it is older than the beginning.
      end: starts.get(partition) ?? logEnd,
    }))
    .filter(({ start, end }) => start < end)
}

/** Bounds that meet, made one for each partition. */
export function joinedBounds(earlier: readonly Bound[], later: readonly Bound[]): Bound[] {
  const joined = new Map(earlier.map((bound) => [bound.partition, bound]))
  for (const bound of later) {
    const known = joined.get(bound.partition)
    joined.set(bound.partition, known ? { ...known, end: bound.end } : bound)
  }
  return [...joined.values()].sort((one, other) => one.partition - other.partition)
}

/** Rows that were read backwards, the other way round, and behind them those that were read forwards. */
export function rowsInOrder(backward: RowSource, forward: RowSource): RowSource {
  const before = backward.count
  return {
    count: before + forward.count,
    row: (index) => (index < before ? backward.row(before - 1 - index) : forward.row(index - before)),
    show: (from, to) => {
      if (from < before) backward.show(Math.max(0, before - to), before - from)
      if (to > before) forward.show(Math.max(0, from - before), to - before)
    },
  }
}

/** How far two readings are that show as one list. */
export function joinedProgress(one: ReadProgress | null, other: ReadProgress | null): ReadProgress | null {
  if (!one || !other) return one ?? other
  const times = (which: 'newestMs' | 'oldestMs') => [one, other].flatMap((each) => each[which] ?? [])
  return {
    scanned: one.scanned + other.scanned,
    matched: one.matched + other.matched,
    skipped: one.skipped + other.skipped,
    done: one.done + other.done,
    total: one.total + other.total,
    bytes: one.bytes + other.bytes,
    elapsedMs: one.elapsedMs + other.elapsedMs,
    newestMs: times('newestMs').length > 0 ? Math.max(...times('newestMs')) : null,
    oldestMs: times('oldestMs').length > 0 ? Math.min(...times('oldestMs')) : null,
  }
}
