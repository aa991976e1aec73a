import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from './harness/kafka.ts'
import { Ottla } from './harness/ottla.ts'
import { runCluster } from './harness/running-cluster.ts'
import { expect, test } from './harness/test.ts'
import { HistoryPage } from './pages/history-page.ts'

/** Two topics of one partition with three replicas, and the leader of `orders` killed. */
async function afterKill(ottla: Ottla) {
  const client = new Client(await runCluster(ottla))
  await client.createTopic('orders', 1, 3)
  await client.createTopic('payments', 1, 3)
  const leader = await client.leaderOf('orders', 0)
  await ottla.overview.broker(leader).getByRole('button', { name: /^Kill/u }).click()
  await expect(ottla.overview.broker(leader).getByText(/^(Stopped|Failed)$/u)).toBeVisible()
  return { client, leader, history: new HistoryPage(ottla.page) }
}

test('a killed leader: its cause is read, the moment before it is looked at, and it is kept', async ({
  home,
  ottla,
}) => {
  test.setTimeout(90_000)
  const { client, leader, history } = await afterKill(ottla)
  const elected = history.rows('leader-elected', 'orders-0')
  const successor = await client.leaderOf('orders', 0)

  await test.step('the list says what happened and why, and goes on by itself', async () => {
    await history.open()
    await expect(history.cell(elected, 3)).toHaveText(`${leader} → ${successor}`)
    await expect(history.cell(elected, 4)).toHaveText(`Broker ${leader} died.`)
    await expect(history.rows('broker-killed')).toContainText(`broker ${leader}`)
    await client.createTopic('refunds', 2, 3)
    await expect(history.cell(history.rows('topic-created', 'refunds'), 3)).toHaveText('2 partitions')
  })

  await test.step('a row opens with what was before and after it', async () => {
    await elected.click()
    await expect(history.panel).toContainText(`Broker ${leader} died.`)
    await expect(history.state('leader', 0)).toHaveText(String(leader))
    await expect(history.state('leader', 1)).toContainText(String(successor))
    await expect(history.state('leaderEpoch', 0)).toHaveText('0')
    await expect(history.state('leaderEpoch', 1)).toContainText('1')
  })

  await test.step('the board before the kill has the old leader', async () => {
    await expect(history.past).toBeHidden()
    await history.button('Show the board then').click()
    await expect(history.replica('orders', 0, leader)).toHaveAttribute('data-sign', /^offline/u)
    await expect(history.replica('orders', 0, successor)).toHaveAttribute('data-sign', 'leader')
    await expect(history.past.locator('[data-row-key="refunds"]')).toHaveCount(0)
    await history.rows('broker-killed').click()
    await history.button('Show the board before').click()
    await expect(history.replica('orders', 0, leader)).toHaveAttribute('data-sign', 'leader')
    await expect(history.head(leader)).toHaveAttribute('data-alive', 'true')
    await expect(history.past.getByRole('status').first()).toHaveText(/^As it was at \d\d:\d\d:\d\d\.\d{3}$/u)
  })

  await test.step('stepping on comes to the election again, and back to now', async () => {
    await history.timeLine.focus()
    await ottla.page.keyboard.press('ArrowRight')
    await expect(history.head(leader)).toHaveAttribute('data-alive', 'false')
    await ottla.page.keyboard.press('End')
    await expect(history.past).toBeHidden()
    await expect(history.timeLine).toHaveAttribute('aria-valuetext', 'now')
    await ottla.page.keyboard.press('ArrowLeft')
    await expect(history.past.locator('[data-last]')).toContainText('refunds')
    await history.past.getByRole('button', { name: 'Back to now' }).click()
    await expect(history.past).toBeHidden()
  })

  await test.step('played from before the kill, it comes to now by itself', async () => {
    await elected.click()
    await history.button('Show the board then').click()
    await expect(history.replica('orders', 0, successor)).toHaveAttribute('data-sign', 'leader')
    await history.button('Play event by event').click()
    await expect(history.past.locator('[data-row-key="refunds"]')).toHaveCount(1)
    await expect(history.past).toBeHidden()
    await ottla.page.keyboard.press('Escape')
  })

  await test.step('it is narrowed to a topic, a kind and a broker', async () => {
    await history.main.getByRole('combobox', { name: 'Topic' }).fill('orders')
    await expect(history.rows('topic-created')).toHaveCount(1)
    await expect(history.rows('topic-created')).toHaveText(/orders/u)
    await expect(history.list.getByText('payments')).toHaveCount(0)
    await expect(history.rows('broker-killed')).toHaveCount(0)
    await history.button('Elections').click()
    await expect(history.rows('topic-created')).toHaveCount(0)
    await expect(elected).toHaveCount(1)
    await history.button('Clear filters').click()
    await expect(history.rows('broker-killed')).toHaveCount(1)
  })

  await ottla.quit()
  const again = await Ottla.launch(home)
  const kept = new HistoryPage(again.page)
  await kept.open()
  // Brokers that start again elect once more; what was before is further down.
  await kept.main.getByRole('combobox', { name: 'Topic' }).fill('orders')
  await kept.button('Elections').click()
  await expect(kept.rows('leader-elected', `Broker ${leader} died.`)).toHaveCount(1)
  await expect(kept.rows('leader-elected', `Broker ${leader} died.`)).toContainText('orders-0')
  await again.quit()
})

test('what is new waits while one reads further down', async ({ ottla }) => {
  const client = new Client(await runCluster(ottla))
  await client.createTopics(Array.from({ length: 60 }, (_, index) => `topic-${index}`))
  const history = new HistoryPage(ottla.page)
  await history.open()
  const first = history.list.getByRole('row').nth(1)
  await expect(first).toBeVisible()
  await history.list.focus()
  await ottla.page.keyboard.press('End')
  const oldest = history.rows('cluster-started')
  await expect(oldest).toBeInViewport()
  await client.createTopics(['late'])
  await expect(history.button('1 new')).toBeVisible()
  await expect(oldest).toBeInViewport()
  await history.button('1 new').click()
  await expect(history.rows('topic-created', 'late')).toBeInViewport()
  await expect(history.button('1 new')).toBeHidden()
})

test('a history is exported as a table', async ({ home, ottla }) => {
  const { history, leader } = await afterKill(ottla)
  await history.open()
  await expect(history.rows('leader-elected', 'orders-0')).toBeVisible()
  const file = join(home, 'exported.csv')
  // In the place of the dialog in which a user says where.
  await ottla.app.evaluate(
    ({ session }, path) =>
      session.defaultSession.once('will-download', (_event, item) => item.setSavePath(path)),
    file,
  )
  await history.button('Export').click()
  await ottla.page.getByRole('menuitem', { name: 'Export history as CSV' }).click()
  await expect.poll(() => readFile(file, 'utf8').catch(() => '')).toContain(`broker ${leader} died`)
  expect(await readFile(file, 'utf8')).toMatch(/^time,seq,kind,broker,topic,/u)
})
