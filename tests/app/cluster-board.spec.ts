import { runImpatientCluster } from './harness/impatient-cluster.ts'
import { Client } from './harness/kafka.ts'
import { BusyProducer } from './harness/records.ts'
import { runCluster } from './harness/running-cluster.ts'
import { expect, test } from './harness/test.ts'
import { topicConfig } from './harness/topic-config.ts'
import { BoardPage } from './pages/board-page.ts'

const LEADS_OR_FOLLOWS = /^(inSync|behind|leader)$/u

test('a killed broker is hatched and out of the ISR, and another leads', async ({ ottla }) => {
  const servers = await runCluster(ottla)
  await new Client(servers).createTopic('orders', 3, 3)
  const busy = await BusyProducer.start(servers, 'orders', 3)
  const board = new BoardPage(ottla.page)
  await board.open()
  await expect(board.signs('leader')).toHaveCount(3)

  const killed = await board.leaderOf('orders', 0)
  await board.act(killed, `Kill broker ${killed}`)
  await expect(board.cell('orders', 0, killed)).toHaveAttribute('data-sign', 'offlineOutOfIsr')
  await expect(board.badge(killed, 'absent')).toHaveText('dead')
  await expect(board.signs('leader')).toHaveCount(3)
  expect(await board.leaderOf('orders', 0)).not.toBe(killed)

  // Producing goes on, and the high watermark is seen to move.
  const highWatermark = board.row('orders', 0).getByTestId('high-watermark')
  await expect(highWatermark).toHaveText(/\d/u)
  const before = await highWatermark.innerText()
  await expect(highWatermark).not.toHaveText(before)

  await board.act(killed, `Start broker ${killed}`)
  await expect(board.badge(killed, 'absent')).toBeHidden()
  await expect(board.cell('orders', 0, killed)).toHaveAttribute('data-sign', LEADS_OR_FOLLOWS)
  await busy.stop()
  await expect(board.signs('inSync')).toHaveCount(6)

  // It took none of its leaderships back by itself; one click does.
  await expect(board.cell('orders', 0, killed)).toHaveAttribute('data-sign', 'inSync')
  await board.button('Elect preferred leaders').click()
  await expect(board.cell('orders', 0, killed)).toHaveAttribute('data-sign', 'leader')
  await expect(ottla.page.getByRole('main')).toContainText('1 leadership went back to its preferred replica')
})

test('a frozen broker is fenced when its session times out, and returns when it thaws', async ({ ottla }) => {
  const servers = await runImpatientCluster(ottla)
  await new Client(servers).createTopic('orders', 3, 3)
  const board = new BoardPage(ottla.page)
  await board.open()
  await expect(board.signs('leader')).toHaveCount(3)

  await board.act(2, 'Freeze broker 2')
  await expect(board.head(2).locator('[data-fault=freeze]')).toHaveText('frozen')
  await expect(board.badge(2, 'absent')).toHaveText('fenced')
  await expect(board.cell('orders', 0, 2)).toHaveAttribute('data-sign', 'offlineOutOfIsr')
  await expect(board.signs('leader')).toHaveCount(3)

  await board.act(2, 'Thaw broker 2')
  await expect(board.badge(2, 'absent')).toBeHidden()
  await expect(board.head(2).locator('[data-fault=freeze]')).toBeHidden()
  await expect(board.cell('orders', 0, 2)).toHaveAttribute('data-sign', LEADS_OR_FOLLOWS)
})

test('a follower that is cut off its leader falls out of the ISR, and returns when the link heals', async ({
  ottla,
}) => {
  const servers = await runImpatientCluster(ottla)
  await new Client(servers).createTopic('orders', 3, 3)
  const busy = await BusyProducer.start(servers, 'orders', 3)
  const board = new BoardPage(ottla.page)
  await board.open()
  await expect(board.signs('leader')).toHaveCount(3)

  // Two brokers of which neither is the controller: both go on being heard by it.
  const controller = Number(
    await board.grid
      .locator('[data-broker-head]:has([data-badge=controller])')
      .getAttribute('data-broker-head'),
  )
  const [one = 0, other = 0] = [1, 2, 3].filter((id) => id !== controller)
  const led = board.grid.locator(`[data-row-key]:has([data-broker="${one}"][data-sign=leader])`).first()
  const follower = led.locator(`[data-broker="${other}"]`)
  await expect(follower).toHaveAttribute('data-sign', /^(inSync|behind)$/u)

  await board.actOnLink(one, `broker ${other}`, 'Cut the link')
  const link = board.grid.getByTestId('link-fault')
  await expect(link).toContainText('cut')
  await expect(follower).toHaveAttribute('data-sign', 'outOfIsr')
  // How many records it lacks, and for how long.
  await expect(follower).toHaveText(/^[\d,]+ · [\d]+ s$/u)
  await expect(link).not.toContainText(/\b0×/u)

  await board.actOnLink(one, `broker ${other}`, 'Heal the link')
  await expect(link).toBeHidden()
  await busy.stop()
  await expect(board.signs('inSync')).toHaveCount(6)
})

