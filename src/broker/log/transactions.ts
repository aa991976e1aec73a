/** A transaction which ended, while its marker may still be above the high watermark. */
interface EndedTransaction {
  readonly firstOffset: number
  /** Of the marker. */
  readonly lastOffset: number
}

export interface TransactionsMark {
  readonly open: ReadonlyMap<number, number>
  readonly ended: readonly EndedTransaction[]
}

const NONE: TransactionsMark = { open: new Map(), ended: [] }

/**
 * The transactions a partition has records of which are not decided for everybody: open ones, and ended ones whose
 * marker is not replicated yet. Readers of committed records stop before the first of them.
 */
export class Transactions {
  #open = new Map<number, number>()
  #ended: EndedTransaction[] = []

  /** A batch of a transaction; its first one begins it. */
  began(producerId: number, firstOffset: number): void {
    if (!this.#open.has(producerId)) this.#open.set(producerId, firstOffset)
  }

  ended(producerId: number, markerOffset: number): void {
    const firstOffset = this.#open.get(producerId)
    if (firstOffset === undefined) return
    this.#open.delete(producerId)
    this.#ended.push({ firstOffset, lastOffset: markerOffset })
  }

  highWatermarkMoved(highWatermark: number): void {
    if (this.#ended.length === 0) return
    this.#ended = this.#ended.filter(({ lastOffset }) => lastOffset >= highWatermark)
  }

  /** First offset of an undecided transaction, Infinity when there is none. */
  get firstUndecidedOffset(): number {
    if (this.#open.size === 0 && this.#ended.length === 0) return Infinity
    return Math.min(...this.#open.values(), ...this.#ended.map(({ firstOffset }) => firstOffset))
  }

  mark(): TransactionsMark {
    if (this.#open.size === 0 && this.#ended.length === 0) return NONE
    return { open: new Map(this.#open), ended: [...this.#ended] }
  }

  restore({ open, ended }: TransactionsMark): void {
    this.#open = new Map(open)
    this.#ended = [...ended]
  }
}
