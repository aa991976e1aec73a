import { chance } from './chance.ts'
import { globMatcher } from './glob.ts'
import { HitCounter } from './hit-counter.ts'
import type { ActiveFault, RuleAction, RuleSpec, RuleWhen } from './spec.ts'

/** What a rule looks at. Topics are read only when a rule asks for them: that means decoding the request. */
export interface RuledRequest {
  api: string
  /** Spoken between brokers only. */
  isInternal: boolean
  clientId: string | null
  topics(): ReadonlySet<string>
}

/** A rule that acts on a request. */
export interface RuleHit {
  action: RuleAction
  /** Whether the rule is about this topic. */
  concerns(topic: string): boolean
}

/** Client ids of brokers, as `Peers` makes them. */
export const OF_A_BROKER = /^broker-\d+-/u

interface Rule {
  fault: ActiveFault
  spec: RuleSpec
  counter: HitCounter
  takesClient: (clientId: string) => boolean
  takesTopic: (topic: string) => boolean
}

/** The request rules in force at one broker. */
export class RequestRules {
  readonly #brokerId: number
  readonly #onActed: (fault: ActiveFault) => void
  #rules: readonly Rule[] = []

  constructor(brokerId: number, onActed: (fault: ActiveFault) => void) {
    this.#brokerId = brokerId
    this.#onActed = onActed
  }

  get isEmpty(): boolean {
    return this.#rules.length === 0
  }

  apply(faults: readonly ActiveFault[]): void {
    this.#rules = faults.flatMap((fault) => {
      const { spec } = fault
      if (spec.kind !== 'rule') return []
      if (spec.match.brokerId !== null && spec.match.brokerId !== this.#brokerId) return []
      const { clientId, topic } = spec.match
      return {
        fault,
        spec,
        counter: new HitCounter(fault.hits),
        takesClient: globMatcher(clientId ?? '*'),
        takesTopic: globMatcher(topic ?? '*'),
      }
    })
  }

  /** Counts the request at every rule that it matches. @returns the first that acts on it, by the order of their ids */
  meet(request: RuledRequest): RuleHit | null {
    let hit: RuleHit | null = null
    for (const rule of this.#rules) {
      if (!matches(rule, request)) continue
      const count = rule.counter.match()
      if (hit !== null || !isDue(rule.spec.when, count)) continue
      rule.counter.act()
      this.#onActed(rule.fault)
      hit = { action: rule.spec.action, concerns: rule.takesTopic }
    }
    return hit
  }
}

function matches({ spec, takesClient, takesTopic }: Rule, request: RuledRequest): boolean {
  const { match } = spec
  if (match.api !== request.api) return false
  if (match.clientId === null) {
    // Brokers fetch, too, and who breaks consumers does not mean them; what only brokers say means nobody else.
    if (!request.isInternal && OF_A_BROKER.test(request.clientId ?? '')) return false
  } else if (!takesClient(request.clientId ?? '')) {
    return false
  }
  return match.topic === null || [...request.topics()].some(takesTopic)
}

function isDue(when: RuleWhen, count: number): boolean {
  switch (when.type) {
    case 'always':
      return true
    case 'nth':
      return count === when.n
    case 'next':
      return count <= when.n
    case 'every':
      return count % when.n === 0
    case 'probability':
      return chance(when.seed, count) < when.probability
  }
}
