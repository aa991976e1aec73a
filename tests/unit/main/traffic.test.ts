import { describe, expect, it } from 'vitest'
import { growthPerSecond } from '../../../src/main/sessions/traffic/growth.ts'
import { committedCounters, lagsOf } from '../../../src/main/sessions/traffic/lags.ts'
import { byLeader } from '../../../src/main/sessions/traffic/led-partitions.ts'

const counters = (values: Record<string, number>) => new Map(Object.entries(values))

describe('growth', () => {
  it('is that of all counters, per second', () => {
    const before = counters({ 'a/0': 10, 'a/1': 5 })
    expect(growthPerSecond(before, counters({ 'a/0': 30, 'a/1': 15 }), 2_000)).toBe(15)
  })

  it('is unknown without an earlier look', () => {
    expect(growthPerSecond(null, counters({ 'a/0': 10 }), 1_000)).toBeNull()
  })

  it('counts for nothing what only one of the looks has', () => {
    const before = counters({ 'a/0': 10, 'gone/0': 7 })
    expect(growthPerSecond(before, counters({ 'a/0': 11, 'new/0': 1_000_000 }), 1_000)).toBe(1)
  })

  it('is never less than nothing, and what shrank takes nothing from the others', () => {
    const before = counters({ 'a/0': 1_000, 'b/0': 0 })
    expect(growthPerSecond(before, counters({ 'a/0': 0, 'b/0': 4 }), 1_000)).toBe(4)
  })
})

describe('lags', () => {
  const ends = counters({ 'orders/0': 100, 'orders/1': 50 })

  it('are those of groups that have not committed everything', () => {
    const commits = new Map([
      ['billing', counters({ 'orders/0': 100, 'orders/1': 50 })],
      ['audit', counters({ 'orders/0': 90, 'orders/1': 45 })],
    ])
    expect(lagsOf(commits, ends)).toEqual({ groups: 2, lagging: 1, totalLag: 15 })
  })

  it('are none in a partition that is gone, or that ends before the commit', () => {
    const commits = new Map([['billing', counters({ 'gone/0': 5, 'orders/1': 60 })]])
    expect(lagsOf(commits, ends)).toEqual({ groups: 1, lagging: 0, totalLag: 0 })
  })

  it('keep the commits of two groups to the same partition apart', () => {
    const commits = new Map([
      ['a', counters({ 'orders/0': 1 })],
      ['b', counters({ 'orders/0': 2 })],
    ])
    expect([...committedCounters(commits)]).toEqual([
      ['a orders/0', 1],
      ['b orders/0', 2],
    ])
  })
})

it('each leader is asked once, for all it leads', () => {
  const led = (topic: string, partition: number, leader: number) => ({ topic, partition, leader })
  const asked = byLeader([led('a', 0, 1), led('b', 0, 2), led('a', 1, 1), led('b', 1, 1)])
  expect([...asked].map(([leader, topics]) => [leader, [...topics]])).toEqual([
    [
      1,
      [
        ['a', [0, 1]],
        ['b', [1]],
      ],
    ],
    [2, [['b', [0]]]],
  ])
})
