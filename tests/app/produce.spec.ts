import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from './harness/kafka.ts'
import type { Ottla } from './harness/ottla.ts'
import { readRecords } from './harness/records.ts'
import { runCluster } from './harness/running-cluster.ts'
import { expect, test } from './harness/test.ts'
import { ProducePage } from './pages/produce-page.ts'
import { TopicsPage } from './pages/topics-page.ts'

async function openProduce(ottla: Ottla, topic: string, partitions: number) {
  const servers = await runCluster(ottla)
  await new Client(servers).createTopic(topic, partitions, 3)
  await ottla.shell.rail.getByRole('button', { name: 'Topics' }).click()
  await new TopicsPage(ottla.page)
    .row(topic)
    .getByRole('button', { name: `Produce to ${topic}` })
    .click()
  const produce = new ProducePage(ottla.page)
  await expect(produce.main.getByRole('button', { name: 'Topic' })).toHaveText(topic)
  return { servers, produce }
}

const text = (bytes: Buffer | null | undefined) => bytes?.toString('utf8')

test('records arrive byte for byte as typed, where the form said they would', async ({ ottla }) => {
  const { servers, produce } = await openProduce(ottla, 'orders', 6)

  // JSON that is none is said to be so where it goes wrong, and is not sent.
  await produce.fill('Value', '{"id": 9007199254740993,\n "item": }')
  await expect(produce.part('Value')).toContainText('Line 2, column 10')
  await expect(produce.send).toBeDisabled()

  await produce.fill('Key', '주문-🦦')
  await produce.fill('Value', '{"id": 9007199254740993, "item": "수달 인형 🦦"}')
  await expect(produce.destination).toHaveText(/^murmur2 → partition \d$/u)
  const shown = Number((await produce.destination.textContent())?.at(-1))
  await produce.addHeader(1, 'trace', 'a')
  await produce.addHeader(2, 'trace', null)
  await produce.hexHeader(3, 'bytes', '00 ff')
  const korean = await produce.sendAs(1)
  expect(korean.partition).toBe(shown)

  await produce.encode('Value', 'Null')
  await expect(produce.part('Value').getByTestId('null-badge')).toHaveText('null')
  const tombstone = await produce.sendAs(2)
  expect(tombstone).toEqual({ partition: shown, offset: korean.offset + 1 })

  await produce.encode('Value', 'Text')
  await produce.fill('Value', '')
  await expect(produce.part('Value').getByTestId('empty-badge')).toHaveText('∅ empty')
  await produce.sendAs(3)

  await produce.encode('Value', 'Hex')
  await produce.fill('Value', 'de ad be e')
  await expect(produce.part('Value')).toContainText('Use pairs of the digits')
  await produce.fill('Value', 'de ad be ef 00')
  await produce.encode('Key', 'Null')
  await expect(produce.destination).toHaveText('No key: any partition')
  await produce.choosePartition('5')
  await expect(produce.destination).toHaveText('→ partition 5')
  const binary = await produce.sendAs(4)
  expect(binary.partition).toBe(5)
  await produce.main.getByRole('button', { name: 'Send again' }).click()
  await expect(produce.sent).toHaveCount(5)

  const records = await readRecords(servers, 'orders', 5)
  const keyed = records.filter(({ key }) => key !== null)
  expect(keyed.map(({ partition }) => partition)).toEqual([shown, shown, shown])
  expect(keyed.map(({ value }) => text(value))).toEqual([
    '{"id": 9007199254740993, "item": "수달 인형 🦦"}',
    undefined,
    '',
  ])
  expect(text(keyed[0]?.key)).toBe('주문-🦦')
  expect(keyed[0]?.headers).toMatchObject({ bytes: Buffer.from('00ff', 'hex') })
  expect(keyed[0]?.headers?.['trace']).toEqual([Buffer.from('a'), null])
  const unkeyed = records.filter(({ key }) => key === null)
  expect(unkeyed.map(({ partition, value }) => [partition, value?.toString('hex')])).toEqual([
    [5, 'deadbeef00'],
    [5, 'deadbeef00'],
  ])

  // From the entry to the record itself.
  await produce.sent.last().getByRole('button', { name: 'Show record' }).click()
  await expect(produce.main).toContainText('수달 인형 🦦')
})

test('many records are made from placeholders, stopped, kept as a template and sent from a file', async ({
  ottla,
  home,
}) => {
  const { servers, produce } = await openProduce(ottla, 'events', 3)
  await produce.fill('Key', 'user-{{index}}')
  await produce.encode('Value', 'JSON')
  await produce.fill('Value', '{"n": {{index}}}')
  await produce.encode('Value', 'Text')
  await produce.main.getByRole('textbox', { name: 'Template name' }).fill('numbered')
  await produce.main.getByRole('button', { name: 'Save as template' }).click()
  await expect(produce.main.getByRole('button', { name: 'Use template numbered' })).toBeVisible()

  await produce.mode('Many')
  await produce.main.getByLabel('Records', { exact: true }).fill('2500')
  await produce.main.getByRole('button', { name: 'Send 2,500 records' }).click()
  await expect(produce.progress).toContainText('Done')
  await expect(produce.progress.getByTestId('job-sent')).toHaveText('2,500 of 2,500 sent')
  const records = await readRecords(servers, 'events', 2_500)
  expect(new Set(records.map(({ value }) => text(value))).size).toBe(2_500)

  await produce.main.getByLabel('Interval (ms)').fill('200')
  await produce.main.getByRole('button', { name: 'Send 2,500 records' }).click()
  await expect(produce.progress.getByTestId('job-sent')).toHaveText(/^[1-9]\d* of 2,500 sent$/u)
  await produce.main.getByRole('button', { name: 'Stop' }).click()
  await expect(produce.progress).toContainText('Stopped')

  const file = join(home, 'records.ndjson')
  await writeFile(
    file,
    [
      '{"key": "k", "value": {"id": 9007199254740993}, "headers": {"h": "1"}, "partition": 2}',
      '{"key": "k", "value": "cut',
      '',
      '{"value": {"base64": "AP8="}, "partition": 2}',
      '{"value": "nowhere", "partition": 9}',
    ].join('\n'),
  )
  await ottla.app.evaluate(({ dialog }, path) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] })
  }, file)
  await produce.mode('File')
  await produce.main.getByRole('button', { name: 'Choose file' }).click()
  await expect(produce.main).toContainText('records.ndjson')
  await produce.main.getByRole('button', { name: 'Send file' }).click()
  await expect(produce.progress).toContainText('Done')
  await expect(produce.progress.getByTestId('job-sent')).toHaveText('2 of 4 sent')
  const problems = produce.main.getByRole('list', { name: 'Problems' }).getByRole('listitem')
  await expect(problems).toHaveText([/^Line 2/u, /^Line 5.*has no partition 9/u])
})

test('a record larger than the topic takes is refused by the broker, with the way to mend it', async ({
  ottla,
}) => {
  const { produce } = await openProduce(ottla, 'large', 1)
  await produce.encode('Value', 'Text')
  await produce.fill('Value', 'x'.repeat(10 * 1024 * 1024))
  await expect(produce.main.getByRole('status').filter({ hasText: 'max.message.bytes' })).toBeVisible()
  await produce.send.click()
  await expect(produce.alert).toContainText('MESSAGE_TOO_LARGE')
  await expect(produce.alert).toContainText('Raise max.message.bytes of the topic')
  await produce.alert.getByRole('button', { name: 'Open configs of large' }).click()
  await expect(produce.main.locator('[data-config="max.message.bytes"]')).toBeVisible()
})
