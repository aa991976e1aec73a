import { beforeEach, expect, test } from 'vitest'
import { hitsOf } from '../../../../src/renderer/features/browse/highlight.ts'
import type { LineLook } from '../../../../src/renderer/features/browse/record-line.ts'
import { RecordLines } from '../../../../src/renderer/features/browse/record-lines.ts'
import type { Field, Row } from '../../../../src/renderer/features/browse/rows.ts'
import { emptySearch } from '../../../../src/renderer/features/browse/view.ts'

const look: LineLook = {
  columns: '92px 1fr',
  narrow: false,
  hits: null,
  words: {
    count: (value) => value.toLocaleString('en'),
    bytes: (value) => `${value} B`,
    nullSign: 'null',
    empty: 'empty',
    hex: 'hex',
    undecodable: (records) => `${records} can’t be decoded:`,
    warning: () => document.createElement('svg'),
  },
  now: new Date(),
}

let group: HTMLElement
let lines: RecordLines

beforeEach(() => {
  group = document.createElement('div')
  lines = new RecordLines(group)
})

function fieldOf(text: string | null, more: Partial<Field> = {}): Field {
  return { text, bytes: text?.length ?? 0, isBinary: false, isCut: false, ...more }
}

function rowOf(offset: number, more: Partial<Row> = {}): Row {
  return {
    partition: 0,
    offset,
    timestampMs: 1_700_000_000_000 + offset,
    key: fieldOf(`key-${offset}`),
    value: fieldOf(`value-${offset}`),
    headers: 0,
    brokenRecords: null,
    ...more,
  }
}

interface Asked {
  row?: (index: number) => Row | null
  chosen?: number | null
  look?: LineLook
}

function draw(from: number, to: number, asked: Asked = {}): void {
  lines.draw({ from, to, row: rowOf, look, chosen: null, idOf: (index) => `line-${index}`, ...asked })
}

const elements = () => [...group.children] as HTMLElement[]
const cellsOf = (line: Element | undefined) =>
  [...(line?.querySelectorAll('[role=gridcell]') ?? [])].map(({ textContent }) => textContent)
const keys = () => elements().map((line) => cellsOf(line)[3])
const indices = () => elements().map((line) => Number(line.getAttribute('aria-rowindex')))

test('every row in sight has a line with its number and all its cells', () => {
  draw(1_000, 1_003)
  expect(indices()).toEqual([1_001, 1_002, 1_003])
  expect(cellsOf(elements()[1]).slice(1)).toEqual(['0', '1,001', 'key-1001', 'value-1001', '', '10 B'])
})

test('a list that moves by some rows keeps the lines of those that stay, in order', () => {
  draw(10, 20)
  const before = elements()
  draw(13, 23)
  expect(elements().slice(0, 7)).toEqual(before.slice(3))
  expect(elements().slice(7)).toEqual(before.slice(0, 3))
  expect(indices()).toEqual([14, 15, 16, 17, 18, 19, 20, 21, 22, 23])
  draw(12, 22)
  expect(elements()).toEqual([before[2], ...before.slice(3), ...before.slice(0, 2)])
  expect(keys()).toEqual(Array.from({ length: 10 }, (_, slot) => `key-${12 + slot}`))
})

test('a list that moves by a screen has the same lines in the same places, with other records', () => {
  draw(0, 10)
  const before = elements()
  draw(500, 510)
  expect(elements()).toEqual(before)
  expect(keys()).toEqual(Array.from({ length: 10 }, (_, slot) => `key-${500 + slot}`))
})

test('records that move on because others came before them keep their lines', () => {
  draw(0, 6)
  const before = elements()
  draw(0, 6, { row: (index) => rowOf(index - 2) })
  expect(elements()).toEqual([...before.slice(4), ...before.slice(0, 4)])
  expect(keys()).toEqual(['key--2', 'key--1', 'key-0', 'key-1', 'key-2', 'key-3'])
  expect(indices()).toEqual([1, 2, 3, 4, 5, 6])
})

test('fewer lines are drawn when fewer rows are in sight, and as many again afterwards', () => {
  draw(0, 8)
  draw(0, 3)
  expect(indices()).toEqual([1, 2, 3])
  draw(2, 9)
  expect(keys()).toEqual([2, 3, 4, 5, 6, 7, 8].map((offset) => `key-${offset}`))
  draw(0, 0)
  expect(elements()).toEqual([])
})

