/** How far each broker has read the metadata log, as its MetadataFetch requests tell. */

export interface FollowerState {
  /** The offset it asked for last: it has applied everything before. */
  readonly nextOffset: number
  readonly lastFetchMs: number
  /** When it last had everything there was; -1: never yet. */
  readonly lastCaughtUpMs: number
}

export class Followers {
  readonly #states = new Map<number, FollowerState>()
  readonly #listeners = new Set<() => void>()

  fetched(brokerId: number, nextOffset: number, endOffset: number, nowMs: number): void {
    const before = this.#states.get(brokerId)
    const lastCaughtUpMs = nextOffset >= endOffset ? nowMs : (before?.lastCaughtUpMs ?? -1)
    this.#states.set(brokerId, { nextOffset, lastFetchMs: nowMs, lastCaughtUpMs })
    for (const listener of [...this.#listeners]) listener()
  }

  state(brokerId: number): FollowerState | undefined {
    return this.#states.get(brokerId)
  }

  haveReached(offset: number, brokerIds: readonly number[]): boolean {
    return brokerIds.every((id) => (this.#states.get(id)?.nextOffset ?? -1) > offset)
  }

  /** Called after every `fetched`. @returns a function that ends it */
  onFetch(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  forget(brokerId: number): void {
    this.#states.delete(brokerId)
  }

  clear(): void {
    this.#states.clear()
  }
}
