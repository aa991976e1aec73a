/**
 * Where replicas of new partitions go: Kafka's StripedReplicaPlacer. Each partition begins one rack further, and
 * within a rack one broker further, than the one before, so leaders and replicas spread evenly and a partition's
 * replicas lie in as many racks as there are. The first replica, which will lead, is never a fenced broker.
 */
import { ErrorCode, KafkaError } from '../protocol/errors.ts'

export interface UsableBroker {
  readonly id: number
  readonly rack: string | null
  readonly fenced: boolean
}

/**
 * @param random in [0, 1): decides where the striping starts, and reshuffles after each full round
 * @returns for each partition its replicas, the preferred leader first
 * @throws KafkaError INVALID_REPLICATION_FACTOR with too few brokers
 */
export function placeReplicas(
  partitionCount: number,
  replicationFactor: number,
  brokers: readonly UsableBroker[],
  random: () => number,
): number[][] {
  if (!brokers.some(({ fenced }) => !fenced)) {
    throw new KafkaError(
      ErrorCode.INVALID_REPLICATION_FACTOR,
      `Unable to replicate the partition ${replicationFactor} time(s): All brokers are currently fenced.`,
    )
  }
  if (replicationFactor > brokers.length) {
    throw new KafkaError(
      ErrorCode.INVALID_REPLICATION_FACTOR,
      `Unable to replicate the partition ${replicationFactor} time(s): The target replication factor of ` +
        `${replicationFactor} cannot be reached because only ${brokers.length} broker(s) are registered.`,
    )
  }
  const racks = new Racks(brokers, random)
  return Array.from({ length: partitionCount }, () => racks.place(replicationFactor))
}

/** Brokers handed out one after the other; each new round starts one further. */
class Ring {
  #ids: number[]
  #taken = 0
  #start: number
  #round = 0

  constructor(ids: readonly number[], random: () => number) {
    this.#ids = ids.toSorted((a, b) => a - b)
    this.#start = Math.floor(random() * ids.length)
  }

  /** Null when all were handed out in this round. */
  next(round: number): number | null {
    if (this.#ids.length === 0) return null
    if (round !== this.#round) {
      this.#round = round
      this.#taken = 0
      this.#start = (this.#start + 1) % this.#ids.length
    }
    if (this.#taken === this.#ids.length) return null
    const id = this.#ids[(this.#start + this.#taken) % this.#ids.length]
    this.#taken++
    return id ?? null
  }

  shuffle(random: () => number): void {
    this.#ids = shuffled(this.#ids, random)
  }
}

class Racks {
  readonly #random: () => number
  readonly #unfencedCount: number
  #racks: { unfenced: Ring; fenced: Ring }[]
  #round = 0
  #start: number

  constructor(brokers: readonly UsableBroker[], random: () => number) {
    this.#random = random
    this.#unfencedCount = brokers.filter(({ fenced }) => !fenced).length
    const names = [...new Set(brokers.map(({ rack }) => rack))].toSorted((a, b) =>
      (a ?? '') < (b ?? '') ? -1 : 1,
    )
    this.#racks = names.map((name) => {
      const inRack = brokers.filter(({ rack }) => rack === name)
      const ids = (fenced: boolean) => inRack.filter((b) => b.fenced === fenced).map(({ id }) => id)
      return { unfenced: new Ring(ids(false), random), fenced: new Ring(ids(true), random) }
    })
    this.#start = Math.floor(random() * names.length)
  }

  place(replicationFactor: number): number[] {
    // Every broker has led once: mix them anew, lest the same partitions follow each other again.
    if (this.#round === this.#unfencedCount && this.#unfencedCount > 1) this.#reshuffle()
    const first = this.#firstReplica()
    const replicas = [first.id]
    let position = this.#start
    let skipOnce = first.position
    while (replicas.length < replicationFactor) {
      const rack = this.#racks[position]!
      if (position === skipOnce) skipOnce = -1
      else {
        const id = rack.unfenced.next(this.#round) ?? rack.fenced.next(this.#round)
        if (id !== null) replicas.push(id)
      }
      position = (position + 1) % this.#racks.length
    }
    this.#round++
    this.#start = (this.#start + 1) % this.#racks.length
    return replicas
  }

  /** From the first rack, in this round's order, that has an unfenced broker. */
  #firstReplica(): { id: number; position: number } {
    for (let step = 0; step < this.#racks.length; step++) {
      const position = (this.#start + step) % this.#racks.length
      const id = this.#racks[position]!.unfenced.next(this.#round)
      if (id !== null) return { id, position }
    }
    throw new RangeError('every broker is fenced')
  }

  #reshuffle(): void {
    this.#racks = shuffled(this.#racks, this.#random)
    for (const { unfenced, fenced } of this.#racks) {
      unfenced.shuffle(this.#random)
      fenced.shuffle(this.#random)
    }
    this.#round = 0
  }
}

/** Fisher and Yates. */
function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const result = [...items]
  for (let last = result.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1))
    ;[result[last], result[other]] = [result[other]!, result[last]!]
  }
  return result
}
