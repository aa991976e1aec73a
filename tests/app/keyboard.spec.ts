import { GroupMember } from './harness/group-member.ts'
import { Client } from './harness/kafka.ts'
import { pick, tabTo } from './harness/keys.ts'
import { freePorts } from './harness/other-cluster.ts'
import { runCluster } from './harness/running-cluster.ts'
import { expect, test } from './harness/test.ts'
import { BrowsePage } from './pages/browse-page.ts'
import { ProducePage } from './pages/produce-page.ts'
import { TopicsPage } from './pages/topics-page.ts'
import { TopicPage } from './pages/topic-page.ts'

test('a cluster, a topic, a record and a group, all without the mouse', async ({ ottla }) => {
  const { page } = ottla
  const main = page.getByRole('main')

  await test.step('a cluster is created', async () => {
    const port = String(await freePorts(3))
    await tabTo(page, ottla.create.firstPort)
    await page.keyboard.press('Control+a')
    await page.keyboard.type(port)
    await expect(ottla.create.submit).toBeEnabled()
    await page.keyboard.press('Enter')
    await expect(ottla.overview.state).toHaveText('Running')
  })

  await test.step('a topic is created', async () => {
    await pick(page, 'Control+k', 'Create topic')
    const topics = new TopicsPage(page)
    await expect(topics.field('Topic name')).toBeFocused()
    await page.keyboard.type('orders')
    await page.keyboard.press('Enter')
    await expect(new TopicPage(page).title).toHaveText('orders')
  })

  await test.step('a record is produced', async () => {
    await pick(page, 'Control+k', 'Produce to orders')
    const produce = new ProducePage(page)
    await tabTo(page, produce.editor('Value'))
    await page.keyboard.press('Control+a')
    await page.keyboard.type('{"city": "Busan"}')
    await page.keyboard.press('Control+Enter')
    await expect(produce.sent).toHaveCount(1)
  })

  await test.step('it is browsed and opened', async () => {
    await pick(page, 'Control+p', 'orders')
    await expect(new TopicPage(page).title).toHaveText('orders')
    await pick(page, 'Control+k', 'Browse orders')
    const browse = new BrowsePage(page)
    await expect(browse.cells(1)).toHaveCount(7)
    await tabTo(page, browse.grid)
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await expect(browse.part('Value')).toContainText('Busan')
    await page.keyboard.press('Escape')
    await expect(browse.record).toBeHidden()
  })

  await test.step('a group is opened', async () => {
    await page.keyboard.press('Control+1')
    const member = await GroupMember.join(await ottla.overview.servers(), 'billing', 'orders')
    await member.read(1)
    await pick(page, 'Control+p', 'billing')
    await expect(main.getByRole('heading', { level: 1 })).toHaveText('billing')
    await expect(main.getByText('Stable').first()).toBeVisible()
    await member.stop()
  })

  await test.step('tabs are walked through, closed and had back', async () => {
    const current = ottla.shell.tabs.locator('[aria-current=true]')
    await expect(current).toHaveText('billing')
    await page.keyboard.press('Control+Tab')
    await expect(ottla.overview.state).toHaveText('Running')
    await page.keyboard.press('Control+Shift+Tab')
    await expect(current).toHaveText('billing')
    await page.keyboard.press('Control+w')
    await expect(current).not.toHaveText('billing')
    await page.keyboard.press('Control+Shift+T')
    await expect(current).toHaveText('billing')
  })
})

test('many topics are found by a few letters, the one opened last first', async ({ ottla }) => {
  const { page } = ottla
  const client = new Client(await runCluster(ottla))
  await client.createTopics(Array.from({ length: 400 }, (_, index) => `team-${index % 7}.events-${index}`))
  const options = ottla.shell.palette.getByRole('option')

  await page.keyboard.press('Control+p')
  await page.keyboard.type('te2ev317')
  await expect(options.first()).toContainText('team-2.events-317')
  await page.keyboard.press('Control+a')
  await page.keyboard.type('events')
  await expect(options.first()).toBeVisible()
  // Only what is in sight is drawn.
  expect(await options.count()).toBeLessThan(40)
  await page.keyboard.press('Control+a')
  await page.keyboard.type('events-123')
  await page.keyboard.press('Enter')
  await expect(new TopicPage(page).title).toHaveText('team-4.events-123')

  await page.keyboard.press('Control+p')
  await expect(options.first()).toContainText('team-4.events-123')
  await page.keyboard.type('no topic is called this')
  await expect(ottla.shell.palette.getByRole('status').last()).toHaveText(
    'No topic, group or cluster is called that',
  )
  await page.keyboard.press('Escape')
  await expect(ottla.shell.palette).toBeHidden()
})

test('the palette reaches the acts of the page in view', async ({ ottla }) => {
  const { page } = ottla
  const client = new Client(await runCluster(ottla))
  await client.createTopic('orders', 1, 1)
  await pick(page, 'Control+p', 'orders')
  const topic = new TopicPage(page)
  await expect(topic.title).toHaveText('orders')

  await pick(page, 'Control+k', 'Edit configs of orders')
  await expect(topic.config('retention.ms')).toBeVisible()
  await pick(page, 'Control+k', 'Add partitions to orders')
  await expect(topic.main.getByRole('complementary')).toBeVisible()
  await pick(page, 'Control+k', 'Delete topic orders')
  await expect(topic.dialog.getByRole('textbox')).toBeFocused()
  await page.keyboard.type('orders')
  await page.keyboard.press('Enter')
  await expect(topic.title).toHaveText('Topics')
})
