import type { ActiveFault, CutSpec, DelaySpec, LinkEnd } from './spec.ts'
import type { Impairment, Link } from './lane.ts'
import { Lane } from './lane.ts'

/** The links of one broker: to every other one, and to everybody who is none. */
export class Links {
  readonly #brokerId: number
  readonly #onHit: (fault: ActiveFault) => void
  readonly #links = new Map<LinkEnd, Link>()
  #faults: readonly ActiveFault[] = []

  constructor(brokerId: number, onHit: (fault: ActiveFault) => void) {
    this.#brokerId = brokerId
    this.#onHit = onHit
  }

  /** The same object for as long as the broker lives, whatever happens to the link. */
  to(end: LinkEnd): Link {
    const known = this.#links.get(end)
    if (known !== undefined) return known
    const seed = this.#brokerId * 1_000 + (end === 'clients' ? 0 : end)
    const link = { out: new Lane(seed), in: new Lane(-seed) }
    this.#links.set(end, link)
    this.#impair(end, link)
    return link
  }

  apply(faults: readonly ActiveFault[]): void {
    this.#faults = faults
    for (const [end, link] of this.#links) this.#impair(end, link)
  }

  #impair(end: LinkEnd, link: Link): void {
    link.out.set(this.#impairment(this.#brokerId, end))
    link.in.set(this.#impairment(end, this.#brokerId))
  }

  #impairment(from: LinkEnd, to: LinkEnd): Impairment | null {
    const concerned = this.#faults.filter(({ spec }) => isOfLink(spec) && concerns(spec, from, to))
    if (concerned.length === 0) return null
    const delays = concerned.flatMap(({ spec }) => (spec.kind === 'delay' ? [spec] : []))
    return {
      cut: concerned.some(({ spec }) => spec.kind === 'cut'),
      delayMs: delays.reduce((sum, { delayMs }) => sum + delayMs, 0),
      jitterMs: delays.reduce((sum, { jitterMs }) => sum + jitterMs, 0),
      hit: () => concerned.forEach(this.#onHit),
    }
  }
}

function isOfLink(spec: ActiveFault['spec']): spec is CutSpec | DelaySpec {
  return spec.kind === 'cut' || spec.kind === 'delay'
}

function concerns(spec: ActiveFault['spec'], from: LinkEnd, to: LinkEnd): boolean {
  if (!isOfLink(spec)) return false
  if (spec.from === from && spec.to === to) return true
  return !spec.oneWay && spec.from === to && spec.to === from
}
