import { describe, expect, it } from 'vitest'

import { uniform } from '../../../../src/broker/groups/assignors/index.ts'
import { all, countOf, held, member, movedPartitions, seededGroup, SEEDS, withTarget } from './groups.ts'

const TOPICS = new Map([
  ['a', 7],
  ['b', 4],
  ['c', 1],
])

describe('uniform', () => {
  it('gives every partition of a subscribed topic to exactly one member, and to a subscriber', () => {
    for (const seed of SEEDS) {
      const { members, topics, subscribed } = seededGroup(seed)
      const target = uniform.assign(members, topics)
      expect(held(target).sort()).toEqual(all(topics, subscribed).sort())
      for (const { memberId, subscribedTopicIds } of members) {
        expect([...(target.get(memberId)?.keys() ?? [])].filter((id) => !subscribedTopicIds.has(id))).toEqual(
          [],
        )
      }
    }
  })

  it('has a target for every member, even an empty one', () => {
    const members = ['m1', 'm2', 'm3'].map((id) => member(id, ['c']))
    expect([...uniform.assign(members, TOPICS).keys()].sort()).toEqual(['m1', 'm2', 'm3'])
  })

  it('differs by one partition at most where all subscribe to the same', () => {
    for (let size = 1; size <= 14; size++) {
      const members = Array.from({ length: size }, (_, index) => member(`m${index}`, ['a', 'b', 'c']))
      const counts = [...uniform.assign(members, TOPICS).values()].map(countOf)
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
    }
  })

  it('leaves nobody with two more than somebody it could give to', () => {
    for (const seed of SEEDS) {
      const { members, topics } = seededGroup(seed)
      const target = uniform.assign(members, topics)
      for (const rich of members) {
        const given = target.get(rich.memberId) ?? new Map<string, Set<number>>()
        const takers = members.filter(({ subscribedTopicIds }) =>
          [...given.keys()].some((topicId) => subscribedTopicIds.has(topicId)),
        )
        const least = Math.min(...takers.map(({ memberId }) => countOf(target.get(memberId))))
        expect(countOf(given) - Math.min(least, countOf(given))).toBeLessThanOrEqual(1)
      }
    }
  })

  it('evens out through a third member where no direct gift can', () => {
    const members = [member('m1', ['a']), member('m2', ['a', 'b']), member('m3', ['b', 'c'])]
    const topics = new Map([
      ['a', 6],
      ['b', 3],
      ['c', 0],
    ])
    expect([...uniform.assign(members, topics).values()].map(countOf)).toEqual([3, 3, 3])
  })

  it('changes nothing when nothing changed', () => {
    for (const seed of SEEDS) {
      const { members, topics } = seededGroup(seed)
      const target = uniform.assign(members, topics)
      expect(uniform.assign(withTarget(members, target), topics)).toEqual(target)
    }
  })

  it('gives a newcomer no more than its share, and moves nothing else', () => {
    const three = ['m1', 'm2', 'm3'].map((id) => member(id, ['a', 'b', 'c']))
    const before = uniform.assign(three, TOPICS)
    const four = [...withTarget(three, before), member('m0', ['a', 'b', 'c'])]
    const after = uniform.assign(four, TOPICS)
    expect(countOf(after.get('m0'))).toBe(3)
    expect(movedPartitions(before, after)).toBe(3)
  })

  it('gives what a leaver had to the others, and moves nothing else', () => {
    const four = ['m1', 'm2', 'm3', 'm4'].map((id) => member(id, ['a', 'b', 'c']))
    const before = uniform.assign(four, TOPICS)
    const leaverHad = countOf(before.get('m2'))
    const after = uniform.assign(
      withTarget(four, before).filter(({ memberId }) => memberId !== 'm2'),
      TOPICS,
    )
    expect(movedPartitions(before, after)).toBe(leaverHad)
  })

  it('keeps what everybody has when a topic grows', () => {
    const members = ['m1', 'm2'].map((id) => member(id, ['b']))
    const before = uniform.assign(members, new Map([['b', 2]]))
    const after = uniform.assign(withTarget(members, before), new Map([['b', 6]]))
    expect(movedPartitions(before, after)).toBe(0)
    expect([...after.values()].map(countOf)).toEqual([3, 3])
  })

  it('takes away what is no longer subscribed to, and what no longer exists', () => {
    const before = uniform.assign([member('m1', ['a', 'b'])], TOPICS)
    const [changed] = withTarget([member('m1', ['b'])], before)
    expect(held(uniform.assign([changed!], TOPICS)).sort()).toEqual(['b:0', 'b:1', 'b:2', 'b:3'])
    expect(held(uniform.assign([changed!], new Map([['b', 1]])))).toEqual(['b:0'])
  })

  it('does not depend on the order of the members', () => {
    for (const seed of SEEDS) {
      const { members, topics } = seededGroup(seed)
      expect(uniform.assign([...members].reverse(), topics)).toEqual(uniform.assign(members, topics))
    }
  })
})
