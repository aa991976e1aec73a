import { Client } from './harness/kafka.ts'
import { otherCluster } from './harness/other-cluster.ts'
import { expect, test } from './harness/test.ts'
import { BoardPage } from './pages/board-page.ts'
import { ClustersPage } from './pages/clusters-page.ts'

test('the board of a cluster by address: what works, and what does not and why', async ({ ottla }) => {
  const { page } = ottla
  const other = await otherCluster()
  const client = new Client(other.bootstrapServers)
  await client.createTopic('orders', 3, 2)
  await client.produce('orders', ['a', 'b', 'c'])
  const clusters = new ClustersPage(page)
  await clusters.typeAddress('elsewhere', other.bootstrapServers)
  await clusters.button('Add cluster').click()
  const board = new BoardPage(page)

  await test.step('brokers, leaders and followers are seen, with the controller', async () => {
    await board.open()
    await expect(board.signs('leader')).toHaveCount(3)
    await expect(board.grid.locator('[data-badge=controller]')).toHaveCount(1)
    await expect(board.row('orders', 0).getByTestId('log-end')).toHaveText(/^\d$/u)
  })

  await test.step('what only a local cluster can do is disabled, and says why', async () => {
    const reason = 'Killing, freezing and other faults need a local cluster. All else works here too.'
    await expect(page.getByRole('main').getByText(reason)).toBeVisible()
    for (const name of ['Faults', 'Add broker', 'Actions for broker 1']) {
      await expect(board.button(name)).toBeDisabled()
      await expect(board.button(name)).toHaveAttribute('title', reason)
    }
  })

  await test.step('preferred election and reassignment work', async () => {
    await board.button('Elect preferred leaders').click()
    await expect(page.getByRole('main')).toContainText('led by its preferred replica already')
    const leader = await board.leaderOf('orders', 0)
    const free = Number(
      await board.row('orders', 0).locator('[data-sign=none]').first().getAttribute('data-broker'),
    )
    await board.carry('orders', 0, leader, free)
    await board.button('Move 1 partition').click()
    await expect(board.cell('orders', 0, free)).toHaveAttribute('data-sign', /^(leader|inSync)$/u)
    await expect(board.cell('orders', 0, leader)).toHaveAttribute('data-sign', 'none')
    await expect(page.getByRole('main')).toContainText('All moves are done.')
  })

  await test.step('a cluster that is gone is said to be so, over what was last seen', async () => {
    await other.kill()
    await expect(page.getByRole('main').getByRole('alert')).toBeVisible()
    await expect(board.row('orders', 0)).toBeVisible()
  })
})
