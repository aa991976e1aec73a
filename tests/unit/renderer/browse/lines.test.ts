import { expect, test } from 'vitest'
import { hexLine } from '../../../../src/renderer/features/browse/hex.ts'
import { hitsOf, piecesOf } from '../../../../src/renderer/features/browse/highlight.ts'
import { foldable, linesOf, tokensOf } from '../../../../src/renderer/features/browse/lines.ts'
import { emptySearch } from '../../../../src/renderer/features/browse/view.ts'

const all = (text: string) => {
  const lines = linesOf(text)
  return Array.from({ length: lines.count }, (_, index) => lines.line(index))
}

test('lines are the text, and a very long one is cut into several', () => {
  expect(all('a\n\nb')).toEqual(['a', '', 'b'])
  expect(all('')).toEqual([''])
  expect(all('x'.repeat(1_000)).map(({ length }) => length)).toEqual([400, 400, 200])
  expect(all(`${'x'.repeat(400)}\ny`)).toEqual(['x'.repeat(400), 'y'])
})

test('a folded bracket hides what is inside it, up to its end', () => {
  const lines = linesOf(JSON.stringify({ a: { b: 1, c: [2] }, d: 3 }, null, 2))
  const shown = (folded: number[]) =>
    foldable(lines, new Set(folded))?.map((index) => lines.line(index).trim())
  expect(shown([])).toBeUndefined()
  expect(shown([1])).toEqual(['{', '"a": {', '},', '"d": 3', '}'])
  expect(shown([0])).toEqual(['{', '}'])
})

test('tokens are the line again, with names told from strings', () => {
  const line = '  "id": -12.5e3, "s": "a \\" b", true'
  const tokens = tokensOf(line)
  expect(tokens.map(({ text }) => text).join('')).toBe(line)
  expect(tokens.filter(({ kind }) => kind === 'name').map(({ text }) => text)).toEqual(['"id"', '"s"'])
  expect(tokens.find(({ kind }) => kind === 'number')?.text).toBe('-12.5e3')
})

test('a hit far inside a value is brought into sight', () => {
  const pieces = piecesOf(`${'.'.repeat(900)}Needle`, hitsOf({ ...emptySearch(), text: 'needle' }))
  expect(pieces[0]?.text.startsWith('…')).toBe(true)
  expect(pieces.find(({ isHit }) => isHit)?.text).toBe('Needle')
})

test('an expression that is none marks nothing', () => {
  expect(hitsOf({ ...emptySearch(), text: '(', regex: true })).toBeNull()
})

test('bytes are shown with their place and what of them can be read', () => {
  const bytes = Uint8Array.from([0x4f, 0x6b, 0, 0xff])
  expect(hexLine(bytes, 0)).toMatchObject({ at: '00000000', text: 'Ok··' })
  expect(hexLine(bytes, 0).hex.trim()).toBe('4f 6b 00 ff')
})
