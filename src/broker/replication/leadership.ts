/** Who wants to know which partitions this broker leads: the coordinators, whose state lives in such partitions. */
export interface LeadershipListener {
  /** Also called when this broker keeps leading, in a new epoch. */
  elected(topic: string, partition: number, leaderEpoch: number): void
  /** Leads no more: another leads, none does, or the topic is gone. */
  resigned(topic: string, partition: number): void
}

type Change = (listener: LeadershipListener) => void

/**
 * Gathers the changes of one run of metadata and tells them when all of it has been taken in, so that a listener
 * finds every partition in its new state.
 */
export class Leadership {
  readonly #listeners: LeadershipListener[] = []
  #changes: Change[] = []

  listen(listener: LeadershipListener): void {
    this.#listeners.push(listener)
  }

  elected(topic: string, partition: number, leaderEpoch: number): void {
    this.#changes.push((listener) => listener.elected(topic, partition, leaderEpoch))
  }

  resigned(topic: string, partition: number): void {
    this.#changes.push((listener) => listener.resigned(topic, partition))
  }

  tell(): void {
    const changes = this.#changes
    this.#changes = []
    for (const change of changes) for (const listener of this.#listeners) change(listener)
  }
}
