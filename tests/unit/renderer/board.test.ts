import { describe, expect, test } from 'vitest'
import type { PartitionFigures, PartitionShape, TopicShape } from '../../../src/shared/ipc/board.ts'
import { problemOf } from '../../../src/renderer/features/board/link-form.ts'
import type { Plan } from '../../../src/renderer/features/board/plan.ts'
import { movesOf, withMove, without } from '../../../src/renderer/features/board/plan.ts'
import { rowsOf } from '../../../src/renderer/features/board/rows.ts'
import { emptyRule, problemsOf, specOf } from '../../../src/renderer/features/board/rule-form.ts'
import { boardOf, placeOf } from '../../../src/renderer/features/board/state.ts'

const healthy: PartitionShape = {
  partition: 0,
  leader: 1,
  leaderEpoch: 4,
  replicas: [1, 2, 3],
  isr: [1, 2, 3],
  offline: [],
  adding: [],
  removing: [],
}

function figuresWith(broker: number, lag: number): PartitionFigures {
  const follower = { broker, logEndOffset: 100 - lag, lag, behindMs: 0, isAtLeast: false }
  return { topic: 'orders', partition: 0, highWatermark: 100, logEndOffset: 100, followers: [follower] }
}

describe('a place is drawn as', () => {
  test.each<[string, Partial<PartitionShape>, number, string]>([
    ['the leader', {}, 1, 'leader'],
    ['a follower in sync', {}, 2, 'inSync'],
    ['a follower out of the ISR', { isr: [1, 3] }, 2, 'outOfIsr'],
    ['the last of an ISR, whose broker is dead', { leader: null, isr: [1], offline: [1] }, 1, 'offline'],
    ['a dead follower', { isr: [1, 3], offline: [2] }, 2, 'offlineOutOfIsr'],
    ['a replica on its way in', { replicas: [1, 2, 3, 4], adding: [4] }, 4, 'adding'],
    ['a replica on its way out', { removing: [3] }, 3, 'removing'],
    ['a leader on its way out, which still leads', { removing: [1] }, 1, 'leader'],
    ['nothing', {}, 9, 'none'],
  ])('%s', (_what, changed, broker, sign) => {
    expect(placeOf({ ...healthy, ...changed }, broker, null).sign).toBe(sign)
  })

  test('a follower behind, the deeper the more it lacks', () => {
    const [little, much] = [placeOf(healthy, 2, figuresWith(2, 1)), placeOf(healthy, 2, figuresWith(2, 90))]
    expect([little.sign, much.sign]).toEqual(['behind', 'behind'])
    expect(much.depth).toBeGreaterThan(little.depth)
  })
})

describe('a plan', () => {
  const none: Plan = new Map()
  const carry = (plan: Plan, from: number, to: number) =>
    withMove(plan, healthy, { topic: 'orders', partition: 0, from, to })

  test('puts the new replica where the old one stood', () => {
    expect(movesOf(carry(none, 1, 4))).toEqual([{ topic: 'orders', partition: 0, replicas: [4, 2, 3] }])
  })

  test('goes on from what is planned already', () => {
    expect(movesOf(carry(carry(none, 1, 4), 2, 5))[0]?.replicas).toEqual([4, 5, 3])
  })

  test('changes the order where the other broker has a replica', () => {
    expect(movesOf(carry(none, 1, 3))[0]?.replicas).toEqual([3, 2, 1])
  })

  test('is gone when everything is back where it was', () => {
    expect(carry(carry(none, 1, 4), 4, 1).size).toBe(0)
  })

  test('is left as it is by a replica that is not there', () => {
    const plan = carry(none, 1, 4)
    expect(carry(plan, 1, 5)).toBe(plan)
  })

  test('starts from what is to be, where replicas are on their way already', () => {
    const moving = { ...healthy, replicas: [1, 2, 3, 4], adding: [4], removing: [1] }
    const plan = withMove(none, moving, { topic: 'orders', partition: 0, from: 4, to: 5 })
    expect(plan.get('orders/0')).toMatchObject({ from: [2, 3, 4], to: [2, 3, 5] })
  })

  test('is told which move to drop', () => {
    expect(without(carry(none, 1, 4), { topic: 'orders', partition: 0 }).size).toBe(0)
  })
})

