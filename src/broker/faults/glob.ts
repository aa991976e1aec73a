/** Matches whole strings; `*` stands for any characters, `?` for any one. */
export function globMatcher(pattern: string): (text: string) => boolean {
  const source = pattern.replace(/[\\^$.*+?()[\]{}|]/gu, (character) => {
    if (character === '*') return '[^]*'
    return character === '?' ? '[^]' : `\\${character}`
  })
  const expression = new RegExp(`^${source}$`, 'u')
  return (text) => expression.test(text)
}
