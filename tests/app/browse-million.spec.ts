import { longTopic } from './harness/long-topic.ts'
import { memoryOf } from './harness/memory.ts'
import { runCluster } from './harness/running-cluster.ts'
import { expect, test } from './harness/test.ts'
import { BrowsePage } from './pages/browse-page.ts'

const RECORDS = 1_000_000
/** Of 60 MB of records only what is near the place in sight is kept, by the window, and by main with the session. */
const WINDOW_HEAP_MB = 60
const MAIN_GROWTH_MB = 250

test('a million records are searched to the last and scrolled through in bounded memory', async ({
  ottla,
}) => {
  test.setTimeout(90_000)
  const servers = await runCluster(ottla)
  await longTopic(servers, { topic: 'orders', partitions: 3, records: RECORDS, rareEvery: 1_000 })
  const browse = new BrowsePage(ottla.page)
  await browse.open('orders')
  await expect(browse.cells(1).nth(4)).toContainText('"id": 999999')
  const before = await memoryOf(ottla)

  await test.step('a search finds every match in the whole range, newest first', async () => {
    await browse.find('"RARE"')
    await expect(browse.end).toHaveText('Whole range read')
    await expect(browse.counts).toContainText('1,000 found in 1,000,000 records')
    await expect(browse.cells(1).nth(4)).toContainText('"id": 999000')
    await expect(browse.cells(2).nth(4)).toContainText('"id": 998000')
    await browse.grid.press('End')
    await expect(browse.cells(1_000).nth(4)).toContainText('"id": 0,')
  })

  await test.step('a search that finds nothing says so after the last record', async () => {
    await browse.find('item-1000000')
    await expect(browse.end).toHaveText('Whole range read')
    await expect(browse.counts).toContainText('0 found in 1,000,000 records')
  })

  await test.step('a search with more matches than anyone looks at rests, and goes on when told', async () => {
    await browse.find('item-')
    await expect(browse.end).toHaveText('Rests until these are seen')
    await expect(browse.counts).toContainText(/^5,\d{3} found in/u)
    await browse.button('Continue').click()
    await expect(browse.counts).toContainText(/^10,\d{3} found in/u)
  })

  await test.step('every record can be scrolled to, in order', async () => {
    await browse.clearSearch()
    await browse.scrollUntil(RECORDS)
    await expect(browse.end).toHaveText('Whole range read')
    await expect(browse.counts).toHaveText('1,000,000 of 1,000,000 offsets loaded')
    await browse.scrollTo(1)
    await expect(browse.cells(RECORDS).nth(4)).toContainText('"id": 0,')
    await browse.scrollTo(0.5)
    await expect(browse.cells(500_000).nth(4)).toContainText('"id": 500000,')
    await browse.scrollTo(0)
    await expect(browse.cells(1).nth(4)).toContainText('"id": 999999')
  })

  const after = await memoryOf(ottla)
  expect(after.windowHeapMb).toBeLessThan(WINDOW_HEAP_MB)
  expect(after.mainMb - before.mainMb).toBeLessThan(MAIN_GROWTH_MB)
  test.info().annotations.push({ type: 'memory', description: JSON.stringify({ before, after }) })
})
