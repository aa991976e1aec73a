/**
 * The members of a JSON object, each with its value's text as it stands: a 64-bit integer inside keeps its digits,
 * which JSON.parse would round. Of a name that repeats the last counts, as in JSON.parse. Throws SyntaxError.
 */
export function jsonMembers(text: string): Map<string, string> {
  const parsed: unknown = JSON.parse(text)
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new SyntaxError('A line must be one JSON object')
  }
  // From here on the text is known to be well-formed, so only its structure has to be followed.
  const members = new Map<string, string>()
  let position = skipSpace(text, text.indexOf('{') + 1)
  while (text[position] !== '}') {
    const nameEnd = endOfString(text, position)
    const name = JSON.parse(text.slice(position, nameEnd)) as string
    const start = skipSpace(text, text.indexOf(':', nameEnd) + 1)
    const end = endOfValue(text, start)
    members.set(name, text.slice(start, end).trimEnd())
    position = skipSpace(text, end)
    if (text[position] === ',') position = skipSpace(text, position + 1)
  }
  return members
}

/** The elements of a JSON array that is known to be well-formed, each with its text as it stands. */
export function jsonElements(text: string): string[] {
  const elements: string[] = []
  let position = skipSpace(text, text.indexOf('[') + 1)
  while (text[position] !== ']') {
    const end = endOfValue(text, position)
    elements.push(text.slice(position, end).trimEnd())
    position = skipSpace(text, end)
    if (text[position] === ',') position = skipSpace(text, position + 1)
  }
  return elements
}

function skipSpace(text: string, from: number): number {
  let position = from
  while (/\s/u.test(text[position] ?? '')) position++
  return position
}

/** After the closing quote of the string that opens at `from`. */
function endOfString(text: string, from: number): number {
  let position = from + 1
  while (text[position] !== '"') position += text[position] === '\\' ? 2 : 1
  return position + 1
}

/** At the comma or bracket behind the value that begins at `from`. */
function endOfValue(text: string, from: number): number {
  let depth = 0
  let position = from
  for (;;) {
    const character = text[position] ?? ''
    if (character === '"') {
      position = endOfString(text, position)
      continue
    }
    if (depth === 0 && (character === ',' || character === '}' || character === ']' || character === '')) {
      return position
    }
    if (character === '{' || character === '[') depth++
    if (character === '}' || character === ']') depth--
    position++
  }
}
