import { Client } from './harness/kafka.ts'
import { runCluster } from './harness/running-cluster.ts'
import { slowTopic } from './harness/slow-replicas.ts'
import { expect, test } from './harness/test.ts'
import { BoardPage } from './pages/board-page.ts'

test('a removal is watched, called off, asked for again, and goes on after the cluster was stopped', async ({
  ottla,
}) => {
  test.setTimeout(120_000)
  const { page } = ottla
  const servers = await runCluster(ottla)
  const { broker, hurry } = await slowTopic(servers, 'orders')
  const board = new BoardPage(page)
  const panel = page.getByRole('main').getByRole('complementary')
  const leaving = board.head(broker).locator('[data-leaving]')
  const remove = async () => {
    await board.act(broker, `Remove broker ${broker}`)
    await panel.getByRole('button', { name: `Remove broker ${broker}` }).click()
    await expect(panel).toContainText('0 of 1 replicas moved')
    await expect(board.row('orders', 0).locator('[data-sign=adding]')).toHaveCount(1)
  }
  await board.open()
  await expect(board.cell('orders', 0, broker)).toHaveAttribute('data-sign', 'leader')

  await test.step('called off from the panel that its sign opens, it stays as it was', async () => {
    await remove()
    await page.keyboard.press('Escape')
    await leaving.click()
    await expect(panel.getByRole('progressbar')).toBeVisible()
    await panel.getByRole('button', { name: 'Cancel removal' }).click()
    await expect(leaving).toBeHidden()
    await expect(page.getByRole('main')).toContainText(`Broker ${broker} stays; its removal was cancelled.`)
    await expect(board.row('orders', 0).locator('[data-sign=adding]')).toHaveCount(0)
    await expect(board.cell('orders', 0, broker)).toHaveAttribute('data-sign', 'leader')
  })

  await test.step('stopped in the middle of it, the cluster goes on with it when it starts', async () => {
    await remove()
    await ottla.shell.run('Stop cluster local')
    await ottla.shell.openOverview()
    await expect(ottla.overview.state).toHaveText('Stopped')
    await ottla.shell.run('Start cluster local')
    await expect(ottla.overview.state).toHaveText('Running')
    await board.open()
    await expect(leaving).toBeVisible()
    await leaving.click()
    await expect(panel).toContainText('0 of 1 replicas moved')
    await hurry()
    await expect(board.head(broker)).toBeHidden({ timeout: 20_000 })
    await expect(board.row('orders', 0).locator('[data-sign=leader]')).toHaveCount(1)
    expect(await board.leaderOf('orders', 0)).not.toBe(broker)
  })
})

test('several moves are called off at once', async ({ ottla }) => {
  const { page } = ottla
  const servers = await runCluster(ottla)
  const client = new Client(servers)
  await client.createTopic('orders', 2, 1)
  // In several batches: a fetch takes one whole batch, however slow it is to be.
  for (const partition of [0, 1, 0, 1, 0, 1, 0, 1]) {
    const values = Array.from({ length: 150 }, (_, index) => `${index} ${'x'.repeat(1_000)}`)
    await client.produce('orders', values, { partition })
  }
  const board = new BoardPage(page)
  await board.open()
  const leaders = [await board.leaderOf('orders', 0), await board.leaderOf('orders', 1)]
  for (const [partition, leader] of leaders.entries()) {
    await board.carry('orders', partition, leader, (leader % 3) + 1)
    await expect(board.cell('orders', partition, (leader % 3) + 1)).toHaveAttribute('data-planned', 'adding')
  }
  await page.getByLabel('Throttle in bytes/s').fill('10000')
  await board.button('Move 2 partitions').click()
  const moving = page.locator('[data-moving]')
  await expect(moving).toHaveCount(2)
  await expect(page.getByRole('main')).toContainText('Throttled to')
  await board.button('Cancel all').click()
  await expect(moving).toHaveCount(0)
  await expect(board.signs('adding')).toHaveCount(0)
  for (const [partition, leader] of leaders.entries()) {
    await expect(board.cell('orders', partition, leader)).toHaveAttribute('data-sign', 'leader')
  }
})
