import { chance } from './chance.ts'

/** What is wrong with one direction of a link. */
export interface Impairment {
  cut: boolean
  delayMs: number
  jitterMs: number
  /** Something was held up by it. */
  hit(): void
}

/** One direction of a link, for all connections that use it. */
export class Lane {
  readonly #seed: number
  readonly #listeners = new Set<() => void>()
  #impairment: Impairment | null = null
  #sent = 0

  /** @param seed of the jitter */
  constructor(seed: number) {
    this.#seed = seed
  }

  get isClear(): boolean {
    return this.#impairment === null
  }

  get isCut(): boolean {
    return this.#impairment?.cut === true
  }

  set(impairment: Impairment | null): void {
    this.#impairment = impairment
    for (const listener of [...this.#listeners]) listener()
  }

  /** How long the next thing takes; told as a hit. */
  take(): number {
    const impairment = this.#impairment
    if (impairment === null) return 0
    impairment.hit()
    this.#sent += 1
    return impairment.delayMs + Math.round(impairment.jitterMs * chance(this.#seed, this.#sent))
  }

  /** @returns a function that ends it */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}

/** Both directions between this broker and somebody else, seen from here. */
export interface Link {
  readonly out: Lane
  readonly in: Lane
}

export function soundLink(): Link {
  return { out: new Lane(0), in: new Lane(0) }
}
