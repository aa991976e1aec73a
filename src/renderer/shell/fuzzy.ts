/** How well something typed fits a name, and which of the name's letters it is. */
export interface Fit {
  score: number
  at: readonly number[]
}

const WHOLE = 100
const START_OF_NAME = 40
const START_OF_WORD = 12
const NEXT_TO_LAST = 8
const LETTER = 2

/**
 * Null where it does not fit: every word that was typed must be in the name, its letters in their order. A word that
 * is there as it stands fits better than one that is strewn over the name, at the start of a word better than within.
 */
export function fitOf(typed: string, name: string): Fit | null {
  const lower = name.toLowerCase()
  const at = new Set<number>()
  let score = 0
  for (const word of typed.toLowerCase().split(/\s+/u)) {
    if (word === '') continue
    const fit = wholeFit(word, lower) ?? strewnFit(word, lower)
    if (!fit) return null
    score += fit.score
    for (const each of fit.at) at.add(each)
  }
  // Of two names that fit as well, the shorter one is more of what was typed.
  return { score: score - name.length / 100, at: [...at].sort((one, other) => one - other) }
}

function wholeFit(word: string, name: string): Fit | null {
  let best: Fit | null = null
  for (let from = name.indexOf(word); from !== -1; from = name.indexOf(word, from + 1)) {
    const start = from === 0 ? START_OF_NAME : startsWord(name, from) ? START_OF_WORD : 0
    const score = WHOLE + start
    if (!best || score > best.score) best = { score, at: Array.from(word, (_, step) => from + step) }
  }
  return best
}

/** Each letter at the next start of a word that has it, else at its next place. */
function strewnFit(word: string, name: string): Fit | null {
  const at: number[] = []
  let score = 0
  let from = 0
  for (let index = 0; index < word.length; index++) {
    const letter = word[index] ?? ''
    const rest = word.slice(index)
    const found = nextPlace(letter, rest, name, from)
    if (found === -1) return null
    const last = at.at(-1)
    score += LETTER
    if (last !== undefined && found === last + 1) score += NEXT_TO_LAST
    if (startsWord(name, found)) score += START_OF_WORD
    at.push(found)
    from = found + 1
  }
  return { score: Math.min(score, WHOLE - 1), at }
}

function nextPlace(letter: string, rest: string, name: string, from: number): number {
  const first = name.indexOf(letter, from)
  if (first === -1 || first === from || startsWord(name, first)) return first
  for (let place = name.indexOf(letter, first + 1); place !== -1; place = name.indexOf(letter, place + 1)) {
    if (startsWord(name, place) && hasInOrder(rest, name, place)) return place
  }
  return first
}

function hasInOrder(letters: string, name: string, from: number): boolean {
  let place = from - 1
  for (const letter of letters) {
    place = name.indexOf(letter, place + 1)
    if (place === -1) return false
  }
  return true
}

function startsWord(name: string, place: number): boolean {
  return place === 0 || /[\s._\-:/·]/u.test(name[place - 1] ?? '')
}
