import { expect, test } from 'vitest'
import { due, order } from '../../../../src/main/demo/orders.ts'
import { RateMeter } from '../../../../src/main/demo/rate-meter.ts'

test('a rate below ten a second still gives its records, one by one', () => {
  let rest = 0
  const sent = Array.from({ length: 10 }, () => {
    const turn = due(5, 100, rest)
    rest = turn.rest
    return turn.records
  })
  expect(sent).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0, 1])
})

test('what was owed during an outage is forgotten', () => {
  expect(due(1_000, 60_000, 0).records).toBe(1_000)
})

test('a rate of zero sends nothing', () => {
  expect(due(0, 100, 0)).toEqual({ records: 0, rest: 0 })
})

function share(keys: 'uniform' | 'hot'): number {
  // The same numbers each time; any that are spread evenly will do.
  let seed = 1
  const random = () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    return seed / 2 ** 32
  }
  const all = Array.from({ length: 5_000 }, (_, number) => order(number, keys, random).key)
  return all.filter((key) => key === 'customer-1').length / all.length
}

test('one hot key gets four records of five, a uniform one as many as any', () => {
  expect(share('hot')).toBeCloseTo(0.8, 1)
  expect(share('uniform')).toBeLessThan(0.01)
})

test('an order is JSON with its number', () => {
  expect(JSON.parse(order(7, 'uniform', () => 0.5).value)).toEqual({
    order: 7,
    customer: 501,
    amountCents: 10_100,
  })
})

test('rates are those of the last two seconds', () => {
  const meter = new RateMeter(0)
  meter.add(100, 500)
  expect(meter.perSecond(1_000)).toBe(100)
  expect(meter.perSecond(2_000)).toBe(50)
  expect(meter.perSecond(2_501)).toBe(0)
  meter.add(1, 3_000)
  expect(meter.perSecond(3_000)).toBe(0.5)
  expect(meter.total).toBe(101)
})
