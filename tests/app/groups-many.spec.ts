import { Client } from './harness/kafka.ts'
import { commitGroups } from './harness/many-groups.ts'
import { runCluster } from './harness/running-cluster.ts'
import { expect, test } from './harness/test.ts'
import { GroupsPage } from './pages/group-pages.ts'

const GROUPS = 2_000
const RECORDS = Array.from({ length: 10 }, (_, index) => `${index}`)
/** What fits into the window, and a few more on each side. */
const DRAWN_AT_MOST = 80
const LAG = 6
/** The only one that has read nothing. */
const FARTHEST_BEHIND = 'service-1234'

const nameOf = (index: number) => `service-${String(index).padStart(4, '0')}`

test('of two thousand groups those in sight are drawn, and all are sorted and searched', async ({
  ottla,
}) => {
  test.setTimeout(120_000)
  const { page } = ottla
  const servers = await runCluster(ottla)
  const client = new Client(servers)
  await client.createTopic('orders', 1, 1)
  await client.produce('orders', RECORDS)
  const others = Array.from({ length: GROUPS }, (_, index) => ({
    groupId: nameOf(index),
    offset: (index % 9) + 1,
  })).filter(({ groupId }) => groupId !== FARTHEST_BEHIND)
  await commitGroups(servers, 'orders', [...others, { groupId: FARTHEST_BEHIND, offset: 0 }])
  const groups = new GroupsPage(page)
  const drawn = groups.grid.locator('[data-group]')
  await groups.open()

  await test.step('all are counted, few are drawn, by name', async () => {
    await expect(groups.main.getByText('2,000 groups')).toBeVisible()
    await expect(groups.grid).toHaveAttribute('aria-rowcount', '2001')
    await expect(drawn.first()).toHaveAttribute('data-group', nameOf(0))
    await expect(groups.cell(nameOf(0), LAG)).toHaveText('9')
    expect(await drawn.count()).toBeLessThan(DRAWN_AT_MOST)
  })

  await test.step('the last one is a key away, and has its figures', async () => {
    await groups.grid.focus()
    await page.keyboard.press('End')
    await expect(groups.cell(nameOf(GROUPS - 1), LAG)).toHaveText('8')
    await expect(groups.row(nameOf(0))).toHaveCount(0)
    expect(await drawn.count()).toBeLessThan(DRAWN_AT_MOST)
    await page.keyboard.press('Home')
    await expect(groups.row(nameOf(0))).toBeVisible()
  })

  await test.step('sorted by lag, the one farthest behind comes first, wherever it was', async () => {
    await groups.grid.getByRole('button', { name: 'Lag', exact: true }).click()
    await expect(drawn.first()).toHaveAttribute('data-group', FARTHEST_BEHIND)
    await expect(groups.cell(FARTHEST_BEHIND, LAG)).toHaveText('10')
    await groups.grid.getByRole('button', { name: 'Lag', exact: true }).click()
    await expect(drawn.first()).toHaveAttribute('data-group', nameOf(8))
    await expect(groups.cell(nameOf(8), LAG)).toHaveText('1')
  })

  await test.step('a search narrows as it is typed, and what is produced meanwhile is seen', async () => {
    await groups.main.getByRole('searchbox').pressSequentially('service-19')
    await expect(groups.grid).toHaveAttribute('aria-rowcount', '101')
    await client.produce('orders', ['late-1', 'late-2', 'late-3'])
    await expect(groups.cell(nameOf(1_907), LAG)).toHaveText('4')
    await groups.main.getByRole('searchbox').fill('nothing like it')
    await expect(groups.main.getByRole('status')).toContainText('nothing like it')
  })
})
