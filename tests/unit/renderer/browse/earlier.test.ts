import { describe, expect, it } from 'vitest'
import {
  boundsBefore,
  joinedBounds,
  joinedProgress,
  rowsInOrder,
} from '../../../../src/renderer/features/browse/earlier.ts'
import type { Row, RowSource } from '../../../../src/renderer/features/browse/rows.ts'
import { TailRing } from '../../../../src/renderer/features/browse/tail-ring.ts'
import type { RecordRows } from '../../../../src/shared/ipc/browse.ts'

describe('what lies before a chosen beginning', () => {
  const range = {
    partitions: [
      { partition: 0, logStart: 10, logEnd: 100 },
      { partition: 1, logStart: 0, logEnd: 20 },
      { partition: 2, logStart: 5, logEnd: 50 },
    ],
    leaderless: [],
    bounds: [
      { partition: 0, start: 40, end: 100 },
      { partition: 2, start: 5, end: 50 },
    ],
    direction: 'forward' as const,
  }

  it('is the part of each partition up to it, and all of one that is older as a whole', () => {
    expect(boundsBefore(range, null)).toEqual([
      { partition: 0, start: 10, end: 40 },
      { partition: 1, start: 0, end: 20 },
    ])
  })

  it('is of the chosen partitions only', () => {
    expect(boundsBefore(range, [0, 2])).toEqual([{ partition: 0, start: 10, end: 40 }])
  })

  it('is one with what was read from there on, for an export', () => {
    const earlier = [
      { partition: 0, start: 30, end: 40 },
      { partition: 1, start: 0, end: 20 },
    ]
    const later = [
      { partition: 0, start: 40, end: 60 },
      { partition: 2, start: 5, end: 9 },
    ]
    expect(joinedBounds(earlier, later)).toEqual([
      { partition: 0, start: 30, end: 60 },
      { partition: 1, start: 0, end: 20 },
      { partition: 2, start: 5, end: 9 },
    ])
  })
})

describe('rows in order', () => {
  const asked: string[] = []
  const source = (name: string, offsets: number[]): RowSource => ({
    count: offsets.length,
    row: (index) => ({ offset: offsets[index] }) as Row,
    show: (from, to) => void asked.push(`${name} ${from}-${to}`),
  })
  const rows = rowsInOrder(source('backward', [39, 38, 37]), source('forward', [40, 41, 42, 43]))

  it('are those before, oldest first, and then those from the beginning on', () => {
    const offsets = Array.from({ length: rows.count }, (_, index) => rows.row(index)?.offset)
    expect(offsets).toEqual([37, 38, 39, 40, 41, 42, 43])
  })

  it('are asked for where they are in sight', () => {
    rows.show(0, 2)
    rows.show(2, 5)
    rows.show(3, 7)
    expect(asked).toEqual(['backward 1-3', 'backward 0-1', 'forward 0-2', 'forward 0-4'])
  })
})

it('what a paused tail held goes on top of what it showed, in the order it came', () => {
  const chunk = (...offsets: number[]): RecordRows => ({
    partition: Int32Array.from(offsets, () => 0),
    offset: Float64Array.from(offsets),
    timestampMs: Float64Array.from(offsets),
    key: offsets.map(() => null),
    value: offsets.map(String),
    keyBytes: Int32Array.from(offsets, () => -1),
    valueBytes: Int32Array.from(offsets, () => 1),
    headers: Int32Array.from(offsets, () => 0),
    flags: Uint8Array.from(offsets, () => 0),
  })
  const [shown, held] = [new TailRing(), new TailRing()]
  shown.push(chunk(0, 1))
  held.push(chunk(2, 3))
  held.push(chunk(4))
  shown.takeFrom(held)
  expect(Array.from({ length: shown.count }, (_, index) => shown.row(index)?.offset)).toEqual([4, 3, 2, 1, 0])
  expect(held.count).toBe(0)
})

describe('how far two readings of one list are', () => {
  const forward = {
    scanned: 10,
    matched: 10,
    skipped: 1,
    done: 11,
    total: 60,
    bytes: 1_000,
    elapsedMs: 20,
    newestMs: 900,
    oldestMs: 500,
  }
  const backward = { ...forward, scanned: 40, total: 40, newestMs: 499, oldestMs: 100 }

  it('is told as one: sums, and the newest and the oldest of both', () => {
    expect(joinedProgress(backward, forward)).toEqual({
      scanned: 50,
      matched: 20,
      skipped: 2,
      done: 22,
      total: 100,
      bytes: 2_000,
      elapsedMs: 40,
      newestMs: 900,
      oldestMs: 100,
    })
  })

  it('is that of the one there is, and no time where neither looked at a record', () => {
    const nothing = { ...forward, newestMs: null, oldestMs: null }
    expect(joinedProgress(null, forward)).toEqual(forward)
    expect(joinedProgress(null, null)).toBeNull()
    expect(joinedProgress(nothing, nothing)).toMatchObject({ newestMs: null, oldestMs: null })
  })
})
