import { GroupMember } from './harness/group-member.ts'
import { Client } from './harness/kafka.ts'
import { barriers } from './harness/barriers.ts'
import { pick } from './harness/keys.ts'
import { runCluster } from './harness/running-cluster.ts'
import { expect, test } from './harness/test.ts'
import { BrowsePage } from './pages/browse-page.ts'
import { ClustersPage } from './pages/clusters-page.ts'
import { DemoPage } from './pages/demo-page.ts'
import { GroupsPage } from './pages/group-pages.ts'
import { ProducePage } from './pages/produce-page.ts'
import { TopicPage } from './pages/topic-page.ts'
import { TopicsPage } from './pages/topics-page.ts'

for (const theme of ['Light', 'Dark']) {
  test(`no barrier on any page, ${theme.toLowerCase()}`, async ({ ottla }) => {
    await ottla.shell.openSettings()
    await ottla.settings.choose(theme)
    expect(await barriers(ottla.page), 'settings').toEqual([])

    await ottla.shell.tabs.getByRole('button', { name: 'Close tab Settings' }).click()
    await expect(ottla.create.submit).toBeEnabled()
    expect(await barriers(ottla.page), 'first run').toEqual([])

    await ottla.create.submit.click()
    await expect(ottla.overview.state).toHaveText('Running')
    await expect(ottla.overview.figure('Topics')).toHaveText(/^\d/u)
    expect(await barriers(ottla.page), 'overview').toEqual([])

    await ottla.overview.broker(2).getByRole('button', { name: 'Kill broker 2' }).click()
    await expect(ottla.overview.problems).toBeVisible()
    expect(await barriers(ottla.page), 'overview with a problem').toEqual([])

    await ottla.shell.openPalette()
    // Its list scrolls with the arrow keys while the focus stays in the field, which the rule does not see.
    expect(await barriers(ottla.page, { but: ['scrollable-region-focusable'] }), 'palette').toEqual([])
  })
}

for (const theme of ['Light', 'Dark']) {
  test(`no barrier on the pages about topics, groups and clusters, ${theme.toLowerCase()}`, async ({
    ottla,
  }) => {
    test.setTimeout(120_000)
    const { page, shell } = ottla
    await shell.openSettings()
    await ottla.settings.choose(theme)
    await shell.tabs.getByRole('button', { name: 'Close tab Settings' }).click()
    const servers = await runCluster(ottla)
    const client = new Client(servers)
    await client.createTopic('orders', 6, 3)
    await client.produce('orders', ['{"id": 1}', 'plain text', '{"id": 9007199254740993}'])
    const member = await GroupMember.join(servers, 'billing', 'orders')
    await member.read(3)
    const rail = (name: string) => shell.rail.getByRole('button', { name, exact: true }).click()
    const found = async (where: string, but: string[] = []) => {
      const all = await barriers(page, { but })
      return all.map((each) => `${where}: ${each}`)
    }

    const topics = new TopicsPage(page)
    await rail('Topics')
    await expect(topics.row('orders')).toBeVisible()
    expect(await found('topics')).toEqual([])
    await topics.openForm()
    await topics.field('Topic name').fill('orders!')
    await expect(topics.check).toContainText('INVALID_TOPIC_EXCEPTION')
    expect(await found('create topic')).toEqual([])
    await page.keyboard.press('Escape')

    const topic = new TopicPage(page)
    await pick(page, 'Control+p', 'orders')
    await expect(topic.signs('leader')).toHaveCount(6)
    expect(await found('topic')).toEqual([])
    await topic.show('Configs')
    await topic.config('retention.ms').click()
    await expect(topic.editor('retention.ms')).toBeVisible()
    expect(await found('configs')).toEqual([])
    await pick(page, 'Control+k', 'Delete topic orders')
    await expect(topic.dialog.getByRole('textbox')).toBeFocused()
    expect(await found('delete topic')).toEqual([])
    await page.keyboard.press('Escape')

    await pick(page, 'Control+k', 'Produce to orders')
    const produce = new ProducePage(page)
    await produce.fill('Value', '{"id": ')
    await expect(produce.part('Value')).toContainText('Not JSON yet')
    expect(await found('produce')).toEqual([])

    const browse = new BrowsePage(page)
    await browse.open('orders')
    await browse.cells(1).nth(4).click()
    await expect(browse.part('Value')).toBeVisible()
    expect(await found('browse')).toEqual([])
    await browse.readFrom('Live')
    await browse.button('Pause').click()
    expect(await found('browse, live')).toEqual([])

    const groups = new GroupsPage(page)
    await groups.open()
    await expect(groups.row('billing')).toBeVisible()
    expect(await found('groups')).toEqual([])
    await pick(page, 'Control+p', 'billing')
    await expect(page.getByRole('main').getByRole('heading', { level: 1 })).toHaveText('billing')
    await expect(page.getByRole('main').locator('[data-figure=lag]')).toHaveText('0')
    expect(await found('group')).toEqual([])
    await member.stop()

    const demo = new DemoPage(page)
    await demo.open()
    expect(await found('demo')).toEqual([])
    await demo.button('Start demo').click()
    await expect(demo.lanes.first()).toBeVisible()
    expect(await found('demo, running')).toEqual([])

    const clusters = new ClustersPage(page)
    await clusters.open()
    await expect(clusters.state('local')).toHaveText('Running')
    expect(await found('clusters')).toEqual([])
    await clusters.button('Colour of local').click()
    expect(await found('colours')).toEqual([])
    await page.keyboard.press('Escape')
    await clusters.typeAddress('prod', 'localhost:1')
    await clusters.button('Test connection').click()
    await expect(clusters.report).toBeVisible()
    expect(await found('add cluster')).toEqual([])
    await page.keyboard.press('Control+p')
    await expect(shell.palette.getByRole('option').first()).toBeVisible()
    // Its list scrolls with the arrow keys while the focus stays in the field, which the rule does not see.
    expect(await found('open', ['scrollable-region-focusable'])).toEqual([])
  })
}
