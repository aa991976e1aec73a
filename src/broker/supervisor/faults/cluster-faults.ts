import { systemClock } from '../../clock.ts'
import { HitCounter } from '../../faults/hit-counter.ts'
import type { ActiveFault, FaultSpec } from '../../faults/spec.ts'
import type { ManagedBroker } from '../managed-broker.ts'
import { ClusterError } from '../types.ts'
import type { HistoryEntry } from '../types.ts'
import { unknownBroker } from '../cluster-errors.ts'
import { checkFaultSpec } from './check.ts'
import { describeFault } from './describe.ts'
import { readFaults, writeFaults } from './fault-file.ts'
import type { Fault } from './fault.ts'

export interface ClusterFaultsOptions {
  directory: string
  brokers: ReadonlyMap<number, ManagedBroker>
  onHistory(entry: HistoryEntry): void
  onChange(faults: Fault[]): void
}

interface Entry {
  id: number
  spec: FaultSpec
  createdAtMs: number
  counter: HitCounter
  /** Whether the history knows that it did something. */
  isKnownToHit: boolean
}

const BY_USER = 'asked for'

/** What is made to go wrong in a cluster: kept with it, and in force at all its brokers. */
export class ClusterFaults {
  readonly #options: ClusterFaultsOptions
  readonly #entries = new Map<number, Entry>()
  #lastId = 0

  /** ClusterError `DIRECTORY` for a damaged file. */
  constructor(options: ClusterFaultsOptions) {
    this.#options = options
    for (const { id, spec, createdAtMs, matched, acted } of readFaults(options.directory)) {
      const counter = new HitCounter()
      counter.restore(matched, acted)
      this.#entries.set(id, { id, spec, createdAtMs, counter, isKnownToHit: acted > 0 })
      this.#lastId = Math.max(this.#lastId, id)
    }
  }