test('replicas are carried to other brokers by mouse and by keyboard', async ({ ottla }) => {
  const { page } = ottla
  const servers = await runCluster(ottla)
  const client = new Client(servers)
  await client.createTopic('orders', 2, 1)
  for (const part of [1, 2, 3, 4, 5, 6]) {
    await client.produce(
      'orders',
      Array.from({ length: 300 }, (_, index) => `${part}-${index} ${'x'.repeat(1000)}`),
    )
  }
  const board = new BoardPage(page)
  await board.open()
  await expect(board.signs('leader')).toHaveCount(2)
  const throttled = () => topicConfig(servers, 'orders', 'follower.replication.throttled.replicas')

  // By mouse: slowly, so that it is seen under way, and called off.
  const first = await board.leaderOf('orders', 0)
  const next = (first % 3) + 1
  await board.carry('orders', 0, first, next)
  await expect(board.cell('orders', 0, next)).toHaveAttribute('data-planned', 'adding')
  await expect(board.cell('orders', 0, first)).toHaveAttribute('data-planned', 'removing')
  await expect(page.locator('[data-planned-move="orders/0"]')).toContainText(`${first}${next}`)
  await page.getByLabel('Throttle in bytes/s').fill('100000')
  await board.button('Move 1 partition').click()
  const moving = page.locator('[data-moving="orders/0"]')
  await expect(moving.getByRole('progressbar')).toBeVisible()
  await expect(board.cell('orders', 0, next)).toHaveAttribute('data-sign', 'adding')
  expect(await throttled()).toBe(`0:${next}`)
  await board.button('Cancel orders/0').click()
  await expect(moving).toBeHidden()
  await expect(board.cell('orders', 0, next)).toHaveAttribute('data-sign', 'none')
  await expect(board.cell('orders', 0, first)).toHaveAttribute('data-sign', 'leader')
  await expect.poll(throttled).toBe('')

  // By keyboard, as fast as it goes.
  const second = await board.leaderOf('orders', 1)
  const target = (second % 3) + 1
  await board.cell('orders', 1, second).focus()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Home')
  for (const _ of Array.from({ length: target - 1 })) await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await expect(board.cell('orders', 1, target)).toHaveAttribute('data-planned', 'adding')
  await page.getByLabel('Throttle in bytes/s').fill('')
  await board.button('Move 1 partition').click()
  await expect(board.cell('orders', 1, target)).toHaveAttribute('data-sign', 'leader')
  await expect(board.cell('orders', 1, second)).toHaveAttribute('data-sign', 'none')
  expect(await client.consume('orders', 1_800)).toHaveLength(1_800)
})

test('a request rule is refused where it is wrong, and counts what it hits', async ({ ottla }) => {
  const { page } = ottla
  const servers = await runCluster(ottla)
  await new Client(servers).createTopic('orders', 3, 3)
  const busy = await BusyProducer.start(servers, 'orders', 3)
  const board = new BoardPage(page)
  await board.open()
  await board.button('Faults').click()
  await page.getByText('Request rule', { exact: true }).click()
  await page.getByRole('combobox', { name: 'API' }).fill('')
  await expect(board.button('Add rule')).toBeDisabled()
  await page.getByRole('combobox', { name: 'API' }).fill('Prodduce')
  await board.button('Add rule').click()
  await expect(page.getByRole('complementary').last().getByRole('alert')).toContainText('Prodduce')

  await page.getByRole('combobox', { name: 'API' }).fill('Produce')
  await page.getByRole('textbox', { name: 'Topic' }).fill('ord*')
  await page.getByRole('combobox', { name: 'Which requests' }).click()
  await page.getByRole('option', { name: 'every n-th' }).click()
  await board.button('Add rule').click()
  const rule = page.locator('[data-fault-item=rule]')
  await expect(rule).toContainText('Produce to topic ord*, one in 3: NOT_LEADER_OR_FOLLOWER')
  const hits = rule.getByTestId('hits')
  await expect(hits).toHaveText(/^[1-9]/u)
  const before = await hits.innerText()
  await expect(hits).not.toHaveText(before)
  await board.button('Remove all faults').click()
  await expect(rule).toBeHidden()
  await busy.stop()
})

test('a full disk refuses what is produced to it until it is healed', async ({ ottla }) => {
  const servers = await runCluster(ottla)
  await new Client(servers).createTopic('orders', 1, 1)
  const busy = await BusyProducer.start(servers, 'orders', 1)
  const board = new BoardPage(ottla.page)
  await board.open()
  await expect(board.signs('leader')).toHaveCount(1)
  const broker = await board.leaderOf('orders', 0)
  await board.act(broker, 'Fill its disk')
  const fault = board.head(broker).locator('[data-fault=disk]')
  await expect(fault).toHaveText(/^disk full\s*[1-9]/u)
  // It keeps its leadership: it may have room again in a moment.
  await expect(board.cell('orders', 0, broker)).toHaveAttribute('data-sign', 'leader')
  const end = board.row('orders', 0).getByTestId('log-end')
  const stuck = await end.innerText()

  await board.act(broker, 'Heal its disk')
  await expect(fault).toBeHidden()
  await expect(end).not.toHaveText(stuck)
  await busy.stop()
})

test('a broker is added with a rack, and takes the replicas of one that is removed', async ({ ottla }) => {
  const { page } = ottla
  const servers = await runCluster(ottla)
  await new Client(servers).createTopic('orders', 6, 3)
  const board = new BoardPage(page)
  await board.open()
  await board.button('Add broker').click()
  await page.getByLabel('Rack').fill('south')
  await page.getByRole('complementary').last().getByRole('button', { name: 'Add broker' }).click()
  await expect(board.head(4)).toContainText('south')
  await expect(board.head(4)).toHaveAttribute('data-alive', 'true')

  await board.act(1, 'Remove broker 1')
  await page.getByRole('complementary').last().getByRole('button', { name: 'Remove broker 1' }).click()
  await expect(board.head(1)).toBeHidden()
  await expect(board.cell('orders', 0, 4)).toHaveAttribute('data-sign', LEADS_OR_FOLLOWS)
  await expect(board.signs('leader')).toHaveCount(6)
})
