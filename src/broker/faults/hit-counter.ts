const MATCHED = 0
const ACTED = 1

/**
 * How often a fault was met and how often it did something. In memory all broker threads share, so that "the third
 * request" is the third in the cluster, and the counts outlive a broker that is killed.
 */
export class HitCounter {
  readonly buffer: SharedArrayBuffer
  readonly #counts: Int32Array

  constructor(buffer = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT)) {
    this.buffer = buffer
    this.#counts = new Int32Array(buffer)
  }

  get matched(): number {
    return Atomics.load(this.#counts, MATCHED)
  }

  get acted(): number {
    return Atomics.load(this.#counts, ACTED)
  }

  /** @returns how many it makes, this one included */
  match(): number {
    return Atomics.add(this.#counts, MATCHED, 1) + 1
  }

  act(): void {
    Atomics.add(this.#counts, ACTED, 1)
  }

  /** As they were when the cluster last stopped. */
  restore(matched: number, acted: number): void {
    Atomics.store(this.#counts, MATCHED, matched)
    Atomics.store(this.#counts, ACTED, acted)
  }
}
