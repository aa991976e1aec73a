import type { LineLook } from './record-line.ts'
import { RecordLine } from './record-line.ts'
import type { Row } from './rows.ts'
import { isSameRecord } from './rows.ts'

export interface Drawn {
  /** The rows from `from` to before `to`. */
  from: number
  to: number
  row: (index: number) => Row | null
  look: LineLook
  chosen: number | null
  /** Of the chosen line. */
  idOf: (index: number) => string
}

/**
 * The lines in sight, as children of one element and in their order. A line that leaves at one end is the one that
 * comes at the other; only when nearly all of them are new all stay where they are, and say something else.
 */
export class RecordLines {
  readonly #group: HTMLElement
  #lines: RecordLine[] = []
  /** Made before and not needed at the moment: while a list moves fast it draws fewer. */
  readonly #spare: RecordLine[] = []

  constructor(group: HTMLElement) {
    this.#group = group
  }

  draw({ from, to, row, look, chosen, idOf }: Drawn): void {
    const rows = Array.from({ length: Math.max(0, to - from) }, (_, slot) => row(from + slot))
    this.#turn(from, rows)
    this.#resize(rows.length)
    for (const [slot, line] of this.#lines.entries()) {
      const index = from + slot
      line.show(index, rows[slot] ?? null, look)
      line.choose(index === chosen ? idOf(index) : null)
    }
  }

  /** Moves lines from one end to the other, so that those whose records stay in sight stay as they are. */
  #turn(from: number, rows: (Row | null)[]): void {
    const by = this.#distance(from, rows)
    if (by === 0 || Math.abs(by) > this.#lines.length / 2) return
    if (by > 0) {
      const left = this.#lines.splice(0, by)
      this.#lines.push(...left)
      this.#group.append(...left.map(({ element }) => element))
      return
    }
    const left = this.#lines.splice(by)
    this.#lines.unshift(...left)
    this.#group.prepend(...left.map(({ element }) => element))
  }

  /** How many lines on the records are: told by the records, for a live list moves them to other rows. */
  #distance(from: number, rows: (Row | null)[]): number {
    const first = this.#lines[0]
    if (!first) return 0
    const at = placeOf(
      rows[0],
      this.#lines.map((line) => line.row),
    )
    if (at >= 0) return at
    const before = placeOf(first.row, rows)
    return before >= 0 ? -before : from - first.index
  }

  #resize(count: number): void {
    for (const line of this.#lines.splice(count)) {
      line.element.remove()
      line.forget()
      this.#spare.push(line)
    }
    while (this.#lines.length < count) {
      const line = this.#spare.pop() ?? new RecordLine()
      this.#lines.push(line)
      this.#group.append(line.element)
    }
  }
}

function placeOf(wanted: Row | null | undefined, rows: (Row | null)[]): number {
  return wanted ? rows.findIndex((row) => row !== null && isSameRecord(row, wanted)) : -1
}
