import { describe, expect, it } from 'vitest'
import { NO_PARTITIONS } from '../../../../src/broker/groups/share/partitions.ts'
import type { TopicPartitions } from '../../../../src/broker/groups/share/partitions.ts'
import { assignSimply } from '../../../../src/broker/groups/share/simple-assignor.ts'

const partitions = (topics: Record<string, number>): TopicPartitions =>
  new Map(Object.entries(topics).map(([topic, count]) => [topic, new Set(Array(count).keys())]))

const member = (memberId: string, topics = ['t'], target: TopicPartitions = NO_PARTITIONS) => ({
  memberId,
  subscribedTopicIds: new Set(topics),
  target,
})

/** Member by member: `t:0` and so on. */
const assign = (members: ReturnType<typeof member>[], topics: Record<string, number>) =>
  Object.fromEntries(
    Array.from(assignSimply(members, partitions(topics)), ([memberId, assigned]) => [
      memberId,
      [...assigned].flatMap(([topic, ids]) => Array.from(ids, (id) => `${topic}:${id}`)),
    ]),
  )

const counts = (assignment: Record<string, string[]>) => Object.values(assignment).map(({ length }) => length)

describe('The simple assignor', () => {
  it('gives each partition to one member when there are enough', () => {
    const assigned = assign([member('a'), member('b')], { t: 5 })
    expect(counts(assigned).sort()).toEqual([2, 3])
    expect(Object.values(assigned).flat().sort()).toEqual(['t:0', 't:1', 't:2', 't:3', 't:4'])
  })

  it('has members share when there are more of them, each partition equally often', () => {
    const assigned = assign(
      ['a', 'b', 'c', 'd', 'e'].map((id) => member(id)),
      { t: 2 },
    )
    expect(counts(assigned)).toEqual([1, 1, 1, 1, 1])
    const shared = Object.values(assigned).flat()
    expect(shared.filter((each) => each === 't:0').length).toBeGreaterThanOrEqual(2)
    expect(shared.filter((each) => each === 't:1').length).toBeGreaterThanOrEqual(2)
  })

  it('assigns nobody what it does not subscribe to', () => {
    const assigned = assign([member('a', ['t']), member('b', ['u']), member('c', ['v'])], { t: 2, u: 1 })
    expect(assigned).toEqual({ a: ['t:0', 't:1'], b: ['u:0'], c: [] })
  })

  it('leaves members what they have when another joins', () => {
    const target = (...ids: number[]): TopicPartitions => new Map([['t', new Set(ids)]])
    const assigned = assign(
      [member('b', ['t'], target(0, 2)), member('c', ['t'], target(1, 3)), member('a')],
      { t: 6 },
    )
    expect(counts(assigned)).toEqual([2, 2, 2])
    expect(assigned['b']).toContain('t:0')
    expect(assigned['c']).toContain('t:1')
  })

  it('comes to the same result in any order of the members', () => {
    const members = ['a', 'b', 'c'].map((id) => member(id))
    expect(assign([...members].reverse(), { t: 7 })).toEqual(assign(members, { t: 7 }))
  })

  it('assigns nothing when there is nothing', () => {
    expect(assign([member('a')], {})).toEqual({ a: [] })
    expect(assign([], { t: 1 })).toEqual({})
  })
})
