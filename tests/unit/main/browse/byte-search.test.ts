import { expect, test } from 'vitest'
import { ByteSearch } from '../../../../src/main/sessions/browse/byte-search.ts'

const index = (text: string, needle: string, matchCase = false) => {
  const bytes = Buffer.from(text)
  return new ByteSearch(needle, matchCase).indexIn(bytes, 0, bytes.length)
}

test('finds text whatever its case, unless case matters', () => {
  expect(index('the Quick fox', 'qUICK')).toBe(4)
  expect(index('the Quick fox', 'quick', true)).toBe(-1)
  expect(index('the Quick fox', 'Quick', true)).toBe(4)
})

test('agrees with a plain search on many texts', () => {
  const letters = 'abAB'
  const text = (seed: number, length: number) =>
    Array.from({ length }, (_, at) => letters[(seed * 31 + at * at * 7 + (seed >> (at % 7))) % 4]).join('')
  for (let seed = 0; seed < 2_000; seed++) {
    const hay = text(seed, 40)
    const needle = text(seed * 13 + 5, 1 + (seed % 5))
    expect(index(hay, needle)).toBe(hay.toLowerCase().indexOf(needle.toLowerCase()))
    expect(index(hay, needle, true)).toBe(hay.indexOf(needle))
  }
})

test('looks between its bounds only', () => {
  const bytes = Buffer.from('needle needle')
  const search = new ByteSearch('needle', false)
  expect(search.indexIn(bytes, 1, bytes.length)).toBe(7)
  expect(search.indexIn(bytes, 1, 12)).toBe(-1)
})

test('finds letters beyond ASCII by their bytes', () => {
  expect(index('값은 서울', '서울')).toBe(7)
})
