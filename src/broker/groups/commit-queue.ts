/**
 * The steps of a shard that wait for the log, in order. A step is let go when its own records and those of every
 * step before it are in the log, because it was decided on a state that has them; that holds for steps without
 * records too.
 */
import type { Turn } from './turn.ts'

interface Entry {
  readonly turns: Turn[]
  isInLog: boolean
}

export interface CommitQueueListener {
  committed(turn: Turn): void
  /** An append failed: this step and all after it were decided on a state that never will be. */
  failed(turns: readonly Turn[], error: unknown): void
}

export class CommitQueue {
  readonly #entries: Entry[] = []
  readonly #appends = new Set<Promise<void>>()
  readonly #listener: CommitQueueListener

  constructor(listener: CommitQueueListener) {
    this.#listener = listener
  }

  /** A step whose records are on their way to the log. */
  addAppending(turn: Turn, append: Promise<void>): void {
    const entry: Entry = { turns: [turn], isInLog: false }
    this.#entries.push(entry)
    this.#appends.add(append)
    append.then(
      () => {
        this.#appends.delete(append)
        this.#succeed(entry)
      },
      (error: unknown) => {
        this.#appends.delete(append)
        this.#fail(entry, error)
      },
    )
  }

  /** A step without records, which needs only those before it; let go right now when there are none. */
  addReading(turn: Turn): void {
    const last = this.#entries.at(-1)
    if (last === undefined) this.#listener.committed(turn)
    else last.turns.push(turn)
  }

  /** Gives up every waiting step: the caller answers them. */
  drain(): Turn[] {
    return this.#entries.splice(0).flatMap(({ turns }) => turns)
  }

  /** Resolves when the log has taken or refused everything that is on its way to it. */
  async settled(): Promise<void> {
    await Promise.allSettled([...this.#appends])
  }

  #succeed(entry: Entry): void {
    entry.isInLog = true
    while (this.#entries[0]?.isInLog === true) {
      for (const turn of this.#entries.shift()?.turns ?? []) this.#listener.committed(turn)
    }
  }

  #fail(entry: Entry, error: unknown): void {
    const position = this.#entries.indexOf(entry)
    if (position === -1) return
    const lost = this.#entries.splice(position)
    this.#listener.failed(
      lost.flatMap(({ turns }) => turns),
      error,
    )
  }
}
