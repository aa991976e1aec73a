import AxeBuilder from '@axe-core/playwright'
import type { Ottla } from './harness/ottla.ts'
import { runCluster } from './harness/running-cluster.ts'
import { expect, test } from './harness/test.ts'
import { DemoPage } from './pages/demo-page.ts'

/** A session of 6 s, the broker's own clock for it, and the join after it. */
const EXPIRY = { timeout: 20_000 }
/** New partitions are seen within two looks at the metadata. */
const GROWTH = { timeout: 20_000 }

const ONE = 'demo-consumer-1'
const TWO = 'demo-consumer-2'
const THREE = 'demo-consumer-3'

async function running(ottla: Ottla): Promise<DemoPage> {
  await runCluster(ottla)
  return new DemoPage(ottla.page)
}

test('members crash, come and leave, partitions are added: the group shares them out anew each time', async ({
  ottla,
}) => {
  test.setTimeout(120_000)
  const demo = await running(ottla)

  await test.step('two clicks start a producer and two consumers with three partitions each', async () => {
    await demo.open()
    await demo.button('Start demo').click()
    await expect(demo.partitionsOf(ONE)).toHaveCount(3)
    await expect(demo.partitionsOf(TWO)).toHaveCount(3)
    expect(await demo.owned()).toEqual([0, 1, 2, 3, 4, 5])
    await expect(demo.figure('state')).toHaveText('Stable')
    await expect(demo.figure('produced')).toHaveText(/^[1-9]/u)
    await expect(demo.figure('consumed')).toHaveText(/^[1-9]/u)
    await expect(ottla.shell.statusBar).toContainText('1 producer, 2 consumers')
  })

  await test.step('a crashed member keeps its partitions until its session expires', async () => {
    await demo.button(`Crash ${ONE}`).click()
    await expect(demo.lane(ONE)).toHaveAttribute('data-state', 'expiring')
    await expect(demo.lane(ONE)).toContainText('Its session expires in')
    await expect(demo.partitionsOf(ONE)).toHaveCount(3)
    await expect(ottla.shell.statusBar).toContainText('1 producer, 1 consumer')
    await expect(demo.partitionsOf(TWO)).toHaveCount(6, EXPIRY)
    await expect(demo.lane(ONE)).toBeHidden()
    await expect(demo.figure('members')).toHaveText('1')
  })

  await test.step('a new member gets half of them', async () => {
    await demo.button('Add member').click()
    await expect(demo.partitionsOf(THREE)).toHaveCount(3)
    await expect(demo.partitionsOf(TWO)).toHaveCount(3)
    expect(await demo.owned()).toEqual([0, 1, 2, 3, 4, 5])
  })

  await test.step('added partitions are assigned, too', async () => {
    await demo.button('Add 2 partitions').click()
    await expect(demo.figure('partitions')).toHaveText('8')
    await expect.poll(() => demo.owned(), GROWTH).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  })

  await test.step('a removed member leaves, and nobody waits for it', async () => {
    await demo.button(`Remove ${THREE}`).click()
    await expect(demo.lane(THREE)).toBeHidden()
    await expect(demo.partitionsOf(TWO)).toHaveCount(8)
    await expect(demo.events.first()).toContainText('partitions 0, 1, 2, 3, 4, 5, 6, 7')
  })

  await test.step('stopping leaves an empty group and no generator', async () => {
    await demo.button('Stop all').click()
    await expect(demo.button('Start demo')).toBeVisible()
    await expect(ottla.shell.statusBar.getByTestId('generators')).toBeHidden()
  })
})

test('a slow group falls behind, a faster one catches up', async ({ ottla }) => {
  const demo = await running(ottla)
  await demo.open()
  await demo.main.getByRole('spinbutton', { name: 'Processing time (ms)' }).fill('200')
  await demo.button('Start demo').click()
  await expect(demo.figure('lag').getByRole('img', { name: 'Lag is growing' })).toBeVisible({
    timeout: 20_000,
  })

  const processing = demo.main.getByRole('spinbutton', { name: 'Processing time (ms)' })
  await processing.fill('0')
  await processing.press('Enter')
  await processing.blur()
  await expect(demo.figure('lag').getByRole('img', { name: 'Lag is shrinking' })).toBeVisible({
    timeout: 20_000,
  })
})

test('the demo ends with its cluster', async ({ ottla }) => {
  const demo = await running(ottla)
  await demo.open()
  await demo.button('Start demo').click()
  await expect(demo.lanes).toHaveCount(2)
  await ottla.shell.statusBar.getByRole('button', { name: /^Stop cluster/u }).click()
  await expect(demo.main.getByText('Start the cluster first.')).toBeVisible()
  await expect(ottla.shell.statusBar.getByTestId('generators')).toBeHidden()
})

for (const theme of ['Light', 'Dark']) {
  test(`no barrier on the demo's page, ${theme.toLowerCase()}`, async ({ ottla }) => {
    await ottla.shell.openSettings()
    await ottla.settings.choose(theme)
    await ottla.shell.tabs.getByRole('button', { name: 'Close tab Settings' }).click()
    const demo = await running(ottla)
    await demo.open()
    const barriers = async () => {
      const { violations } = await new AxeBuilder({ page: ottla.page }).setLegacyMode(true).analyze()
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)
    }
    await expect(demo.button('Start demo')).toBeVisible()
    expect(await barriers(), 'before it runs').toEqual([])
    await demo.button('Start demo').click()
    await expect(demo.partitionsOf(ONE)).toHaveCount(3)
    await demo.button(`Crash ${TWO}`).click()
    await expect(demo.lane(TWO)).toHaveAttribute('data-state', 'expiring')
    expect(await barriers(), 'with a crashed member').toEqual([])
  })
}
