import { systemClock } from '../clock.ts'
import { HistoryStore } from './history/history-store.ts'
import type { ClusterEvent } from './types.ts'

/** Tells whoever listens what happens to a cluster, and keeps what is history. */
export class ClusterEvents {
  readonly #history: HistoryStore
  readonly #listeners = new Set<(event: ClusterEvent) => void>()

  /** @param directory the cluster's, where its history is */
  constructor(directory: string) {
    this.#history = new HistoryStore({
      directory,
      clock: systemClock,
      onProblem: (message, error) => this.warn(message, error),
    })
  }

  /** @returns a function that ends it */
  listen(listener: (event: ClusterEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  emit(event: ClusterEvent): void {
    if (event.type === 'history') this.#history.add(event.entry)
    for (const listener of this.#listeners) listener(event)
  }

  /** What the brokers cannot tell: their threads' lives. */
  record(kind: string, brokerId: number | null, cause: string, sentence: string): void {
    const details = { cause, values: { brokerId } }
    const entry = { atMs: systemClock.now(), brokerId, kind, cause: sentence, details }
    this.emit({ type: 'history', entry })
  }

  warn(message: string, error: unknown): void {
    const fields = { error: error instanceof Error ? error.message : String(error) }
    const line = { level: 'warn' as const, atMs: systemClock.now(), brokerId: null, message, fields }
    this.emit({ type: 'log', line })
  }

  /** Writes down what is history so far. */
  flush(): void {
    this.#history.flush()
  }

  close(): void {
    this.#history.close()
  }
}
