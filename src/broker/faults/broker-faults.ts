import type { Clock, Timer } from '../clock.ts'
import { FaultyDisk } from './disk.ts'
import { HitCounter } from './hit-counter.ts'
import { Links } from './links.ts'
import { RequestRules } from './rules.ts'
import type { ActiveFault, DiskSpec } from './spec.ts'

export interface BrokerFaultsOptions {
  brokerId: number
  clock: Clock
  /** These faults did something since the last call; not called more than ten times a second. */
  onHits?: (faultIds: number[]) => void
}

const TELL_HITS_MS = 100

/** Everything that is made to go wrong in one broker; its parts ask the part that concerns them. */
export class BrokerFaults {
  readonly links: Links
  readonly disk = new FaultyDisk()
  readonly rules: RequestRules
  readonly #options: BrokerFaultsOptions
  readonly #hit = new Set<number>()
  #telling: Timer | null = null
  #isDiskFull = false

  constructor(options: BrokerFaultsOptions) {
    this.#options = options
    this.links = new Links(options.brokerId, (fault) => this.#count(fault))
    this.rules = new RequestRules(options.brokerId, (fault) => this.#tell(fault))
  }

  get isDiskFull(): boolean {
    return this.#isDiskFull
  }

  /** From now on these are in force and no others. */
  apply(faults: readonly ActiveFault[]): void {
    this.links.apply(faults)
    this.rules.apply(faults)
    const ofDisk = faults.filter(
      ({ spec }) => spec.kind === 'disk' && spec.brokerId === this.#options.brokerId,
    )
    const specs = ofDisk.map(({ spec }) => spec as DiskSpec)
    this.disk.set({
      delayMs: specs.reduce((sum, { delayMs }) => sum + delayMs, 0),
      failing: specs.some(({ state }) => state === 'failing'),
      full: specs.some(({ state }) => state === 'full'),
      hit: () => ofDisk.forEach((fault) => this.#count(fault)),
    })
    this.#isDiskFull = specs.some(({ state }) => state === 'full')
  }

  close(): void {
    this.#telling?.cancel()
  }

  #count(fault: ActiveFault): void {
    const counter = new HitCounter(fault.hits)
    counter.match()
    counter.act()
    this.#tell(fault)
  }

  #tell({ id }: ActiveFault): void {
    this.#hit.add(id)
    this.#telling ??= this.#options.clock.setTimer(TELL_HITS_MS, () => {
      this.#telling = null
      const ids = [...this.#hit]
      this.#hit.clear()
      this.#options.onHits?.(ids)
    })
  }
}
