import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { LagStore } from '../../../../src/main/sessions/groups/lag-store.ts'
import { PaceTracker } from '../../../../src/main/sessions/groups/pace.ts'
import { WaitingSince } from '../../../../src/main/sessions/groups/waiting-since.ts'

const P = { topic: 't', partition: 0 }
const DAY_MS = 24 * 60 * 60_000

function storeFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ottla-lags-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'deeper', 'lags.db')
}

const lags = (entries: Record<string, number | null>) => new Map(Object.entries(entries))

test('rates, time lag and time to zero come from what was seen', () => {
  const pace = new PaceTracker()
  expect(pace.look(P, 100, 100, 0)).toEqual({
    consumedPerSecond: null,
    producedPerSecond: null,
    timeLagMs: 0,
    etaMs: 0,
  })
  expect(pace.look(P, 100, 140, 2_000)).toEqual({
    consumedPerSecond: 0,
    producedPerSecond: 20,
    timeLagMs: 2_000,
    etaMs: null,
  })
  expect(pace.look(P, 180, 200, 4_000)).toMatchObject({ consumedPerSecond: 20, producedPerSecond: 25 })
  // The group is where the log ended at two seconds.
  expect(pace.look(P, 200, 210, 10_000)).toMatchObject({ timeLagMs: 6_000, consumedPerSecond: 10 })
})

test('a group that was behind from the first look on has been so for longer than is known', () => {
  expect(new PaceTracker().look(P, 5, 100, 0)).toMatchObject({ timeLagMs: null })
})

test('a reset says nothing about the rate', () => {
  const pace = new PaceTracker()
  pace.look(P, 100, 100, 0)
  expect(pace.look(P, 0, 100, 5_000)).toMatchObject({ consumedPerSecond: null, etaMs: null })
})

test('so does one forward, when it is told', () => {
  const pace = new PaceTracker()
  pace.look(P, 0, 100, 0)
  pace.forget()
  expect(pace.look(P, 100, 100, 5_000)).toMatchObject({ consumedPerSecond: null, etaMs: 0 })
})

test('where nobody saw the log end where the group is, its next record tells since when it waits', async () => {
  const read: number[] = []
  const answers: ((sinceMs: number | null) => void)[] = []
  const waiting = new WaitingSince(({ offset }) => {
    read.push(offset)
    return new Promise((resolve) => answers.push(resolve))
  })
  const answer = async (sinceMs: number | null) => {
    answers.shift()?.(sinceMs)
    await Promise.resolve()
  }
  expect(waiting.of(P, 5, 10_000)).toBeNull()
  await answer(2_000)
  expect(waiting.of(P, 5, 60_000)).toBe(2_000)
  // It moved: what is known stays until the other record is read, and for some seconds nothing is read at all.
  expect(waiting.of(P, 9, 14_000)).toBe(2_000)
  expect(waiting.of(P, 12, 15_000)).toBe(2_000)
  await answer(3_000)
  expect(waiting.of(P, 12, 16_000)).toBe(3_000)
  expect(read).toEqual([5, 12])
  // Compacted away: then nobody knows.
  expect(waiting.of(P, 20, 30_000)).toBe(3_000)
  await answer(null)
  expect(waiting.of(P, 20, 31_000)).toBeNull()
})

test('a lag is kept where it changes, across openings, with a gap between them', () => {
  const file = storeFile()
  const first = LagStore.open(file)
  for (const [atMs, lag] of [
    [1_000, 5],
    [6_000, 5],
    [11_000, 7],
  ] as const)
    first.add(atMs, lags({ g: lag }))
  first.close()
  const second = LagStore.open(file)
  second.add(60_000, lags({ g: 7, other: 1 }))
  expect(second.history('g', 0)).toEqual([
    { atMs: 999, lag: null },
    { atMs: 1_000, lag: 5 },
    { atMs: 11_000, lag: 7 },
    { atMs: 59_999, lag: null },
    { atMs: 60_000, lag: 7 },
  ])
  // What held at the beginning of the span is part of it.
  expect(second.history('g', 20_000)[0]).toEqual({ atMs: 11_000, lag: 7 })
  second.close()
})

test('a cluster made again under the same name begins without the lags of the one before', () => {
  const file = storeFile()
  const first = LagStore.open(file)
  first.claim('cluster-a')
  first.add(1_000, lags({ g: 5 }))
  first.close()
  const again = LagStore.open(file)
  again.claim('cluster-a')
  expect(again.history('g', 0)).toContainEqual({ atMs: 1_000, lag: 5 })
  again.claim('cluster-b')
  expect(again.history('g', 0)).toEqual([])
  again.add(2_000, lags({ g: 5 }))
  expect(again.history('g', 0)).toContainEqual({ atMs: 2_000, lag: 5 })
  again.close()
})

test('after a day a lag is forgotten', () => {
  const store = LagStore.open(storeFile())
  store.add(0, lags({ g: 1 }))
  for (let look = 1; look <= 720; look++) store.add(DAY_MS + look, lags({ g: look }))
  expect(store.history('g', 0)[0]?.atMs).toBeGreaterThan(0)
  store.close()
})

test('a file that is no database is begun anew', () => {
  const file = storeFile()
  LagStore.open(file).close()
  writeFileSync(file, 'not a database at all'.repeat(100))
  const store = LagStore.open(file)
  store.add(1, lags({ g: 1 }))
  expect(store.history('g', 0)).toHaveLength(2)
  store.close()
})
