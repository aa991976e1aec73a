import { Client } from './harness/kafka.ts'
import { pick } from './harness/keys.ts'
import { Ottla } from './harness/ottla.ts'
import { runCluster } from './harness/running-cluster.ts'
import { expect, test } from './harness/test.ts'
import { TopicPage } from './pages/topic-page.ts'

test('what was open is open again at the next launch, and says so where its topic is gone', async ({
  home,
  ottla,
}) => {
  const client = new Client(await runCluster(ottla))
  await client.createTopics(['orders', 'payments'])
  await pick(ottla.page, 'Control+p', 'payments')
  await expect(new TopicPage(ottla.page).title).toHaveText('payments')
  await pick(ottla.page, 'Control+p', 'orders')
  await pick(ottla.page, 'Control+k', 'Browse orders')
  await ottla.shell.openSettings()
  await ottla.page.keyboard.press('Control+2')
  await expect(new TopicPage(ottla.page).title).toHaveText('payments')
  await ottla.quit()

  const again = await Ottla.launch(home)
  const names = again.shell.tabs
    .getByRole('navigation')
    .locator('button[aria-current], button:not([aria-label])')
  await expect(names).toHaveText(['Overview', 'payments', 'orders', 'orders', 'Settings'])
  const topic = new TopicPage(again.page)
  await expect(topic.title).toHaveText('payments')
  await expect(topic.figure('Partitions')).toHaveText('1')

  await client.deleteTopic('payments')
  await expect(topic.main.getByTestId('gone')).toContainText('Topic payments no longer exists')
  await client.deleteTopic('orders')
  await again.page.keyboard.press('Control+4')
  await expect(topic.main.getByTestId('gone')).toContainText('Topic orders no longer exists')
  await topic.button('Close tab').click()
  await expect(names).toHaveText(['Overview', 'payments', 'orders', 'Settings'])
  await again.quit()
})
