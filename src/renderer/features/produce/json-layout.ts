/** JSON laid out over lines. Only white space changes: long numbers, the order of members and repeated names stay. */
export function reindented(source: string): string {
  const tokens = source.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/gu) ?? []
  let depth = 0
  let out = ''
  for (const [index, token] of tokens.entries()) {
    const next = tokens[index + 1]
    const line = () => `\n${'  '.repeat(depth)}`
    if (token === '{' || token === '[') {
      depth++
      out += next === '}' || next === ']' ? token : token + line()
    } else if (token === '}' || token === ']') {
      depth--
      const before = tokens[index - 1]
      out += before === '{' || before === '[' ? token : line() + token
    } else if (token === ',') out += token + line()
    else out += token === ':' ? ': ' : token
  }
  return out
}