test('another list begins with none of the records of the one before', () => {
  draw(0, 3)
  draw(0, 0)
  draw(0, 3, { row: (index) => rowOf(index, { value: fieldOf('of another topic') }) })
  expect(elements().map((line) => cellsOf(line)[4])).toEqual(Array(3).fill('of another topic'))
})

test('a row whose record is being fetched is busy, and says nothing of the record before', () => {
  draw(0, 2)
  draw(400, 402, { row: () => null })
  expect(elements().map((line) => line.getAttribute('aria-busy'))).toEqual(['true', 'true'])
  expect(indices()).toEqual([401, 402])
  draw(400, 402)
  expect(elements().map((line) => line.hasAttribute('aria-busy'))).toEqual([false, false])
  expect(keys()).toEqual(['key-400', 'key-401'])
})

test('a record that comes back is shown with the look of now, not with the one it left with', () => {
  draw(0, 1)
  const narrow = { ...look, narrow: true }
  draw(0, 1, { row: () => null, look: narrow })
  draw(0, 1, { look: narrow })
  expect(cellsOf(elements()[0])).toHaveLength(5)
  draw(0, 1)
  expect(cellsOf(elements()[0])).toHaveLength(7)
})

test('null, empty and binary are told from text', () => {
  const kinds = [fieldOf(null), fieldOf(''), fieldOf('00 ff', { isBinary: true }), fieldOf('null')]
  const valueAt = (index: number) => rowOf(index, { value: kinds[index % kinds.length] ?? fieldOf(null) })
  draw(0, 4, { row: valueAt })
  const values = () => elements().map((line) => cellsOf(line)[4])
  expect(values()).toEqual(['null', '∅ empty', 'hex00 ff', 'null'])
  const signs = () => elements().map((line) => line.children[4]?.children.length)
  expect(signs()).toEqual([1, 0, 1, 0])
  // The same lines, each with what another one said before.
  draw(101, 105, { row: valueAt })
  expect(values()).toEqual(['∅ empty', 'hex00 ff', 'null', 'null'])
  expect(signs()).toEqual([0, 1, 0, 1])
})

test('what was searched for is marked, and no longer when it is not', () => {
  const hits = hitsOf({ ...emptySearch(), text: 'ALUE' })
  const marks = () => [...group.querySelectorAll('mark')].map(({ textContent }) => textContent)
  draw(0, 2, { look: { ...look, hits } })
  expect(marks()).toEqual(['alue', 'alue'])
  expect(keys()).toEqual(['key-0', 'key-1'])
  expect(cellsOf(elements()[0])[4]).toBe('value-0')
  draw(0, 2)
  expect(marks()).toEqual([])
  expect(cellsOf(elements()[0])[4]).toBe('value-0')
})

test('records that cannot be decoded say why, with a sign before it', () => {
  const broken = rowOf(1, { brokenRecords: 3, value: fieldOf('CRC does not match') })
  draw(0, 3, { row: (index) => (index === 1 ? broken : rowOf(index)) })
  expect(cellsOf(elements()[1]).slice(2)).toEqual(['1', '3 can’t be decoded: CRC does not match'])
  expect(group.querySelectorAll('svg')).toHaveLength(1)
  draw(500, 503)
  expect(cellsOf(elements()[1]).slice(3)).toEqual(['key-501', 'value-501', '', '9 B'])
})

test('the chosen line alone is selected and can be pointed at, wherever it moves to', () => {
  const selected = () =>
    elements().flatMap((line) => (line.getAttribute('aria-selected') === 'true' ? [line.id] : []))
  const named = () => elements().filter((line) => line.hasAttribute('id')).length
  draw(0, 5, { chosen: 2 })
  expect(selected()).toEqual(['line-2'])
  draw(1, 6, { chosen: 2 })
  expect(selected()).toEqual(['line-2'])
  expect(indices().indexOf(3)).toBe(1)
  draw(0, 5, { chosen: 3, row: (index) => rowOf(index - 1) })
  expect(selected()).toEqual(['line-3'])
  draw(20, 25, { chosen: 3 })
  expect(selected()).toEqual([])
  expect(named()).toBe(0)
})
