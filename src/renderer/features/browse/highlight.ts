import type { SearchForm } from './view.ts'

export interface Piece {
  text: string
  isHit: boolean
}

/** Shown of a field in a list; longer texts are slow to lay out and nobody sees their end. */
const SHOWN = 400
/** A hit further in than this would be out of sight in a narrow column: the text is shown from just before it. */
const IN_SIGHT = 48
const LEAD = 10
const PIECES = 20

/** A text as a list shows it, cut so that a hit is in sight, with the hits marked. */
export function piecesOf(text: string, hits: RegExp | null): Piece[] {
  const first = hits ? text.search(hits) : -1
  const start = first > IN_SIGHT ? first - LEAD : 0
  const shown = (start > 0 ? '…' : '') + text.slice(start, start + SHOWN).replaceAll(/\s+/gu, ' ')
  if (!hits || first < 0) return [{ text: shown, isHit: false }]
  const pieces: Piece[] = []
  let at = 0
  for (const found of shown.matchAll(hits)) {
    if (pieces.length >= PIECES || found[0] === '') break
    if (found.index > at) pieces.push({ text: shown.slice(at, found.index), isHit: false })
    pieces.push({ text: found[0], isHit: true })
    at = found.index + found[0].length
  }
  return [...pieces, { text: shown.slice(at), isHit: false }]
}

/** Finds what a search found; null where nothing is searched for, or by an expression that is none. */
export function hitsOf({ text, regex, matchCase }: SearchForm): RegExp | null {
  if (text === '') return null
  const source = regex ? text : text.replaceAll(/[.*+?^${}()|[\]\\/]/gu, '\\$&')
  try {
    return new RegExp(source, matchCase ? 'gu' : 'giu')
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
