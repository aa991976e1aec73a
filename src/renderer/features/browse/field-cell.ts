import type { LineLook } from './record-line.ts'
import { piecesOf } from './highlight.ts'
import type { Piece } from './highlight.ts'
import type { Field } from './rows.ts'

const PLAIN = 'truncate font-mono text-xs text-default'
const BINARY = 'truncate font-mono text-xs text-muted'
const EMPTY = 'truncate font-mono text-[11px] text-dimmed'
const NULL = 'flex min-w-0'

/** A key or a value in the list: text with what was found in it marked, hex, null, or empty. */
export class FieldCell {
  readonly element = element('span', '')
  readonly #text = document.createTextNode('')
  #isPlain = false

  constructor() {
    this.element.setAttribute('role', 'gridcell')
  }

  show(field: Field, { hits, words }: LineLook): void {
    if (field.text === null) this.#showNodes(NULL, [nullSign(words.nullSign)])
    else if (field.bytes === 0) this.#showNodes(EMPTY, [`∅ ${words.empty}`])
    else if (field.isBinary)
      this.#showNodes(BINARY, [hexSign(words.hex), ...nodesOf(piecesOf(field.text, null))])
    else this.#showPieces(piecesOf(field.text, hits))
  }

  #showPieces(pieces: Piece[]): void {
    const [first] = pieces
    if (pieces.length > 1 || !first || first.isHit) this.#showNodes(PLAIN, nodesOf(pieces))
    else this.#showText(first.text)
  }

  /** What nearly all cells are: another text in the same node. */
  #showText(text: string): void {
    if (!this.#isPlain) {
      this.#showNodes(PLAIN, [this.#text])
      this.#isPlain = true
    }
    if (this.#text.data !== text) this.#text.data = text
  }

  #showNodes(className: string, nodes: (Node | string)[]): void {
    this.#isPlain = false
    this.element.className = className
    this.element.replaceChildren(...nodes)
  }
}

export function element(tag: 'div' | 'span' | 'mark', className: string): HTMLElement {
  const made = document.createElement(tag)
  made.className = className
  return made
}

function nodesOf(pieces: Piece[]): (Node | string)[] {
  return pieces.map(({ text, isHit }) => (isHit ? markOf(text) : text))
}

function markOf(text: string): HTMLElement {
  const mark = element('mark', 'rounded-xs bg-(--ui-primary)/25 text-highlighted')
  mark.textContent = text
  return mark
}

function nullSign(text: string): HTMLElement {
  const sign = element(
    'span',
    'rounded-sm border border-accented px-1 font-mono text-[10.5px] leading-4 text-muted',
  )
  sign.textContent = text
  return sign
}

function hexSign(text: string): HTMLElement {
  const sign = element('span', 'mr-1.5 rounded-sm bg-accented/60 px-1 text-[10.5px] text-toned')
  sign.textContent = text
  return sign
}
