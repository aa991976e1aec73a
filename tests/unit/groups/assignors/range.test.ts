import { describe, expect, it } from 'vitest'

import { range } from '../../../../src/broker/groups/assignors/index.ts'
import { all, held, member, seededGroup, SEEDS } from './groups.ts'

describe('range', () => {
  it('gives every partition of a subscribed topic to exactly one member, and to a subscriber', () => {
    for (const seed of SEEDS) {
      const { members, topics, subscribed } = seededGroup(seed)
      const target = range.assign(members, topics)
      expect(held(target).sort()).toEqual(all(topics, subscribed).sort())
      for (const { memberId, subscribedTopicIds } of members) {
        expect([...(target.get(memberId)?.keys() ?? [])].filter((id) => !subscribedTopicIds.has(id))).toEqual(
          [],
        )
      }
    }
  })

  it('cuts a topic into runs, the first ones longer by one', () => {
    const members = ['m1', 'm2', 'm3'].map((id) => member(id, ['a']))
    expect(range.assign(members, new Map([['a', 8]]))).toEqual(
      new Map([
        ['m1', new Map([['a', new Set([0, 1, 2])]])],
        ['m2', new Map([['a', new Set([3, 4, 5])]])],
        ['m3', new Map([['a', new Set([6, 7])]])],
      ]),
    )
  })

  it('gives partition n of every topic alike to the same member (co-partitioning)', () => {
    const members = ['m1', 'm2'].map((id) => member(id, ['a', 'b']))
    const target = range.assign(
      members,
      new Map([
        ['a', 5],
        ['b', 5],
      ]),
    )
    for (const assigned of target.values()) expect(assigned.get('a')).toEqual(assigned.get('b'))
  })

  it('gives a static member that returns under a new id what it had', () => {
    const topics = new Map([['a', 4]])
    const before = range.assign([member('x', ['a'], 'i1'), member('y', ['a'], 'i2')], topics)
    const after = range.assign([member('z', ['a'], 'i1'), member('y', ['a'], 'i2')], topics)
    expect(after.get('z')).toEqual(before.get('x'))
  })

  it('orders static members before dynamic ones', () => {
    const target = range.assign([member('a', ['t']), member('b', ['t'], 'i')], new Map([['t', 1]]))
    expect(target.get('b')?.get('t')).toEqual(new Set([0]))
    expect(target.get('a')).toEqual(new Map())
  })

  it('leaves members over when there are more of them than partitions', () => {
    const members = ['m1', 'm2', 'm3'].map((id) => member(id, ['a']))
    expect(range.assign(members, new Map([['a', 1]])).get('m3')).toEqual(new Map())
  })
})
