/** No line on the screen is longer: one of a megabyte would take a second to lay out. */
const LONGEST_LINE = 400

/** A long text as lines, which are cut from it only when they are drawn. */
export interface Lines {
  count: number
  line: (index: number) => string
}

export function linesOf(text: string): Lines {
  const starts: number[] = []
  let at = 0
  while (at <= text.length) {
    const feed = text.indexOf('\n', at)
    const end = feed < 0 ? text.length : feed
    for (let from = at; from === at || from < end; from += LONGEST_LINE) starts.push(from)
    at = end + 1
  }
  return {
    count: starts.length,
    line: (index) => {
      const start = starts[index] ?? text.length
      const next = starts[index + 1] ?? text.length
      const part = text.slice(start, next)
      return part.endsWith('\n') ? part.slice(0, -1) : part
    },
  }
}

/** Lines of laid-out JSON, of which those inside folded brackets are left out. */
export function foldable(lines: Lines, folded: ReadonlySet<number>): number[] | null {
  if (folded.size === 0) return null
  const visible: number[] = []
  for (let index = 0; index < lines.count; index++) {
    visible.push(index)
    if (folded.has(index)) index = closingOf(lines, index)
  }
  return visible
}

/** The last line inside the bracket that `index` opens. */
function closingOf(lines: Lines, index: number): number {
  const indent = indentOf(lines.line(index))
  let inside = index + 1
  while (inside < lines.count) {
    const line = lines.line(inside)
    if (indentOf(line) === indent && /^\s*[}\]]/u.test(line)) return inside - 1
    inside++
  }
  return inside - 1
}

export function opensBracket(line: string): boolean {
  return line.endsWith('{') || line.endsWith('[')
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length
}

export interface Token {
  text: string
  kind: 'name' | 'string' | 'number' | 'word' | 'sign'
}

const TOKENS = /("(?:[^"\\]|\\.)*"?)(\s*:)?|(-?\d[\d.eE+-]*)|(true|false|null)|([^"\d\w-]+|.)/gu

export function tokensOf(line: string): Token[] {
  return [...line.matchAll(TOKENS)].flatMap(([all, string, colon, number, word]): Token[] => {
    if (string !== undefined && colon !== undefined) {
      return [
        { text: string, kind: 'name' },
        { text: colon, kind: 'sign' },
      ]
    }
    if (string !== undefined) return [{ text: string, kind: 'string' }]
    if (number !== undefined) return [{ text: number, kind: 'number' }]
    if (word !== undefined) return [{ text: word, kind: 'word' }]
    return [{ text: all, kind: 'sign' }]
  })
}