describe('lines', () => {
  const topic = (name: string, isInternal = false): TopicShape => ({
    topic: name,
    isInternal,
    partitions: [healthy, { ...healthy, partition: 1, leader: null, isr: [1] }],
  })
  const all = { text: '', showInternal: false, folded: new Set<string>() }
  const keys = (filter: Partial<typeof all>) =>
    rowsOf([topic('orders'), topic('Payments'), topic('__consumer_offsets', true)], {
      ...all,
      ...filter,
    }).map(({ key }) => key)

  test('are topics with their partitions under them, without internal ones', () => {
    expect(keys({})).toEqual(['orders', 'orders/0', 'orders/1', 'Payments', 'Payments/0', 'Payments/1'])
  })
  test('are narrowed by a part of the name, in any case', () => {
    expect(keys({ text: ' PAY' })).toEqual(['Payments', 'Payments/0', 'Payments/1'])
  })
  test('are folded away', () => {
    expect(keys({ folded: new Set(['orders']), text: 'orders' })).toEqual(['orders'])
  })
  test('have internal topics when asked to', () => {
    expect(keys({ showInternal: true, text: '__' })).toHaveLength(3)
  })
  test('are those of troubled partitions only, when asked to, under what their whole topic is like', () => {
    const well = { topic: 'calm', isInternal: false, partitions: [healthy] }
    const rows = rowsOf([well, topic('orders')], { ...all, onlyTroubled: true })
    expect(rows.map(({ key }) => key)).toEqual(['orders', 'orders/1'])
    expect(rows[0]).toMatchObject({ underReplicated: 1, topic: { partitions: { length: 2 } } })
  })
  test('of a topic tell its troubles', () => {
    expect(rowsOf([topic('orders')], all)[0]).toMatchObject({ underReplicated: 1, leaderless: 1 })
  })
  test('do not count a replica that is being added as missing', () => {
    const growing = { ...healthy, replicas: [1, 2, 3, 4], adding: [4] }
    const shape = { topic: 'orders', isInternal: false, partitions: [growing] }
    expect(rowsOf([shape], all)[0]).toMatchObject({ underReplicated: 0 })
  })
})

test('a dead broker of a remote cluster has a column as long as a replica is there', () => {
  const shape = {
    brokers: [{ id: 1, host: 'a', port: 9092, rack: null }],
    topics: [{ topic: 'orders', isInternal: false, partitions: [{ ...healthy, replicas: [1, 7] }] }],
    coordinators: [{ broker: 1, groups: 2 }],
  }
  expect(boardOf(shape, null, 1).brokers).toEqual([
    { id: 1, address: 'a:9092', rack: null, isAlive: true, thread: null, groups: 2, isLeaving: false },
    { id: 7, address: null, rack: null, isAlive: false, thread: null, groups: 0, isLeaving: false },
  ])
})

describe('a link fault', () => {
  const form = { from: 1, to: 2, kind: 'delay', delayMs: 100, jitterMs: 0, oneWay: false } as const
  test('has two ends', () => expect(problemOf({ ...form, to: 1 })).toBe('same'))
  test('delays by something', () => expect(problemOf({ ...form, delayMs: 0 })).toBe('noDelay'))
  test('is not delayed by an empty field', () => expect(problemOf({ ...form, jitterMs: '' })).toBe('noDelay'))
  test('may be jitter alone', () => expect(problemOf({ ...form, delayMs: 0, jitterMs: 5 })).toBeNull())
  test('needs no times for a cut', () => expect(problemOf({ ...form, kind: 'cut', delayMs: '' })).toBeNull())
})

describe('a request rule', () => {
  test('names what is missing', () => {
    const form = { ...emptyRule(null), api: ' ', when: 'nth', n: 0, error: '' } as const
    expect(problemsOf(form)).toEqual({ api: 'required', n: 'nInvalid', error: 'required' })
  })
  test('asks for nothing that is not used', () => {
    expect(problemsOf({ ...emptyRule(null), n: '', probability: '', delayMs: '' })).toEqual({})
  })
  test('has a probability above 0 up to 1', () => {
    expect(problemsOf({ ...emptyRule(null), when: 'probability', probability: 2 })).toHaveProperty(
      'probability',
    )
  })
  test('is about any client and topic where the fields are empty', () => {
    expect(specOf({ ...emptyRule(2), topic: ' ord* ', action: 'delay' })).toEqual({
      kind: 'rule',
      match: { api: 'Produce', clientId: null, topic: 'ord*', brokerId: 2 },
      when: { type: 'always' },
      action: { type: 'delay', delayMs: 1000 },
    })
  })
})
