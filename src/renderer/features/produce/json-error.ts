export interface JsonError {
  /** What stands where it can't; null where the text ends too early. */
  unexpected: string | null
  /** In characters from the beginning. */
  position: number
}

const TOKEN =
  /\s+|"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[{}[\],:]/uy

type Wanted = 'value' | 'valueOrEnd' | 'nameOrEnd' | 'name' | 'colon' | 'commaOrEnd' | 'nothing'

/** Where a text stops being JSON; null where it is. The parser of the language does not say where in all cases. */
export function jsonErrorOf(text: string): JsonError | null {
  try {
    JSON.parse(text)
    return null
  } catch {
    return firstError(text)
  }
}

function firstError(text: string): JsonError {
  const open: ('{' | '[')[] = []
  let wanted: Wanted = 'value'
  let position = 0
  TOKEN.lastIndex = 0
  while (position < text.length) {
    TOKEN.lastIndex = position
    const token = TOKEN.exec(text)?.[0]
    if (token === undefined) return { unexpected: wordAt(text, position), position }
    if (!/^\s/u.test(token)) {
      const next = after(token, wanted, open)
      if (next === null) return { unexpected: token.slice(0, 20), position }
      wanted = next
    }
    position += token.length
  }
  return { unexpected: null, position: text.length }
}

/** What may follow a token; null where the token itself may not be. */
function after(token: string, wanted: Wanted, open: ('{' | '[')[]): Wanted | null {
  const behindValue = () => (open.length === 0 ? 'nothing' : 'commaOrEnd')
  const takesValue = wanted === 'value' || wanted === 'valueOrEnd'
  if (token === '{' || token === '[') {
    if (!takesValue) return null
    open.push(token)
    return token === '{' ? 'nameOrEnd' : 'valueOrEnd'
  }
  if (token === '}' || token === ']') {
    const fits = open.at(-1) === (token === '}' ? '{' : '[')
    const ends = wanted === 'commaOrEnd' || wanted === (token === '}' ? 'nameOrEnd' : 'valueOrEnd')
    if (!fits || !ends) return null
    open.pop()
    return behindValue()
  }
  if (token === ',') return wanted === 'commaOrEnd' ? (open.at(-1) === '{' ? 'name' : 'value') : null
  if (token === ':') return wanted === 'colon' ? 'value' : null
  if (wanted === 'name' || wanted === 'nameOrEnd') return token.startsWith('"') ? 'colon' : null
  return takesValue ? behindValue() : null
}

function wordAt(text: string, position: number): string {
  return /^(?:[\p{L}\p{N}_]+|[^])/u.exec(text.slice(position, position + 20))?.[0] ?? ''
}

/** Line and column of a position, both from 1. */
export function placeIn(text: string, position: number): { line: number; column: number } {
  const before = text.slice(0, position)
  return { line: before.split('\n').length, column: position - before.lastIndexOf('\n') }
}
