import type { Traffic } from '../../../shared/ipc/traffic.ts'

export type TrafficRate = 'recordsIn' | 'bytesIn' | 'recordsOut'

/** One look's rates; all null where the cluster did not answer. */
export type TrafficPoint = Readonly<Record<TrafficRate, number | null>> & { readonly atMs: number }

/** Looks that are drawn: a minute, where a look takes a second. */
export const POINTS = 60

/**
 * Looks that make the figure which is read. What comes in is steady enough for the last three; consumers commit every
 * few seconds, all at once, so what goes out takes ten.
 */
const READ_POINTS: Readonly<Record<TrafficRate, number>> = { recordsIn: 3, bytesIn: 3, recordsOut: 10 }

export function pointOf(atMs: number, traffic: Traffic | null): TrafficPoint {
  const { recordsIn = null, bytesIn = null, recordsOut = null } = traffic ?? {}
  return { atMs, recordsIn, bytesIn, recordsOut }
}

export function withPoint(points: readonly TrafficPoint[], point: TrafficPoint): TrafficPoint[] {
  return [...points, point].slice(-POINTS)
}

/** The rate to read; null where the last look could not tell it. */
export function rateOf(points: readonly TrafficPoint[], name: TrafficRate): number | null {
  if (points.at(-1)?.[name] == null) return null
  const told = points.slice(-READ_POINTS[name]).flatMap((point) => point[name] ?? [])
  return told.reduce((sum, each) => sum + each, 0) / told.length
}
