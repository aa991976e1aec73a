import { manyPartitions } from './harness/many-partitions.ts'
import { runCluster } from './harness/running-cluster.ts'
import { expect, test } from './harness/test.ts'
import { BoardPage } from './pages/board-page.ts'

const TOPICS = 40
const PARTITIONS = 50
/** Topics and partitions that fit into the window, and a few more on each side. */
const DRAWN_AT_MOST = 80

test('two thousand partitions: those in sight are drawn, and an election is seen in all of them', async ({
  ottla,
}) => {
  test.setTimeout(180_000)
  const { page } = ottla
  const servers = await runCluster(ottla)
  await manyPartitions(servers, { topics: TOPICS, partitions: PARTITIONS, replicas: 3 })
  const board = new BoardPage(page)
  const drawn = board.grid.locator('[data-row-key]')
  await board.open()

  await test.step('every line is counted, few are drawn, with their figures', async () => {
    await expect(board.grid).toHaveAttribute('aria-rowcount', String(1 + TOPICS * (1 + PARTITIONS)))
    await expect(board.row('topic-00', 0).getByTestId('log-end')).toHaveText('0')
    expect(await drawn.count()).toBeLessThan(DRAWN_AT_MOST)
  })

  await test.step('a filter finds a topic, and all topics can be folded', async () => {
    const filter = page.getByRole('main').getByRole('searchbox')
    await filter.fill('topic-39')
    await expect(board.grid).toHaveAttribute('aria-rowcount', String(2 + PARTITIONS))
    await expect(board.row('topic-39', 0)).toBeVisible()
    await filter.fill('')
    await board.button('Fold all').click()
    await expect(board.grid).toHaveAttribute('aria-rowcount', String(1 + TOPICS))
    await board.button('Unfold all').click()
    await expect(board.grid).toHaveAttribute('aria-rowcount', String(1 + TOPICS * (1 + PARTITIONS)))
  })

  await test.step('a killed broker leads nothing any more, in sight or not', async () => {
    await board.act(2, 'Kill broker 2')
    await expect(board.badge(2, 'absent')).toHaveText('dead')
    await expect(board.cell('topic-00', 0, 2)).toHaveAttribute('data-sign', 'offlineOutOfIsr')
    await expect(board.row('topic-00', 0).locator('[data-sign=leader]')).toHaveCount(1)
    await board.button('Fold all').click()
    const under = board.grid.getByText(`${PARTITIONS} under-replicated`)
    await expect(under.first()).toBeVisible()
    await page.getByRole('main').getByRole('searchbox').fill('topic-39')
    await expect(under).toHaveCount(1)
  })
})
