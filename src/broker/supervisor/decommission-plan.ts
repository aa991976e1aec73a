/** Where the replicas of a broker that is to go are moved: by rack, then by load. */

export interface PlanBroker {
  readonly id: number
  readonly rack: string | null
}

export interface PlanPartition {
  readonly topic: string
  readonly partition: number
  /** Those it is to have once what is under way is over; the preferred leader first. */
  readonly replicas: readonly number[]
  /** May do with fewer replicas than now, when there are not brokers enough. */
  readonly mayShrink: boolean
}

export interface PlannedMove {
  readonly topic: string
  readonly partition: number
  readonly replicas: number[]
  /** Fewer than before. */
  readonly shrinks: boolean
}

/** A partition whose replicas the brokers that stay cannot all take. */
export interface Shortage {
  readonly topic: string
  readonly partition: number
  readonly replicas: number
  readonly brokers: number
}

export interface DecommissionPlan {
  readonly moves: readonly PlannedMove[]
  /** Not empty: the moves are not all there are. */
  readonly shortages: readonly Shortage[]
}

/**
 * Every replica on one of `leaving` goes to a broker of `staying` that has none of the partition: in a rack none of
 * the partition's other replicas is in, where there is one, and there to the broker with the fewest replicas. The new
 * replica takes the old one's place in the list, so a preferred leader hands on that role, and those count too.
 */
export function planDecommission(
  leaving: ReadonlySet<number>,
  staying: readonly PlanBroker[],
  partitions: readonly PlanPartition[],
): DecommissionPlan {
  const placing = new Placing(leaving, staying)
  for (const { replicas } of partitions) {
    replicas.forEach((id, position) => placing.count(id, position))
  }
  const moves: PlannedMove[] = []
  const shortages: Shortage[] = []
  for (const { topic, partition, replicas, mayShrink } of partitions) {
    if (!replicas.some((id) => leaving.has(id))) continue
    const target = placing.replace(replicas)
    const shrinks = target.length < replicas.length
    const isShort = shrinks && (!mayShrink || target.length === 0)
    if (!isShort) moves.push({ topic, partition, replicas: target, shrinks })
    else shortages.push({ topic, partition, replicas: replicas.length, brokers: staying.length })
  }
  return { moves, shortages }
}

class Placing {
  readonly #leaving: ReadonlySet<number>
  readonly #staying: readonly PlanBroker[]
  readonly #racks: ReadonlyMap<number, string | null>
  readonly #loads: ReadonlyMap<number, { replicas: number; leaderships: number }>

  constructor(leaving: ReadonlySet<number>, staying: readonly PlanBroker[]) {
    this.#leaving = leaving
    this.#staying = staying
    this.#racks = new Map(staying.map(({ id, rack }) => [id, rack]))
    this.#loads = new Map(staying.map(({ id }) => [id, { replicas: 0, leaderships: 0 }]))
  }

  count(id: number, position: number): void {
    const load = this.#loads.get(id)
    if (load === undefined) return
    load.replicas++
    if (position === 0) load.leaderships++
  }

  /** Shorter than before when there is nobody left to take one. */
  replace(replicas: readonly number[]): number[] {
    const kept = replicas.filter((id) => !this.#leaving.has(id))
    const target: number[] = []
    for (const [position, id] of replicas.entries()) {
      if (!this.#leaving.has(id)) {
        target.push(id)
        continue
      }
      const successor = this.#choose([...kept, ...target], position === 0)
      if (successor === null) continue
      this.count(successor, position)
      target.push(successor)
    }
    return target
  }

  #choose(others: readonly number[], willLead: boolean): number | null {
    const takenRacks = new Set(others.map((id) => this.#racks.get(id) ?? null))
    const cost = ({ id, rack }: PlanBroker): readonly number[] => {
      const { replicas, leaderships } = this.#loads.get(id)!
      return [takenRacks.has(rack) ? 1 : 0, willLead ? leaderships : 0, replicas, id]
    }
    const free = this.#staying.filter(({ id }) => !others.includes(id))
    return free.toSorted((a, b) => compare(cost(a), cost(b)))[0]?.id ?? null
  }
}

function compare(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((value, position) => value !== b[position])
  return index === -1 ? 0 : a[index]! - b[index]!
}
