import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { Kafka, logLevel } from 'kafkajs'
import type { Ottla } from './harness/ottla.ts'
import { expect, test } from './harness/test.ts'
import { BrowsePage } from './pages/browse-page.ts'

// The page in every theme and language, to be looked at by a person (out/screenshots) and by axe.

const SIZES = [
  [1280, 800],
  [1920, 1200],
] as const

const LOOKS = [
  { code: 'en', language: 'English', theme: 'Light', browse: 'Browse', live: 'Live', find: 'Search' },
  { code: 'en', language: 'English', theme: 'Dark', browse: 'Browse', live: 'Live', find: 'Search' },
  { code: 'ko', language: '한국어', theme: '어둡게', browse: '메시지', live: '실시간', find: '검색' },
  { code: 'ko', language: '한국어', theme: '밝게', browse: '메시지', live: '실시간', find: '검색' },
] as const

async function barriers(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)
}

async function fill(bootstrapServers: string): Promise<void> {
  const kafka = new Kafka({ brokers: bootstrapServers.split(','), logLevel: logLevel.NOTHING })
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({
    topics: [{ topic: 'orders', numPartitions: 3, replicationFactor: 3 }],
    waitForLeaders: true,
  })
  await admin.disconnect()
  const producer = kafka.producer()
  await producer.connect()
  const cities = ['Seoul', 'Busan', 'Incheon', 'Daegu', '대전']
  const messages = Array.from({ length: 600 }, (_, n) => ({
    key: `customer-${(n * 7_919) % 97}`,
    value: JSON.stringify({
      orderId: `O-${100_000 + n}`,
      amount: ((n * 137) % 9_000) / 10,
      currency: 'KRW',
      city: cities[n % cities.length],
      items: [{ sku: `SKU-${n % 40}`, quantity: 1 + (n % 3) }],
    }).replace('"amount"', '"ledgerId":9007199254740993,"amount"'),
    headers: { traceparent: `00-${n.toString(16).padStart(32, '0')}-01`, source: 'checkout' },
    timestamp: String(Date.now() - (600 - n) * 850),
  }))
  await producer.send({ topic: 'orders', acks: -1, messages })
  const odd = [
    { key: 'customer-12', value: null },
    { key: null, value: '' },
    { key: 'customer-40', value: Buffer.from([0, 0, 0, 1, 4, 0xff, 0xfe, 0x9a, 0x22, 0x10]) },
    { key: 'customer-3', value: 'plain text, nothing more', headers: { retry: '3' } },
  ]
  await producer.send({ topic: 'orders', acks: -1, messages: odd })
  await producer.disconnect()
}

async function take(ottla: Ottla, name: string): Promise<void> {
  for (const [width, height] of SIZES) {
    await ottla.resize(width, height)
    await ottla.page.screenshot({ path: `out/screenshots/${name}-${width}.png`, animations: 'disabled' })
  }
}

for (const look of LOOKS) {
  test(`browse looks right in ${look.code}, ${look.theme}`, async ({ ottla }) => {
    test.setTimeout(180_000) // axe looks at every element, four times
    await ottla.create.submit.click()
    await expect(ottla.overview.state).toHaveText('Running')
    await fill(await ottla.overview.servers())
    await ottla.shell.openSettings()
    await ottla.settings.choose(look.language)
    await ottla.settings.choose(look.theme)
    const browse = new BrowsePage(ottla.page)
    await ottla.shell.rail.getByRole('button', { name: look.browse }).click()
    const name = `${look.code}-${look.theme}-browse`
    await expect(browse.main.getByRole('button', { name: 'orders', exact: true })).toBeVisible()
    expect(await barriers(ottla.page), 'without a topic').toEqual([])
    await browse.main.getByRole('button', { name: 'orders', exact: true }).click()
    await expect(browse.cells(1)).toHaveCount(7)
    await take(ottla, `${name}-list`)
    expect(await barriers(ottla.page), 'list').toEqual([])

    await browse.search.getByRole('textbox').fill('busan')
    await browse.search.getByRole('button', { name: look.find, exact: true }).click()
    await expect(browse.counts).toContainText('120')
    await browse.cells(3).nth(4).click()
    await expect(browse.record).toContainText('9007199254740993')
    await take(ottla, `${name}-record`)
    expect(await barriers(ottla.page), 'record').toEqual([])

    await browse.main.getByRole('radiogroup').getByText(look.live, { exact: true }).click()
    await expect(browse.main.getByTestId('tail-rate')).toBeVisible()
    await take(ottla, `${name}-live`)
    expect(await barriers(ottla.page), 'live').toEqual([])
  })
}
