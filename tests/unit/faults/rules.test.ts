import { describe, expect, test } from 'vitest'
import { HitCounter } from '../../../src/broker/faults/hit-counter.ts'
import { RequestRules } from '../../../src/broker/faults/rules.ts'
import type { RuledRequest } from '../../../src/broker/faults/rules.ts'
import type { RuleMatch, RuleWhen } from '../../../src/broker/faults/spec.ts'

const request: RuledRequest = {
  api: 'Produce',
  isInternal: false,
  clientId: 'app-1',
  topics: () => new Set(['orders']),
}

function rules(when: RuleWhen, match: Partial<RuleMatch> = {}, hits = new HitCounter().buffer): RequestRules {
  const made = new RequestRules(1, () => undefined)
  const full = { api: 'Produce', clientId: null, topic: null, brokerId: null, ...match }
  made.apply([{ id: 1, spec: { kind: 'rule', match: full, when, action: { type: 'drop' } }, hits }])
  return made
}

/** Which of so many requests, counted from 1, were hit. */
function hitsOf(of: RequestRules, count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1).filter(() => of.meet(request) !== null)
}

describe('when', () => {
  test.each<[RuleWhen, number[]]>([
    [{ type: 'always' }, [1, 2, 3, 4, 5, 6]],
    [{ type: 'nth', n: 3 }, [3]],
    [{ type: 'next', n: 2 }, [1, 2]],
    [{ type: 'every', n: 2 }, [2, 4, 6]],
  ])('%j', (when, hit) => {
    expect(hitsOf(rules(when), 6)).toEqual(hit)
  })

  test('a probability picks the same requests for the same seed, and about as many as it says', () => {
    const of = (seed: number) => hitsOf(rules({ type: 'probability', probability: 0.3, seed }), 2_000)
    expect(of(7)).toEqual(of(7))
    expect(of(7)).not.toEqual(of(8))
    expect(of(7).length).toBeGreaterThan(500)
    expect(of(7).length).toBeLessThan(700)
  })

  test('requests are counted over all brokers', () => {
    const { buffer } = new HitCounter()
    const [one, other] = [rules({ type: 'nth', n: 2 }, {}, buffer), rules({ type: 'nth', n: 2 }, {}, buffer)]
    expect(one.meet(request)).toBeNull()
    expect(other.meet(request)).not.toBeNull()
    expect(new HitCounter(buffer)).toMatchObject({ matched: 2, acted: 1 })
  })
})

describe('match', () => {
  test.each<[Partial<RuleMatch>, Partial<RuledRequest>, boolean]>([
    [{ api: 'Fetch' }, {}, false],
    [{ clientId: 'app-1' }, {}, true],
    [{ clientId: 'app-*' }, {}, true],
    [{ clientId: 'app-?' }, { clientId: 'app-12' }, false],
    [{ clientId: 'app' }, {}, false],
    [{ clientId: 'a.p-1' }, {}, false],
    [{ topic: 'ord*' }, {}, true],
    [{ topic: 'others' }, {}, false],
    [{ brokerId: 1 }, {}, true],
    [{ brokerId: 2 }, {}, false],
    [{}, { clientId: null }, true],
    [{}, { clientId: 'broker-2-fetcher' }, false],
    [{ clientId: 'broker-2-*' }, { clientId: 'broker-2-fetcher' }, true],
    [{}, { clientId: 'broker-2-heartbeat', isInternal: true }, true],
  ])('%j meets %j: %s', (match, asked, isMet) => {
    expect(rules({ type: 'always' }, match).meet({ ...request, ...asked }) !== null).toBe(isMet)
  })

  test('the first of two rules acts, and both count', () => {
    const made = new RequestRules(1, () => undefined)
    const [first, second] = [new HitCounter(), new HitCounter()]
    const match = { api: 'Produce', clientId: null, topic: null, brokerId: null }
    made.apply([
      {
        id: 1,
        spec: { kind: 'rule', match, when: { type: 'next', n: 1 }, action: { type: 'drop' } },
        hits: first.buffer,
      },
      {
        id: 2,
        spec: { kind: 'rule', match, when: { type: 'always' }, action: { type: 'close' } },
        hits: second.buffer,
      },
    ])
    expect([made.meet(request)?.action.type, made.meet(request)?.action.type]).toEqual(['drop', 'close'])
    expect([first.acted, second.matched, second.acted]).toEqual([1, 2, 1])
  })
})
