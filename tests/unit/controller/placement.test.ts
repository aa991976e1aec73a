import { describe, expect, test } from 'vitest'
import { placeReplicas } from '../../../src/broker/controller/placement.ts'
import type { UsableBroker } from '../../../src/broker/controller/placement.ts'
import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import { seeded } from './seeded.ts'

const SEEDS = Array.from({ length: 25 }, (_, index) => index + 1)

function brokers(count: number, rackOf: (id: number) => string | null = () => null): UsableBroker[] {
  return Array.from({ length: count }, (_, index) => ({
    id: index + 1,
    rack: rackOf(index + 1),
    fenced: false,
  }))
}

function spread(counts: readonly number[]): number {
  return Math.max(...counts) - Math.min(...counts)
}

function countsOf(ids: readonly number[], among: readonly UsableBroker[]): number[] {
  return among.map(({ id }) => ids.filter((other) => other === id).length)
}

describe('without racks', () => {
  test.each(SEEDS)('leaders differ by at most one between brokers (seed %i)', (seed) => {
    const random = seeded(seed)
    const all = brokers(1 + Math.floor(random() * 9))
    const placed = placeReplicas(1 + Math.floor(random() * 60), Math.min(3, all.length), all, random)
    const leaders = placed.map(([leader]) => leader!)
    expect(spread(countsOf(leaders, all))).toBeLessThanOrEqual(1)
  })

  test.each(SEEDS)('after whole rounds every broker has as many replicas (seed %i)', (seed) => {
    const random = seeded(seed)
    const all = brokers(2 + Math.floor(random() * 6))
    const placed = placeReplicas(all.length * 4, 2, all, random)
    expect(spread(countsOf(placed.flat(), all))).toBe(0)
  })

  test.each(SEEDS)('with as many replicas as brokers each has one of every partition (seed %i)', (seed) => {
    const placed = placeReplicas(20, 3, brokers(3), seeded(seed))
    expect(placed.map((replicas) => replicas.toSorted((a, b) => a - b))).toEqual(
      Array.from({ length: 20 }, () => [1, 2, 3]),
    )
  })

  test('no partition has two replicas on one broker', () => {
    const placed = placeReplicas(100, 4, brokers(6), seeded(3))
    expect(placed.every((replicas) => new Set(replicas).size === 4)).toBe(true)
  })

  test('where it starts is the seam’s business: the same numbers give the same placement', () => {
    expect(placeReplicas(7, 2, brokers(5), seeded(9))).toEqual(placeReplicas(7, 2, brokers(5), seeded(9)))
    const starts = SEEDS.map((seed) => placeReplicas(1, 1, brokers(5), seeded(seed))[0]![0])
    expect(new Set(starts).size).toBeGreaterThan(1)
  })
})

describe('with racks', () => {
  const rackOf = (id: number): string => ['a', 'b', 'c'][id % 3]!

  test.each(SEEDS)('a partition’s replicas lie in different racks (seed %i)', (seed) => {
    const placed = placeReplicas(30, 3, brokers(9, rackOf), seeded(seed))
    expect(placed.map((replicas) => new Set(replicas.map(rackOf)).size)).toEqual(
      Array.from({ length: 30 }, () => 3),
    )
  })

  test.each(SEEDS)('leaders differ by at most one between racks of the same size (seed %i)', (seed) => {
    const all = brokers(6, rackOf)
    const leaders = placeReplicas(20, 2, all, seeded(seed)).map(([leader]) => rackOf(leader!))
    const counts = ['a', 'b', 'c'].map((rack) => leaders.filter((other) => other === rack).length)
    expect(spread(counts)).toBeLessThanOrEqual(1)
  })

  test('with fewer racks than replicas each rack has some', () => {
    const half = (id: number): string => ['left', 'right'][id % 2]!
    const placed = placeReplicas(10, 3, brokers(4, half), seeded(5))
    expect(placed.every((replicas) => new Set(replicas.map(half)).size === 2)).toBe(true)
  })
})

describe('fenced brokers', () => {
  const withFenced: UsableBroker[] = brokers(4).map((broker) => ({ ...broker, fenced: broker.id > 2 }))

  test.each(SEEDS)('never lead (seed %i)', (seed) => {
    const placed = placeReplicas(12, 3, withFenced, seeded(seed))
    expect(placed.every(([leader]) => leader! <= 2)).toBe(true)
  })

  test.each(SEEDS)('get replicas only when the others are used up (seed %i)', (seed) => {
    const placed = placeReplicas(12, 2, withFenced, seeded(seed))
    expect(placed.flat().every((id) => id <= 2)).toBe(true)
  })
})

describe('refusals', () => {
  test('more replicas than brokers', () => {
    expect(() => placeReplicas(1, 4, brokers(3), seeded(1))).toThrow(
      expect.objectContaining({ code: ErrorCode.INVALID_REPLICATION_FACTOR }),
    )
  })

  test('every broker fenced', () => {
    const fenced = brokers(3).map((broker) => ({ ...broker, fenced: true }))
    expect(() => placeReplicas(1, 1, fenced, seeded(1))).toThrow(
      expect.objectContaining({ code: ErrorCode.INVALID_REPLICATION_FACTOR }),
    )
  })
})
