import { FrameRecorder } from './harness/frames.ts'
import { Client } from './harness/kafka.ts'
import { memoryOf } from './harness/memory.ts'
import { runCluster } from './harness/running-cluster.ts'
import { SteadyProducer } from './harness/steady-producer.ts'
import { expect, test } from './harness/test.ts'
import { BrowsePage } from './pages/browse-page.ts'

const RATE = 5_000
const SECONDS = 60
/** What came is the clock: after each five seconds' worth memory is looked at. */
const MOMENTS = Array.from({ length: SECONDS / 5 }, (_, index) => (index + 1) * 5 * RATE)
/** Page caches breathe; a leak of a hundred bytes a record would be 20 MB between the first samples and the last. */
const WINDOW_HEAP_MB = 8
const WINDOW_MB = 60
/** Main has the brokers too, whose caches of what was written last fill up to their bound. */
const MAIN_MB = 120
/** A window that does not draw for so long feels stuck. */
const LONGEST_FRAME_MS = 500

test('a minute of 5,000 records a second is followed live in flat memory', async ({ ottla }) => {
  test.setTimeout(150_000)
  const servers = await runCluster(ottla)
  await new Client(servers).createTopic('clicks', 3, 3)
  const browse = new BrowsePage(ottla.page)
  await browse.open('clicks')
  await browse.readFrom('Live')
  await expect(browse.main.getByText('Records appear here as they are produced.')).toBeVisible()
  const frames = await FrameRecorder.start(ottla.page)
  const producer = await SteadyProducer.start(servers, 'clicks', RATE)
  const newest = async () =>
    Number(/"n": (\d+)/u.exec((await browse.cells(1).nth(4).textContent()) ?? '')?.[1] ?? -1)

  const memory: Awaited<ReturnType<typeof memoryOf>>[] = []
  for (const moment of MOMENTS) {
    await expect.poll(() => browse.arrived(), { timeout: 30_000 }).toBeGreaterThanOrEqual(moment)
    memory.push(await memoryOf(ottla))
  }
  const drawn = await frames.stop()
  test.info().annotations.push({ type: 'figures', description: JSON.stringify({ drawn, memory }) })

  const first = memory.slice(0, 4)
  const last = memory.slice(-4)
  const most = (of: typeof memory, figure: keyof (typeof memory)[number]) =>
    Math.max(...of.map((sample) => sample[figure]))
  const growth = (figure: keyof (typeof memory)[number]) => most(last, figure) - most(first, figure)
  expect(growth('windowHeapMb')).toBeLessThan(WINDOW_HEAP_MB)
  expect(growth('windowMb')).toBeLessThan(WINDOW_MB)
  expect(growth('mainMb')).toBeLessThan(MAIN_MB)
  expect(drawn.longestMs).toBeLessThan(LONGEST_FRAME_MS)

  await test.step('the newest is on top, stands still while paused, and is on top again', async () => {
    const sent = producer.sent
    await expect.poll(newest, { timeout: 3_000 }).toBeGreaterThanOrEqual(sent)
    await browse.button('Pause').click()
    await expect(browse.tailRate).toHaveText('Paused')
    const still = await newest()
    const whilePaused = producer.sent
    await expect.poll(() => producer.sent).toBeGreaterThan(whilePaused + RATE)
    expect(await newest()).toBe(still)
    await browse.button('Resume').click()
    await expect.poll(newest, { timeout: 5_000 }).toBeGreaterThanOrEqual(whilePaused + RATE)
  })

  const total = await producer.stop()
  await expect(browse.tailTotals).toContainText(`${total.toLocaleString('en')} arrived`)
  // Records of one millisecond have no order among partitions.
  await expect.poll(newest).toBeGreaterThan(total - RATE / 10)
})
