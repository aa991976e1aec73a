import { partitionForKey } from '../../../shared/kafka/murmur2.ts'
import type { Keyless } from '../../../shared/ipc/produce.ts'

/** As many records of one batch go to one partition before the next is chosen, like Java's sticky partitioner. */
const STICKY_RECORDS = 500

/** Chooses partitions for records that name none. */
export class Partitioner {
  readonly #keyless: Keyless
  #count = 0
  #offset: number

  /** `random` is where keyless records begin, from 0 up to 1. */
  constructor(keyless: Keyless, random: number = Math.random()) {
    this.#keyless = keyless
    this.#offset = Math.floor(random * 1_000_003)
  }

  /** `available` are the partitions with a leader: a record without a key need not wait for one. */
  choose(key: Buffer | null, partitions: number, available: readonly number[]): number {
    if (key !== null) return partitionForKey(key, partitions)
    const step = this.#keyless === 'round-robin' ? this.#count : Math.floor(this.#count / STICKY_RECORDS)
    this.#count++
    const among = available.length > 0 ? available : Array.from({ length: partitions }, (_, index) => index)
    return among[(this.#offset + step) % among.length] ?? 0
  }
}