  list(): Fault[] {
    return [...this.#entries.values()].map(faultOf)
  }

  /** What a broker is told when it starts. */
  active(): ActiveFault[] {
    return [...this.#entries.values()]
      .filter(({ spec }) => spec.kind !== 'freeze')
      .map(({ id, spec, counter }) => ({ id, spec, hits: counter.buffer }))
  }

  /**
   * Resolves when it is in force at every broker that runs. One that doubles another takes its place.
   * ClusterError: INVALID_FAULT, UNKNOWN_BROKER, BROKER_NOT_RUNNING (freeze), DIRECTORY.
   * @param cause for the history
   */
  async apply(value: unknown, cause = BY_USER): Promise<Fault> {
    const spec = checkFaultSpec(value)
    for (const id of brokersOf(spec)) this.#broker(id)
    if (spec.kind === 'freeze') this.#requireUp(spec.brokerId)
    const doubled = [...this.#entries.values()].filter((entry) => replaces(spec, entry.spec))
    const entry = {
      id: ++this.#lastId,
      spec,
      createdAtMs: systemClock.now(),
      counter: new HitCounter(),
      isKnownToHit: false,
    }
    for (const { id } of doubled) this.#entries.delete(id)
    this.#entries.set(entry.id, entry)
    this.#tell(entry, 'fault-applied', cause, wordOf(cause))
    if (spec.kind === 'freeze') {
      entry.counter.match()
      entry.counter.act()
      await this.#broker(spec.brokerId).freeze()
    } else {
      this.#save()
      await this.spread()
    }
    return faultOf(entry)
  }

  /** ClusterError `UNKNOWN_FAULT`. */
  async remove(id: number, cause = BY_USER): Promise<void> {
    const entry = this.#entries.get(id)
    if (entry === undefined) throw unknownFault(id, [...this.#entries.keys()])
    await this.#removeAll([entry], cause)
  }

  /** @returns how many there were */
  async clear(cause = BY_USER): Promise<number> {
    const entries = [...this.#entries.values()]
    await this.#removeAll(entries, cause)
    return entries.length
  }

  /** A frozen broker that is no more is frozen no more. */
  brokerExited(brokerId: number): void {
    for (const entry of [...this.#entries.values()]) {
      if (entry.spec.kind !== 'freeze' || entry.spec.brokerId !== brokerId) continue
      this.#entries.delete(entry.id)
      this.#tell(entry, 'fault-removed', `broker ${brokerId} ended`, 'brokerEnded')
    }
  }

  hit(faultIds: readonly number[]): void {
    for (const id of faultIds) {
      const entry = this.#entries.get(id)
      if (entry === undefined || entry.isKnownToHit) continue
      entry.isKnownToHit = true
      this.#tell(entry, 'fault-hit', 'it acted for the first time', 'faultActed')
    }
    this.#options.onChange(this.list())
  }

  /** With the counts as they are now. */
  save(): void {
    if (this.active().length > 0) this.#save()
  }

  async #removeAll(entries: readonly Entry[], cause: string): Promise<void> {
    if (entries.length === 0) return
    for (const entry of entries) {
      this.#entries.delete(entry.id)
      if (entry.spec.kind === 'freeze') this.#broker(entry.spec.brokerId).thaw()
      this.#tell(entry, 'fault-removed', cause, wordOf(cause))
    }
    this.#save()
    await this.spread()
  }

  /** Resolves when every broker that runs has them in force. */
  async spread(): Promise<void> {
    const faults = this.active()
    await Promise.all([...this.#options.brokers.values()].map((broker) => broker.setFaults(faults)))
  }

  #save(): void {
    const kept = [...this.#entries.values()].filter(({ spec }) => spec.kind !== 'freeze')
    writeFaults(
      this.#options.directory,
      kept.map(({ id, spec, createdAtMs, counter }) => ({
        id,
        spec,
        createdAtMs,
        matched: counter.matched,
        acted: counter.acted,
      })),
    )
  }

  #tell(entry: Entry, kind: string, cause: string, word: string): void {
    const { id, spec, description } = faultOf(entry)
    const [brokerId = null] = brokersOf(spec)
    const details = { faultId: id, description, spec, cause: word, values: { brokerId } }
    this.#options.onHistory({ atMs: systemClock.now(), brokerId, kind, cause, details })
    this.#options.onChange(this.list())
  }

  #broker(id: number): ManagedBroker {
    const broker = this.#options.brokers.get(id)
    if (broker === undefined) throw unknownBroker(id, this.#options.brokers.keys())
    return broker
  }

  #requireUp(id: number): void {
    if (this.#broker(id).state === 'running') return
    throw new ClusterError({
      code: 'BROKER_NOT_RUNNING',
      message: `Broker ${id} is not running.`,
      remedy: `Start it first: a broker that does not run cannot be frozen.`,
    })
  }
}

/** In a sentence of its own come only those of a scenario. */
function wordOf(cause: string): string {
  return cause === BY_USER ? 'askedFor' : 'scenario'
}

function faultOf({ id, spec, createdAtMs, counter }: Entry): Fault {
  const { matched, acted } = counter
  return { id, spec, description: describeFault(spec), createdAtMs, matched, acted }
}

function brokersOf(spec: FaultSpec): number[] {
  if (spec.kind === 'rule') return spec.match.brokerId === null ? [] : [spec.match.brokerId]
  if (spec.kind === 'cut' || spec.kind === 'delay') {
    return [spec.from, spec.to].filter((end) => typeof end === 'number')
  }
  return [spec.brokerId]
}

/** A disk has one state, a broker is frozen once, a link has one delay; rules add up. */
function replaces(spec: FaultSpec, other: FaultSpec): boolean {
  if (spec.kind === 'rule' || other.kind !== spec.kind) return false
  if (spec.kind === 'cut' || spec.kind === 'delay') {
    const { from, to, oneWay } = other as typeof spec
    if (spec.oneWay !== oneWay) return false
    return (spec.from === from && spec.to === to) || (!oneWay && spec.from === to && spec.to === from)
  }
  return spec.brokerId === (other as typeof spec).brokerId
}

function unknownFault(id: number, known: readonly number[]): ClusterError {
  return new ClusterError({
    code: 'UNKNOWN_FAULT',
    message: `There is no fault ${id}.`,
    remedy: known.length === 0 ? 'No fault is in force.' : `The faults are ${known.join(', ')}.`,
  })
}
