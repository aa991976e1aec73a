import { Client } from './harness/kafka.ts'
import { BusyProducer } from './harness/records.ts'
import { runCluster } from './harness/running-cluster.ts'
import { expect, test } from './harness/test.ts'
import { TopicPage } from './pages/topic-page.ts'

test('a killed leader is seen to lose its partition and its place in the ISR, and to return', async ({
  ottla,
}) => {
  const servers = await runCluster(ottla)
  await new Client(servers).createTopic('orders', 3, 3)
  const busy = await BusyProducer.start(servers, 'orders', 3)
  const topic = new TopicPage(ottla.page)
  await ottla.shell.rail.getByRole('button', { name: 'Topics' }).click()
  await ottla.page.locator('[data-topic=orders]').click()
  await expect(topic.signs('leader')).toHaveCount(3)
  await expect(topic.figure('Records')).not.toHaveText('0')

  const killed = await topic.leaderOf(0)
  await ottla.shell.run(`Kill broker ${killed}`)

  // The board of the same page, live: another leader, the dead one out of the ISR and hatched.
  await expect(topic.place(0, killed)).toHaveAttribute('data-sign', 'offlineOutOfIsr')
  await expect(topic.board.locator(`[data-broker-row="${killed}"]`)).toHaveAttribute('data-alive', 'false')
  await expect(topic.signs('leader')).toHaveCount(3)
  expect(await topic.leaderOf(0)).not.toBe(killed)
  await expect(topic.figure('Under-replicated')).toHaveText('3')
  await expect(topic.partition(0).getByRole('cell').nth(2)).toHaveText(/^[123], [123]$/u)
  await expect(topic.partition(0).getByRole('cell').nth(2)).not.toContainText(String(killed))

  // Producing goes on meanwhile, and is seen to.
  const before = await topic.figure('Records').textContent()
  await expect(topic.figure('Records')).not.toHaveText(before ?? '')

  await ottla.shell.run(`Start broker ${killed}`)
  await expect(topic.board.locator(`[data-broker-row="${killed}"]`)).toHaveAttribute('data-alive', 'true')
  await expect(topic.place(0, killed)).toHaveAttribute('data-sign', /^(inSync|behind|leader)$/u)
  await expect(topic.figure('Under-replicated')).toHaveText('0')

  const written = await busy.stop()
  // A send that was retried may stand twice in the log, but none that was acknowledged may be missing.
  const records = async () => Number((await topic.figure('Records').innerText()).replaceAll(',', ''))
  await expect.poll(records).toBeGreaterThanOrEqual(written)
  await expect(topic.signs('inSync')).toHaveCount(6)
})
