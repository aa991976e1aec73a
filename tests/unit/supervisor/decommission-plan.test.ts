import { describe, expect, test } from 'vitest'
import { planDecommission } from '../../../src/broker/supervisor/decommission-plan.ts'
import type { PlanBroker, PlanPartition } from '../../../src/broker/supervisor/decommission-plan.ts'

function brokers(...racks: (string | null)[]): PlanBroker[] {
  return racks.map((rack, index) => ({ id: index + 1, rack }))
}

function partitions(...replicas: number[][]): PlanPartition[] {
  return replicas.map((each, partition) => ({ topic: 'orders', partition, replicas: each, mayShrink: false }))
}

/** The replicas planned, by partition. */
function planned(leaving: number[], staying: PlanBroker[], all: PlanPartition[]): Record<number, number[]> {
  const { moves, shortages } = planDecommission(new Set(leaving), staying, all)
  expect(shortages).toEqual([])
  return Object.fromEntries(moves.map(({ partition, replicas }) => [partition, replicas]))
}

describe('who takes a replica over', () => {
  test('a broker that has none of the partition, in the same place of the list', () => {
    expect(planned([4], brokers(null, null, null), partitions([1, 4, 2], [4, 1, 2], [1, 2, 3]))).toEqual({
      0: [1, 3, 2],
      1: [3, 1, 2],
    })
  })

  test('the one with the fewest replicas, those planned before included', () => {
    const all = partitions([4], [4], [4], [4], [4], [4])
    const counts = new Map([1, 2, 3].map((id) => [id, 0]))
    for (const [id] of Object.values(planned([4], brokers(null, null, null), all))) {
      counts.set(id!, counts.get(id!)! + 1)
    }
    expect([...counts.values()]).toEqual([2, 2, 2])
  })

  test('leaderships are counted apart from replicas', () => {
    // Broker 1 leads everything, broker 2 has as many replicas and leads nothing.
    const all = partitions([1, 2], [1, 2], [4, 5])
    expect(planned([4], [...brokers(null, null), { id: 5, rack: null }], all)).toEqual({ 2: [2, 5] })
  })

  test('a broker in a rack the partition is not in yet, however much it has', () => {
    const all = partitions([3], [3], [3], [1, 4], [2, 4])
    expect(planned([4], brokers('a', 'a', 'b'), all)).toEqual({ 3: [1, 3], 4: [2, 3] })
  })

  test('one in a rack it is in, where there is no other', () => {
    expect(planned([4], brokers('a', 'a', 'b'), partitions([1, 3, 4]))).toEqual({ 0: [1, 3, 2] })
  })

  test('without racks they do not count', () => {
    expect(planned([3], brokers(null, null), partitions([3], [3]))).toEqual({ 0: [1], 1: [2] })
  })
})

describe('too few brokers', () => {
  test('what cannot keep its replicas is told, with how many brokers there are', () => {
    const { moves, shortages } = planDecommission(
      new Set([3]),
      brokers(null, null),
      partitions([1, 2, 3], [3]),
    )
    expect(shortages).toEqual([{ topic: 'orders', partition: 0, replicas: 3, brokers: 2 }])
    // To broker 2, since broker 1 leads the other partition.
    expect(moves).toEqual([{ topic: 'orders', partition: 1, replicas: [2], shrinks: false }])
  })

  test('what may do with fewer has as many as there are brokers', () => {
    const all = partitions([3, 1, 2]).map((partition) => ({ ...partition, mayShrink: true }))
    expect(planned([3], brokers(null, null), all)).toEqual({ 0: [1, 2] })
  })

  test('but never none', () => {
    const all = partitions([1]).map((partition) => ({ ...partition, mayShrink: true }))
    expect(planDecommission(new Set([1]), [], all).shortages).toHaveLength(1)
  })
})
