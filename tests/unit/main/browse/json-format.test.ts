import { expect, test } from 'vitest'
import { formatJson } from '../../../../src/main/sessions/browse/json-format.ts'

function formatted(text: string): string {
  const result = formatJson(Buffer.from(text))
  return result.ok ? Buffer.from(result.text).toString() : `${result.reason} @${result.position}`
}

test('keeps every digit of a number and every escape of a string', () => {
  const text = '{"id":9223372036854775807,"big":1e400,"x":0.10,"s":"a\\u0041\\n","n":null}'
  expect(formatted(text)).toBe(
    '{\n  "id": 9223372036854775807,\n  "big": 1e400,\n  "x": 0.10,\n  "s": "a\\u0041\\n",\n  "n": null\n}',
  )
})

test('lays nested values out as JSON.stringify does', () => {
  const value = { a: [1, [], {}, { b: [true, false, null] }], c: 'x', 한: '글', '': [[[]]] }
  expect(formatted(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2))
  expect(formatted(JSON.stringify(value, null, 7))).toBe(JSON.stringify(value, null, 2))
})

test.each([
  ['{"a":1', 'Expected "," or "}", found the end. @6'],
  ['[1 2]', 'Expected "," or "]", found "2". @3'],
  ['{a:1}', 'Expected a name in quotes, found "a". @1'],
  ['[01]', 'Expected a value, found "0". @1'],
  ['"abc', 'Expected the end of a string, found the end. @4'],
  ['1 x', 'Expected the end, found "x". @2'],
  ['', 'Expected a value, found the end. @0'],
])('says why %s is no JSON, and where', (text, why) => {
  expect(formatted(text)).toBe(why)
})

test('is not led into the depths', () => {
  expect(formatted('['.repeat(100_000))).toMatch(/^It is nested deeper than/u)
})

test('says that bytes are no text', () => {
  expect(formatJson(Uint8Array.of(0x22, 0xff, 0x22))).toMatchObject({ ok: false, reason: 'It is not UTF-8.' })
})
