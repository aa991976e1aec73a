/** Faults in seeded random order, never more than the cluster is meant to bear. */
import type { Fault } from '../../src/broker/index.ts'
import type { FaultCluster } from './cluster.ts'
import type { Random } from './random.ts'

/** What can be done to one broker, and what takes it back. */
interface Harm {
  name: string
  weight: number
  inflict(cluster: FaultCluster, brokerId: number, random: Random): Promise<() => Promise<void>>
}

const BROKERS = [1, 2, 3]

function restart(cluster: FaultCluster, brokerId: number): () => Promise<void> {
  return () => cluster.supervisor.startBroker(brokerId)
}

function healing(cluster: FaultCluster, faults: readonly Fault[]): () => Promise<void> {
  return async () => {
    for (const { id } of faults) await cluster.supervisor.faults.remove(id)
  }
}

const harms: readonly Harm[] = [
  {
    name: 'kill',
    weight: 3,
    async inflict(cluster, brokerId) {
      await cluster.supervisor.killBroker(brokerId)
      return restart(cluster, brokerId)
    },
  },
  {
    name: 'stop',
    weight: 2,
    async inflict(cluster, brokerId) {
      await cluster.supervisor.stopBroker(brokerId)
      return restart(cluster, brokerId)
    },
  },
  {
    name: 'freeze',
    weight: 3,
    async inflict(cluster, brokerId) {
      return healing(cluster, [await cluster.apply({ kind: 'freeze', brokerId })])
    },
  },
  {
    name: 'kill while frozen',
    weight: 1,
    async inflict(cluster, brokerId) {
      await cluster.apply({ kind: 'freeze', brokerId })
      await cluster.supervisor.killBroker(brokerId)
      return restart(cluster, brokerId)
    },
  },
  {
    name: 'cut off from one',
    weight: 3,
    async inflict(cluster, brokerId, random) {
      const to = random.pick(BROKERS.filter((id) => id !== brokerId))
      const oneWay = random.next() < 0.3
      return healing(cluster, [await cluster.apply({ kind: 'cut', from: brokerId, to, oneWay })])
    },
  },
  {
    name: 'cut off from all brokers',
    weight: 3,
    async inflict(cluster, brokerId) {
      const faults: Fault[] = []
      for (const to of BROKERS.filter((id) => id !== brokerId)) {
        faults.push(await cluster.apply({ kind: 'cut', from: brokerId, to, oneWay: false }))
      }
      return healing(cluster, faults)
    },
  },
  {
    name: 'cut off from clients',
    weight: 2,
    async inflict(cluster, brokerId, random) {
      const oneWay = random.next() < 0.5
      return healing(cluster, [await cluster.apply({ kind: 'cut', from: brokerId, to: 'clients', oneWay })])
    },
  },
  {
    name: 'delay',
    weight: 2,
    async inflict(cluster, brokerId, random) {
      const to = random.pick(BROKERS.filter((id) => id !== brokerId))
      const delayMs = 5 + Math.floor(random.next() * 60)
      return healing(cluster, [
        await cluster.apply({ kind: 'delay', from: brokerId, to, oneWay: false, delayMs, jitterMs: delayMs }),
      ])
    },
  },
  {
    name: 'slow disk',
    weight: 1,
    async inflict(cluster, brokerId) {
      return healing(cluster, [await cluster.apply({ kind: 'disk', brokerId, state: 'slow', delayMs: 15 })])
    },
  },
  {
    name: 'full disk',
    weight: 1,
    async inflict(cluster, brokerId) {
      return healing(cluster, [await cluster.apply({ kind: 'disk', brokerId, state: 'full', delayMs: 0 })])
    },
  },
  {
    name: 'failing disk',
    weight: 1,
    async inflict(cluster, brokerId) {
      const heal = healing(cluster, [
        await cluster.apply({ kind: 'disk', brokerId, state: 'failing', delayMs: 0 }),
      ])
      return async () => {
        await heal()
        // As in Kafka, a log directory that failed is read again by a broker that starts.
        await cluster.supervisor.killBroker(brokerId)
        await cluster.supervisor.startBroker(brokerId)
      }
    },
  },
]

const drawn = harms.flatMap((harm) => Array.from({ length: harm.weight }, () => harm))

/** One after the other: a harm, some progress or none, and its end. */
export class Chaos {
  /** What was done so far, for a run that fails. */
  readonly told: string[] = []
  /** Harms and their ends. */
  events = 0
  readonly #cluster: FaultCluster
  readonly #random: Random

  constructor(cluster: FaultCluster, random: Random) {
    this.#cluster = cluster
    this.#random = random
  }

  /** @param during what happens while it lasts */
  async next(during: (random: Random) => Promise<void>): Promise<void> {
    const harm = this.#random.pick(drawn)
    const brokerId = this.#random.pick(BROKERS)
    this.#tell(`${harm.name}: broker ${brokerId}`)
    const undo = await harm.inflict(this.#cluster, brokerId, this.#random)
    await during(this.#random)
    await undo()
    this.#tell(`${harm.name}: broker ${brokerId} is over`)
  }

  #tell(what: string): void {
    this.events += 1
    this.told.push(`${new Date().toISOString().slice(11, 23)} ${what}`)
  }
}
