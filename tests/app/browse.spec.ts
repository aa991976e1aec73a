import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from './harness/kafka.ts'
import type { Ottla } from './harness/ottla.ts'
import { expect, test } from './harness/test.ts'
import { BrowsePage } from './pages/browse-page.ts'

/** A cluster with one topic, and its first page of records in view. */
async function openTopic(ottla: Ottla, topic: string, values: readonly string[], partitions = 3) {
  await ottla.create.submit.click()
  await expect(ottla.overview.state).toHaveText('Running')
  const client = new Client(await ottla.overview.servers())
  await client.createTopic(topic, partitions, 3)
  await client.produce(topic, values)
  const browse = new BrowsePage(ottla.page)
  await browse.open(topic)
  await expect(browse.cells(1)).toHaveCount(7)
  return { browse, client }
}

const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) => `{"id": 9007199254740993, "n": ${index}, "city": "Busan"}`)

test('records are read newest first, searched, opened with exact numbers and produced again', async ({
  ottla,
}) => {
  const { browse } = await openTopic(ottla, 'orders', numbered(500), 1)
  await expect(browse.cells(1).nth(2)).toHaveText('499')
  await expect(browse.cells(2).nth(2)).toHaveText('498')

  await browse.readFrom('Oldest')
  await expect(browse.cells(1).nth(2)).toHaveText('0')
  await browse.readFrom('Newest')

  await browse.find('"N": 123')
  await expect(browse.end).toHaveText('Whole range read')
  await expect(browse.counts).toContainText('1 found in 500 records')
  await expect(browse.range).toContainText('back to')
  await expect(browse.cells(1).nth(2)).toHaveText('123')

  await browse.cells(1).nth(4).click()
  await expect(browse.part('Value')).toContainText('"id": 9007199254740993')
  await expect(browse.part('Key')).toContainText('"n": 123')
  await browse.part('Value').getByRole('button', { name: 'Hex' }).click()
  await expect(browse.part('Value')).toContainText('00000000')
  await browse.record.getByRole('button', { name: 'Copy as JSON' }).click()
  await expect.poll(() => ottla.clipboardText()).toContain('"offset": 123')

  await browse.record.getByRole('button', { name: 'Produce again' }).click()
  await expect(browse.record.getByRole('status')).toHaveText('Appended to partition 0 at offset 500')
})

test('the keyboard goes from record to record, and the page from there', async ({ ottla }) => {
  const { browse } = await openTopic(ottla, 'orders', numbered(300), 1)
  await browse.grid.focus()
  await ottla.page.keyboard.press('ArrowDown')
  await ottla.page.keyboard.press('Enter')
  await expect(browse.record.getByRole('heading', { level: 2 })).toHaveText('Partition 0 · offset 299')
  await browse.grid.focus()
  await ottla.page.keyboard.press('ArrowDown')
  await expect(browse.record.getByRole('heading', { level: 2 })).toHaveText('Partition 0 · offset 298')
  await ottla.page.keyboard.press('End')
  await expect(browse.record.getByRole('heading', { level: 2 })).toHaveText('Partition 0 · offset 0')
  await browse.record.getByRole('button', { name: 'Previous record' }).click()
  await expect(browse.record.getByRole('heading', { level: 2 })).toHaveText('Partition 0 · offset 1')
  await browse.grid.focus()
  await ottla.page.keyboard.press('Escape')
  await expect(browse.record).toBeHidden()
})

test('records appear live, and stand still while paused', async ({ ottla }) => {
  const { browse, client } = await openTopic(ottla, 'orders', ['before'])
  await browse.readFrom('Live')
  await expect(browse.main.getByText('Records appear here as they are produced.')).toBeVisible()
  await client.produce('orders', ['after'])
  await expect(browse.cells(1).nth(4)).toHaveText('after')
  await browse.main.getByRole('button', { name: 'Pause' }).click()
  await client.produce('orders', ['while paused'])
  await expect(browse.main.getByTestId('tail-rate')).toHaveText('Paused')
  await expect(browse.cells(1).nth(4)).toHaveText('after')
  await browse.main.getByRole('button', { name: 'Resume' }).click()
  await expect(browse.cells(1).nth(4)).toHaveText('while paused')
})

test('the whole range is exported, and a dismissed dialog exports nothing', async ({ ottla }) => {
  const { browse } = await openTopic(ottla, 'orders', numbered(1_000))
  const file = join(await mkdtemp(join(tmpdir(), 'ottla-export-')), 'orders.ndjson')
  await ottla.app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath })
  }, file)
  await browse.main.getByRole('button', { name: 'Export', exact: true }).click()
  await ottla.page.getByRole('menuitem', { name: 'Whole range as NDJSON' }).click()
  await expect(browse.exports).toContainText('1,000 records')
  await expect(browse.exports).toContainText('Done')
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n')
  const offsets = lines.map((line) => JSON.parse(line) as { partition: number; offset: number })
  expect(new Set(offsets.map(({ partition, offset }) => `${partition}/${offset}`)).size).toBe(1_000)

  await ottla.app.evaluate(({ dialog }) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: true, filePath: '' })
  })
  await browse.main.getByRole('button', { name: 'Dismiss' }).click()
  await browse.main.getByRole('button', { name: 'Export', exact: true }).click()
  await ottla.page.getByRole('menuitem', { name: 'Loaded records as CSV' }).click()
  await expect(browse.main.getByRole('list', { name: 'Exports' })).toBeHidden()
})

test('records before a chosen offset are a page up, and those that wait while paused are counted', async ({
  ottla,
}) => {
  const { browse, client } = await openTopic(ottla, 'orders', numbered(1_000), 1)
  await browse.readFrom('Offset')
  const offset = browse.main.getByRole('textbox', { name: 'Offset' })
  await offset.fill('700')
  await offset.press('Enter')
  await expect(browse.cells(1).nth(2)).toHaveText('700')
  await browse.main.getByRole('button', { name: /^Previous page/u }).click()
  await expect(browse.grid.getByText('699', { exact: true })).toBeVisible()
  await browse.grid.focus()
  await ottla.page.keyboard.press('Home')
  await expect(browse.cells(1).nth(2)).toHaveText('0')
  await ottla.page.keyboard.press('End')
  await expect(browse.cells(1_000).nth(2)).toHaveText('999')

  await browse.readFrom('Live')
  await client.produce('orders', ['seen'])
  await expect(browse.cells(1).nth(4)).toHaveText('seen')
  await browse.main.getByRole('button', { name: 'Pause' }).click()
  await expect(browse.main.getByTestId('tail-waiting')).toHaveText('0 records wait')
  await client.produce('orders', ['one', 'two', 'three'])
  await expect(browse.main.getByTestId('tail-waiting')).toHaveText('3 records wait')
  await expect(browse.cells(1).nth(4)).toHaveText('seen')
  await browse.main.getByRole('button', { name: 'Resume' }).click()
  await expect(browse.cells(1).nth(4)).toHaveText('three')
  await expect(browse.cells(4).nth(4)).toHaveText('seen')
})
