import { element, FieldCell } from './field-cell.ts'
import type { Row } from './rows.ts'
import { isSameRecord } from './rows.ts'
import { fullTime, shortTime } from './time.ts'

/** What lines say that is not in their records, in the user's language. */
export interface LineWords {
  count: (value: number) => string
  bytes: (value: number) => string
  nullSign: string
  empty: string
  hex: string
  undecodable: (records: number) => string
  /** Stands before the reason why records cannot be decoded. */
  warning: () => Node | null
}

/** How all lines look. With another look each is drawn anew. */
export interface LineLook {
  /** Tracks of the grid. */
  columns: string
  /** Without the last two columns. */
  narrow: boolean
  hits: RegExp | null
  words: LineWords
  now: Date
}

// Contained: what happens within a line moves nothing outside of it, which a browser must be told. Without ligatures:
// data is shown sign for sign, and each text is shaped in two thirds of the time.
const LINE =
  '[font-variant-ligatures:none] grid h-[26px] items-center gap-3 border-b border-muted px-3 text-xs contain-strict ' +
  'not-aria-selected:hover:bg-elevated/60 ' +
  'aria-selected:bg-(--ui-primary)/12 aria-selected:shadow-[inset_2px_0_0_var(--ui-primary)] ' +
  // While its record is fetched: what it said before is kept, as it says something of the same length in a moment.
  'aria-busy:*:invisible aria-busy:before:absolute aria-busy:before:inset-x-3 aria-busy:before:top-2 ' +
  'aria-busy:before:h-2.5 aria-busy:before:rounded aria-busy:before:bg-elevated'

type Arrangement = 'wide' | 'narrow' | 'trouble'

/**
 * One line of the list: its elements, made once, and what was last written into them. Written by hand, for a fast
 * scroll gives every line another record at every frame, and what is not written costs nothing.
 */
export class RecordLine {
  readonly element = element('div', LINE)
  readonly #time = new TextCell('truncate font-mono text-[11.5px] text-muted tabular-nums')
  readonly #partition = new TextCell('text-right font-mono text-[11.5px] text-toned')
  readonly #offset = new TextCell('text-right font-mono text-[11.5px] text-toned')
  readonly #key = new FieldCell()
  readonly #value = new FieldCell()
  readonly #headers = new TextCell('text-right font-mono text-[11.5px] text-muted')
  readonly #size = new TextCell('truncate text-right text-[11.5px] text-muted tabular-nums')
  readonly #trouble = new TextCell('col-[4/-1] flex min-w-0 items-center gap-1.5 text-bad')
  #arrangement: Arrangement | null = null
  #look: LineLook | null = null
  #index = -1
  #isBusy = false
  #id: string | null = null
  /** Of the record written last, also while it is hidden. */
  #row: Row | null = null

  constructor() {
    this.element.setAttribute('role', 'row')
    this.element.setAttribute('aria-selected', 'false')
  }

  /** The record that can be read in it. */
  get row(): Row | null {
    return this.#isBusy ? null : this.#row
  }

  get index(): number {
    return this.#index
  }

  /** `row` is null while it is being fetched. */
  show(index: number, row: Row | null, look: LineLook): void {
    if (index !== this.#index) this.element.setAttribute('aria-rowindex', String(index + 1))
    this.#index = index
    this.#setBusy(row === null)
    const isNewLook = look !== this.#look
    if (isNewLook) this.element.style.gridTemplateColumns = look.columns
    this.#look = look
    if (!row || (!isNewLook && this.#row && isSameRecord(row, this.#row))) {
      // What is hidden was written with the look before.
      if (!row && isNewLook) this.#row = null
      return
    }
    this.#row = row
    this.#write(row, look)
  }

  /** Whatever it says next is written, also of a record that goes by the same number. */
  forget(): void {
    this.#row = null
  }

  /** With the id by which the list points at it; null where it is not the chosen one. */
  choose(id: string | null): void {
    if (id === this.#id) return
    this.#id = id
    this.element.setAttribute('aria-selected', String(id !== null))
    if (id === null) this.element.removeAttribute('id')
    else this.element.id = id
  }

  #setBusy(isBusy: boolean): void {
    if (isBusy === this.#isBusy) return
    this.#isBusy = isBusy
    if (isBusy) this.element.setAttribute('aria-busy', 'true')
    else this.element.removeAttribute('aria-busy')
  }

  #write(row: Row, look: LineLook): void {
    const { words } = look
    const isBroken = row.brokenRecords !== null
    this.#arrange(isBroken ? 'trouble' : look.narrow ? 'narrow' : 'wide')
    this.#time.show(shortTime(row.timestampMs, look.now))
    this.#time.element.title = fullTime(row.timestampMs)
    this.#partition.show(String(row.partition))
    this.#offset.show(words.count(row.offset))
    if (isBroken) {
      this.#showTrouble(row, words)
      return
    }
    this.#key.show(row.key, look)
    this.#value.show(row.value, look)
    if (look.narrow) return
    this.#headers.show(row.headers > 0 ? String(row.headers) : '')
    this.#size.show(row.value.text === null ? '' : words.bytes(row.value.bytes))
  }

  #showTrouble(row: Row, words: LineWords): void {
    const text = element('span', 'truncate')
    text.textContent = `${words.undecodable(row.brokenRecords ?? 0)} ${row.value.text ?? ''}`
    this.#trouble.element.replaceChildren(...[words.warning() ?? [], text].flat())
  }

  #arrange(arrangement: Arrangement): void {
    if (arrangement === this.#arrangement) return
    this.#arrangement = arrangement
    const fields = [this.#key, this.#value]
    const rest = { wide: [...fields, this.#headers, this.#size], narrow: fields, trouble: [this.#trouble] }
    const cells = [this.#time, this.#partition, this.#offset, ...rest[arrangement]]
    this.element.replaceChildren(...cells.map((cell) => cell.element))
  }
}

/** A cell of one short text. */
class TextCell {
  readonly element: HTMLElement
  readonly #text = document.createTextNode('')

  constructor(className: string) {
    this.element = element('span', className)
    this.element.setAttribute('role', 'gridcell')
    this.element.append(this.#text)
  }

  show(text: string): void {
    if (this.#text.data !== text) this.#text.data = text
  }
}
