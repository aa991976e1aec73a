import { describe, expect, it } from 'vitest'
import { jsonElements, jsonMembers } from '../../../../src/main/sessions/produce/json-members.ts'
import { expand } from '../../../../src/main/sessions/produce/placeholders.ts'
import { Partitioner } from '../../../../src/main/sessions/produce/partitioner.ts'
import { recordOfLine } from '../../../../src/main/sessions/produce/record-line.ts'

describe('a line of NDJSON', () => {
  it('keeps text, null and JSON apart, and every digit', () => {
    const record = recordOfLine('{"key":"k","value":{"id": 9007199254740993, "s":"}, ]"},"partition":3}')
    expect(record.key?.toString()).toBe('k')
    expect(record.value?.toString()).toBe('{"id": 9007199254740993, "s":"}, ]"}')
    expect(record.partition).toBe(3)
    expect(recordOfLine('{"value":null}')).toEqual({ key: null, value: null, headers: [], partition: null })
    expect(recordOfLine('{"value":""}').value).toEqual(Buffer.alloc(0))
    expect(recordOfLine('{"value": -1.50 }').value?.toString()).toBe('-1.50')
  })

  it('has bytes as base64 or hex, and headers that repeat', () => {
    expect(recordOfLine('{"value":{"base64":"AP8="}}').value).toEqual(Buffer.from([0, 255]))
    expect(recordOfLine('{"value":{"hex":"00ff"}}').value).toEqual(Buffer.from([0, 255]))
    const listed = recordOfLine('{"headers":[["a","1"],["a",null],{"name":"b","value":{"base64":""}}]}')
    expect(listed.headers).toEqual([
      { name: 'a', value: Buffer.from('1') },
      { name: 'a', value: null },
      { name: 'b', value: Buffer.alloc(0) },
    ])
    expect(recordOfLine('{"headers":{"a":"1","a":"2"}}').headers).toEqual([
      { name: 'a', value: Buffer.from('2') },
    ])
  })

  it.each([
    ['[1]', /one JSON object/u],
    ['{"key": "cut', /JSON/u],
    ['{"valeu": 1}', /"valeu" is not known/u],
    ['{"partition": -1}', /partition must be/u],
    ['{"value":{"base64":"%"}}', /whole bytes/u],
    ['{"headers": 7}', /headers must be/u],
    ['{"headers": [["a"], 7]}', /a header must be/u],
  ])('that is none, as %s, says why', (line, words) => {
    expect(() => recordOfLine(line)).toThrow(words)
  })
})

it('JSON is taken apart without being changed', () => {
  expect([...jsonMembers(' { "a\\"b" : [1, {"x":"]"}] , "c":1e400 } ')]).toEqual([
    ['a"b', '[1, {"x":"]"}]'],
    ['c', '1e400'],
  ])
  expect(jsonElements('[ [1,2] , "a,b" ,{} ]')).toEqual(['[1,2]', '"a,b"', '{}'])
  expect(jsonElements('[]')).toEqual([])
})

it('placeholders stand for another value in each record, in text only', () => {
  const field = { as: 'text', text: '{{index}}/{{index}}' } as const
  const record = { key: field, value: { as: 'hex', hex: '00' } as const, headers: [], partition: null }
  expect(expand(record, 7)).toEqual({ ...record, key: { as: 'text', text: '7/7' } })
  const uuids = expand({ ...record, key: { as: 'text', text: '{{uuid}} {{uuid}}' } }, 0).key
  expect(new Set((uuids as { text: string }).text.split(' ')).size).toBe(2)
})

it('records without a key go around, or stick, among partitions that have a leader', () => {
  const around = new Partitioner('round-robin', 0)
  expect(Array.from({ length: 4 }, () => around.choose(null, 5, [1, 3]))).toEqual([1, 3, 1, 3])
  const sticky = new Partitioner('sticky', 0)
  expect(new Set(Array.from({ length: 500 }, () => sticky.choose(null, 5, [1, 3])))).toEqual(new Set([1]))
  expect(sticky.choose(null, 5, [1, 3])).toBe(3)
  expect(around.choose(Buffer.alloc(0), 5, [1])).toBe(
    new Partitioner('sticky').choose(Buffer.alloc(0), 5, []),
  )
})
