import { expect, test } from 'vitest'
import { Positions } from '../../../../src/main/demo/positions.ts'

const at = (partition: number, offset: bigint) => ({ partition, offset })

test('what was processed is to be committed, once', () => {
  const positions = new Positions()
  positions.assign([0, 1], 0)
  positions.processed(at(0, 4n))
  positions.processed(at(0, 5n))
  expect(positions.takeUncommitted()).toEqual([at(0, 6n)])
  expect(positions.takeUncommitted()).toEqual([])
})

test('records of other members’ partitions are not processed, nor those processed before', () => {
  const positions = new Positions()
  positions.assign([0], 0)
  positions.processed(at(0, 4n))
  expect(positions.isDue(at(0, 4n))).toBe(false)
  expect(positions.isDue(at(0, 5n))).toBe(true)
  expect(positions.isDue(at(1, 0n))).toBe(false)
})

test('records fetched before a rebalance are dropped: they come again', () => {
  const positions = new Positions()
  positions.assign([0], 2)
  expect([0n, 1n, 0n].map((offset) => positions.isDue(at(0, offset)))).toEqual([false, false, true])
})

test('a partition that was taken away is not committed any more', () => {
  const positions = new Positions()
  positions.assign([0, 1], 0)
  positions.processed(at(0, 8n))
  positions.processed(at(1, 3n))
  positions.assign([1], 0)
  positions.processed(at(0, 9n))
  expect(positions.takeUncommitted()).toEqual([at(1, 4n)])
  positions.assign([0, 1], 0)
  expect(positions.isDue(at(0, 2n))).toBe(true)
})
