// Browsing in the window: the newest page of a long topic, a search through all of it, scrolling, memory.

import type { Page } from 'playwright'
import { BrowsePage } from '../../app/pages/browse-page.ts'
import { fill, newTopic } from '../_fill.ts'
import { newFolder, removeFolder } from '../_cluster.ts'
import { percentile, print, printHead, repeat } from '../_report.ts'
import { printLoad } from './_load.ts'
import { coverWithPlainList, frameGaps, lists, newestPageMs, removePlainList } from './_in-page.ts'
import type { Window } from './_window.ts'
import { createCluster, openWindow } from './_window.ts'

const RECORDS = Number(process.env['RECORDS'] ?? 10_000_000)
const SCROLLED_RECORDS = 1_000_000
const PARTITIONS = 6
const MB = 1024 * 1024
const FRAME_MS = 1_000 / 60
const ROW_HEIGHT = 26
const SCROLL_ROUNDS = 3
/** A little less than the bar takes to the end of the list. */
const FRAMES = 400

const home = newFolder()
const ottla = await openWindow(home)
const { page } = ottla
const servers = await createCluster(ottla)
await writeTopic('long', RECORDS)
await writeTopic('scrolled', SCROLLED_RECORDS)
const browse = new BrowsePage(page)
const cluster = await clusterId(page)

printHead()
print({
  what: 'newest 100 of the long topic, session call over IPC',
  target: { value: 100, more: 'is worse' },
  unit: 'ms',
  runs: await repeat(9, () => page.evaluate(newestPageMs, { cluster, topic: 'long' })),
})
await browse.open('long')
await browse.cells(1).nth(4).waitFor()
print({
  what: 'newest of the long topic, from the click to drawn rows',
  target: { value: 100, more: 'is worse' },
  unit: 'ms',
  runs: await repeat(9, newestInWindow),
})
print({
  what: 'search of the long topic, nothing found, in the window',
  target: { value: 300_000, more: 'is better' },
  unit: 'rec/s',
  runs: await repeat(3, searchRate),
})
printLoad()
await scrolling()
await memory(ottla)
await ottla.close()
removeFolder(home)

async function writeTopic(topic: string, records: number): Promise<void> {
  const bootstrapPort = Number(servers.split(',')[0]?.split(':')[1])
  const leaders = await newTopic({ bootstrapPort, topic, partitions: PARTITIONS, replicas: 1 })
  const begunMs = Date.now() - records
  await fill({
    topic,
    leaders,
    records,
    record: (id) => ({
      timestamp: begunMs + id,
      key: Buffer.from(String(id)),
      value: Buffer.from(`{"id": ${id}, "name": "item-${id}", "price": ${id % 977}}`),
    }),
  })
}

/** Reads anew by the button a user has for it, and waits until the first row is drawn. */
async function newestInWindow(): Promise<number> {
  return page.evaluate(async () => {
    const grid = document.querySelector('[role=grid]')!
    const button = document.querySelector<HTMLElement>('main [aria-label="Read again"]')!
    const begunMs = performance.now()
    button.click()
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
    do await frame()
    while (Number(grid.getAttribute('aria-rowcount')) > 0 && performance.now() - begunMs < 20)
    while (grid.querySelectorAll('[role=row]').length < 10) await frame()
    return performance.now() - begunMs
  })
}

async function searchRate(): Promise<number> {
  const begunMs = performance.now()
  await browse.find('nowhere to be found')
  await browse.end.filter({ hasText: 'Whole range read' }).waitFor({ timeout: 120_000 })
  await browse.counts.filter({ hasText: `0 found in ${RECORDS.toLocaleString('en')} records` }).waitFor()
  const rate = RECORDS / ((performance.now() - begunMs) / 1_000)
  await browse.clearSearch()
  await browse.cells(1).nth(4).waitFor()
  return rate
}

/**
 * Three ways through a million rows that are all there: line by line, page by page, and pulling the bar. Each beside a
 * list of the same size that has nothing in its rows but a number, as the machine may be the one that is too slow.
 */
async function scrolling(): Promise<void> {
  await browse.main.getByRole('button', { name: 'Topic' }).click()
  await page.getByRole('option', { name: 'scrolled' }).click()
  await browse.cells(1).nth(4).waitFor()
  await browse.scrollUntil(SCROLLED_RECORDS)
  for (const [what, pixels] of [
    ['slowly (one row a frame)', ROW_HEIGHT],
    ['fast (a screen a frame)', 600],
    ['by the bar (1/500 of the list a frame)', null],
  ] as const) {
    const target = { value: 60, more: 'is better' } as const
    const plain: number[] = []
    const records: number[] = []
    const gaps: number[] = []
    for (let round = 0; round < SCROLL_ROUNDS; round++) {
      await page.evaluate(coverWithPlainList, { rows: SCROLLED_RECORDS, rowHeight: ROW_HEIGHT })
      plain.push(rateOf(await page.evaluate(frameGaps, { list: lists.plain, pixels, frames: FRAMES })))
      await page.evaluate(removePlainList)
      await browse.scrollTo(0)
      await browse.cells(1).nth(4).waitFor()
      const found = await page.evaluate(frameGaps, { list: lists.records, pixels, frames: FRAMES })
      records.push(rateOf(found))
      gaps.push(...found)
    }
    const dropped = gaps.reduce((sum, gap) => sum + Math.max(0, Math.round(gap / FRAME_MS) - 1), 0)
    print({ what: `scrolling 1 M rows ${what}`, target, unit: 'fps', runs: records })
    print({ what: '  rows of numbers only, as fast', target: null, unit: 'fps', runs: plain })
    print({
      what: '  records to numbers only',
      target: null,
      unit: '%',
      runs: records.map((rate, round) => (100 * rate) / (plain[round] ?? NaN)),
    })
    print({ what: '  longest 1 % of frames from', target: null, unit: 'ms', runs: [percentile(gaps, 0.99)] })
    print({ what: `  frames dropped of ${gaps.length}`, target: null, unit: '', runs: [dropped] })
  }
  printLoad()
}

function rateOf(gaps: number[]): number {
  return gaps.length / (gaps.reduce((sum, gap) => sum + gap, 0) / 1_000)
}

async function memory({ app, page }: Window): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('HeapProfiler.collectGarbage')
  const { usedSize } = await devtools.send('Runtime.getHeapUsage')
  print({
    what: 'renderer heap after all of this',
    target: { value: 300, more: 'is worse' },
    unit: 'MB',
    runs: [usedSize / MB],
  })
  const processes = await app.evaluate(({ app }) =>
    app.getAppMetrics().map(({ type, name, memory }) => ({ type: name ?? type, kb: memory.workingSetSize })),
  )
  for (const { type, kb } of processes) {
    print({ what: `resident: ${type}`, target: null, unit: 'MB', runs: [kb / 1024] })
  }
}

async function clusterId(page: Page): Promise<string> {
  const answer = await page.evaluate(() =>
    window.ottla.ask({ kind: 'call', name: 'clusters.list', input: undefined }),
  )
  return (answer as { value: { id: string }[] }).value[0]?.id ?? ''
}
