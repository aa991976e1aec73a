import { GroupMember } from './harness/group-member.ts'
import { BusyProducer } from './harness/records.ts'
import { Client } from './harness/kafka.ts'
import { runCluster } from './harness/running-cluster.ts'
import { expect, test } from './harness/test.ts'
import { TopicsPage } from './pages/topics-page.ts'

test('what moves in the cluster is told, on its page and in the status bar', async ({ ottla }) => {
  const { overview, page } = ottla
  const servers = await runCluster(ottla)
  const client = new Client(servers)
  await client.createTopic('orders', 3, 3)
  await expect(overview.figure('Records in')).toContainText('0/s')
  await expect(overview.figure('Groups with lag')).toContainText('0')

  const producer = await BusyProducer.start(servers, 'orders', 3)
  const member = await GroupMember.join(servers, 'billing', 'orders')
  await member.read(100)
  const status = ottla.shell.statusBar.getByTestId('traffic')
  await expect(overview.figure('Records in')).toContainText(/[1-9][\d,.]*\/s/u)
  await expect(overview.figure('Committed by groups')).toContainText(/[1-9][\d,.]*\/s/u)
  await expect(status).toContainText(/In [1-9][\d,.]*\/s/u)
  member.pause()
  await expect(overview.figure('Groups with lag')).toContainText('1lag')

  await producer.stop()
  await expect(overview.figure('Records in')).toContainText('0/s')
  await member.stop()

  await overview.main.getByRole('button', { name: /^Groups with lag/u }).click()
  await expect(page.getByRole('main').getByRole('heading', { level: 1 })).toHaveText('Consumer groups')
})

test('each figure about partitions leads to just the topics it is about', async ({ ottla }) => {
  const { overview, page } = ottla
  const client = new Client(await runCluster(ottla))
  await client.createTopic('replicated', 3, 3)
  await client.createTopic('strict', 1, 3, { 'min.insync.replicas': '3' })
  await client.createTopic('alone', 3, 1)
  await expect(overview.figure('Topics')).toHaveText(/^3/u)
  await overview.broker(2).getByRole('button', { name: 'Kill broker 2' }).click()
  await expect(overview.figure('Under-replicated')).toHaveText(/^[1-9]/u)
  await expect(overview.figure('Below min ISR')).toHaveText('1')
  await expect(overview.figure('Without leader')).toHaveText(/^[1-9]/u)

  const topics = new TopicsPage(page)
  const chip = topics.main.getByTestId('topic-selection')
  await overview.main.getByRole('button', { name: /^Under-replicated/u }).click()
  await expect(chip).toHaveText('Under-replicated')
  await expect(topics.row('replicated')).toBeVisible()
  await expect(topics.main.locator('[data-topic]').filter({ hasText: 'Healthy' })).toHaveCount(0)

  await chip.click()
  await expect(chip).toBeHidden()
  await expect(topics.rows).toHaveCount(3)

  await ottla.shell.openOverview()
  await overview.main.getByRole('button', { name: /^Below min ISR/u }).click()
  await expect(topics.row('strict')).toBeVisible()
  await expect(topics.rows).toHaveCount(1)

  await ottla.shell.openOverview()
  await overview.main.getByRole('button', { name: /^Without leader/u }).click()
  await expect(chip).toHaveText('Without leader')
  await expect(topics.rows.first()).toContainText('without leader')
  await expect(topics.row('replicated')).toBeHidden()

  await ottla.shell.openOverview()
  await overview
    .broker(1)
    .getByRole('button', { name: /^Broker 1 leads/u })
    .click()
  await expect(chip).toHaveText('Led by broker 1')
  await expect(topics.row('replicated')).toBeVisible()
})
