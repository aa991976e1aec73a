import type { Bound, Direction, RecordRows } from '../../../shared/ipc/browse.ts'
import type { Row } from './rows.ts'
import { rowIn } from './rows.ts'

interface Page {
  firstRow: number
  count: number
  /** What was left to be read before and after it: between the two lie exactly its records. */
  before: Bound[]
  after: Bound[]
  rows: RecordRows | null
  /** Read again it was no longer whole, as retention had come: it stays empty. */
  isGone: boolean
  usedAt: number
}

/** Enough for several screens around any place; what is beyond is read again when it is scrolled to. */
const KEPT_ROWS = 30_000

/** All rows read so far, of which only those used last are in memory. */
export class PageCache {
  readonly #direction: Direction
  #pages: Page[] = []
  #rest: Bound[]
  #kept = 0
  #uses = 0

  constructor(direction: Direction, bounds: Bound[]) {
    this.#direction = direction
    this.#rest = bounds
  }

  get count(): number {
    const last = this.#pages.at(-1)
    return last ? last.firstRow + last.count : 0
  }

  /** What has not been read yet. */
  get rest(): Bound[] {
    return this.#rest
  }

  get keptRows(): number {
    return this.#kept
  }

  append(rows: RecordRows, rest: Bound[]): void {
    const count = rows.offset.length
    if (count > 0) {
      const before = this.#rest
      this.#pages.push({
        firstRow: this.count,
        count,
        before,
        after: rest,
        rows,
        isGone: false,
        usedAt: ++this.#uses,
      })
      this.#kept += count
      this.#evict()
    }
    this.#rest = rest
  }

  row(index: number): Row | null {
    const page = this.#pageAt(index)
    if (!page?.rows) return null
    return rowIn(page.rows, index - page.firstRow)
  }

  /** Bounds of the pages in sight that are no longer in memory, by their first row. */
  missing(from: number, to: number): { firstRow: number; bounds: Bound[] }[] {
    const missing: { firstRow: number; bounds: Bound[] }[] = []
    for (let index = this.#indexAt(from); index < this.#pages.length; index++) {
      const page = this.#pages[index]!
      if (page.firstRow >= to) break
      page.usedAt = ++this.#uses
      if (!page.rows && !page.isGone) {
        missing.push({
          firstRow: page.firstRow,
          bounds: boundsBetween(page.before, page.after, this.#direction),
        })
      }
    }
    return missing
  }

  /** Puts rows that were read again where they were. Retention may have taken some: then the place stays empty. */
  restore(firstRow: number, rows: RecordRows): void {
    const page = this.#pageAt(firstRow)
    if (!page || page.rows) return
    page.isGone = rows.offset.length !== page.count
    if (page.isGone) return
    page.rows = rows
    page.usedAt = ++this.#uses
    this.#kept += page.count
    this.#evict()
  }

  #pageAt(row: number): Page | undefined {
    const page = this.#pages[this.#indexAt(row)]
    return page && row < page.firstRow + page.count ? page : undefined
  }

  /** By halving: a search has a page for every few hits. */
  #indexAt(row: number): number {
    let low = 0
    let high = this.#pages.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.#pages[middle]!.firstRow <= row) low = middle
      else high = middle - 1
    }
    return low
  }

  #evict(): void {
    if (this.#kept <= KEPT_ROWS) return
    const oldestFirst = this.#pages
      .filter(({ rows }) => rows !== null)
      .sort((one, other) => one.usedAt - other.usedAt)
    for (const page of oldestFirst) {
      if (this.#kept <= KEPT_ROWS * 0.9) return
      page.rows = null
      this.#kept -= page.count
    }
  }
}

/** The offsets that were left before and are not left after. */
export function boundsBetween(before: Bound[], after: Bound[], direction: Direction): Bound[] {
  const left = new Map(after.map((bound) => [bound.partition, bound]))
  return before
    .map(({ partition, start, end }) => {
      const still = left.get(partition)
      if (!still) return { partition, start, end }
      return direction === 'backward'
        ? { partition, start: still.end, end }
        : { partition, start, end: still.start }
    })
    .filter(({ start, end }) => start < end)
}
