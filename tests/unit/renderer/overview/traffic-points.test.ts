import { describe, expect, it } from 'vitest'
import { linesThrough } from '../../../../src/renderer/components/spark-line.ts'
import {
  POINTS,
  pointOf,
  rateOf,
  withPoint,
} from '../../../../src/renderer/features/overview/traffic-points.ts'
import { useTraffic } from '../../../../src/renderer/features/overview/traffic-store.ts'
import type { TrafficPoint } from '../../../../src/renderer/features/overview/traffic-points.ts'
import { cluster, fakeMain, storesOn } from '../fake-main.ts'

const traffic = (recordsIn: number | null, recordsOut: number | null = null) => ({
  recordsIn,
  bytesIn: null,
  recordsOut,
  lags: null,
})
const series = (...rates: (number | null)[]) => rates.map((rate, at) => pointOf(at, traffic(rate, rate)))

describe('a rate', () => {
  it('is the mean of the last looks: few for what comes in, many for what is committed in bursts', () => {
    const points = series(1_000, 0, 0, 30, 60, 90)
    expect(rateOf(points, 'recordsIn')).toBe(60)
    expect(rateOf(points, 'recordsOut')).toBeCloseTo(1_180 / 6)
  })

  it('leaves out looks that could not tell, and is unknown where the last one could not', () => {
    expect(rateOf(series(10, null, 20), 'recordsIn')).toBe(15)
    expect(rateOf(series(10, 20, null), 'recordsIn')).toBeNull()
    expect(rateOf([], 'recordsIn')).toBeNull()
  })

  it('is told of the last minute only', () => {
    const points = Array.from({ length: POINTS + 5 }).reduce<TrafficPoint[]>(
      (all, _, at) => withPoint(all, pointOf(at, traffic(at))),
      [],
    )
    expect(points).toHaveLength(POINTS)
    expect(points[0]?.atMs).toBe(5)
  })
})

describe('a line', () => {
  const box = { width: 100, height: 10, slots: 5 }

  it('has the newest value at its right end, and the highest at the top', () => {
    expect(linesThrough([5, 10], box)).toEqual(['75.0,5.0 100.0,0.0'])
  })

  it('is broken where a value is unknown', () => {
    expect(linesThrough([0, 0, null, 4, 4], box)).toEqual(['0.0,10.0 25.0,10.0', '75.0,0.0 100.0,0.0'])
  })

  it('lies on the ground where nothing moves', () => {
    expect(linesThrough([0, 0], box)).toEqual(['75.0,10.0 100.0,10.0'])
  })
})

describe('the store', () => {
  it('keeps each cluster’s own, and begins afresh when one was stopped', () => {
    const main = fakeMain()
    const store = useTraffic(storesOn(main))
    const tell = (id: string, recordsIn: number) =>
      main.notify.traffic.sampled({ id, atMs: 0, traffic: traffic(recordsIn) })
    tell('local:local', 5)
    tell('remote:1', 7)
    expect(rateOf(store.of('local:local').points, 'recordsIn')).toBe(5)
    expect(rateOf(store.of('remote:1').points, 'recordsIn')).toBe(7)
    main.notify.clusters.changed([cluster({ state: 'stopped' })])
    expect(store.of('local:local').points).toEqual([])
  })

  it('keeps the last lags while the cluster does not answer', () => {
    const main = fakeMain()
    const store = useTraffic(storesOn(main))
    const lags = { groups: 2, lagging: 1, totalLag: 9 }
    main.notify.traffic.sampled({ id: 'a', atMs: 0, traffic: { ...traffic(1), lags } })
    main.notify.traffic.sampled({ id: 'a', atMs: 1, traffic: null })
    expect(store.of('a').lags).toEqual(lags)
    expect(rateOf(store.of('a').points, 'recordsIn')).toBeNull()
  })
})
