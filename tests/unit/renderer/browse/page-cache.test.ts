import { expect, test } from 'vitest'
import type { RecordRows } from '../../../../src/shared/ipc/browse.ts'
import { boundsBetween, PageCache } from '../../../../src/renderer/features/browse/page-cache.ts'
import { TailRing, RING_ROWS } from '../../../../src/renderer/features/browse/tail-ring.ts'

/** Rows of partition 0 with descending offsets. */
function rows(from: number, count: number): RecordRows {
  const offset = Float64Array.from({ length: count }, (_, index) => from - index)
  return {
    partition: new Int32Array(count),
    offset,
    timestampMs: new Float64Array(count),
    key: Array.from({ length: count }, () => null),
    value: Array.from(offset, (at) => `value ${at}`),
    keyBytes: new Int32Array(count).fill(-1),
    valueBytes: new Int32Array(count),
    headers: new Int32Array(count),
    flags: new Uint8Array(count),
  }
}

const bound = (start: number, end: number, partition = 0) => ({ partition, start, end })

function filled(pages: number, pageRows: number): PageCache {
  const total = pages * pageRows
  const cache = new PageCache('backward', [bound(0, total)])
  for (let page = 0; page < pages; page++) {
    const end = total - (page + 1) * pageRows
    cache.append(rows(end + pageRows - 1, pageRows), end === 0 ? [] : [bound(0, end)])
  }
  return cache
}

test('a million rows take the memory of a few pages, and any of them can be had again', () => {
  const cache = filled(4_000, 250)
  expect(cache.count).toBe(1_000_000)
  expect(cache.keptRows).toBeLessThanOrEqual(30_000)
  expect(cache.row(999_999)?.offset).toBe(0)
  expect(cache.row(10)).toBeNull()
  const [missing] = cache.missing(0, 40)
  expect(missing).toEqual({ firstRow: 0, bounds: [bound(999_750, 1_000_000)] })
  cache.restore(0, rows(999_999, 250))
  expect(cache.row(10)?.value.text).toBe('value 999989')
})

test('rows that retention took meanwhile leave their place empty instead of moving others', () => {
  const cache = filled(200, 250)
  cache.restore(0, rows(100, 3))
  expect(cache.row(0)).toBeNull()
  expect(cache.count).toBe(50_000)
})

test('what lies between two positions, in either direction', () => {
  expect(boundsBetween([bound(0, 90), bound(5, 9, 1)], [bound(0, 70)], 'backward')).toEqual([
    bound(70, 90),
    bound(5, 9, 1),
  ])
  expect(boundsBetween([bound(10, 90)], [bound(30, 90)], 'forward')).toEqual([bound(10, 30)])
})

test('a tail keeps its newest rows, newest first, and no more than its ring holds', () => {
  const ring = new TailRing()
  for (let chunk = 0; chunk < 100; chunk++) ring.push(rows(chunk, 500))
  expect(ring.count).toBeLessThanOrEqual(RING_ROWS)
  ring.push(rows(7_000, 2))
  expect(ring.row(0)?.offset).toBe(6_999)
  expect(ring.row(1)?.offset).toBe(7_000)
  expect(ring.row(ring.count)).toBeNull()
})
