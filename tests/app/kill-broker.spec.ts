import { Client } from './harness/kafka.ts'
import { expect, test } from './harness/test.ts'

test('a killed controller is seen to die, another takes over, and what it left behind is told', async ({
  ottla,
}) => {
  await ottla.create.submit.click()
  const { overview } = ottla
  await expect(overview.state).toHaveText('Running')
  const client = new Client(await overview.servers())
  await client.createTopic('orders', 3, 3)
  await client.produce('orders', ['before'])
  await expect(overview.figure('Under-replicated')).toHaveText('0')

  const controller = overview.brokers.filter({ hasText: 'controller' })
  const name = (await controller.getByRole('heading').textContent()) ?? ''
  const killed = overview.main.getByRole('article', { name, exact: true })
  await killed.getByRole('button', { name: /^Kill/u }).click()

  await expect(killed.getByText(/^(Stopped|Failed)$/u)).toBeVisible()
  await expect(overview.figure('Brokers')).toHaveText('2 / 3')
  await expect(overview.figure('Controller')).not.toHaveText(name)
  await expect(overview.figure('Controller')).toHaveText(/^Broker [123]$/u)
  await expect(killed.getByText('controller')).toBeHidden()
  await expect(overview.problems).toContainText(/partitions are under-replicated/u)
  await expect(overview.problems).toContainText('orders')

  await client.produce('orders', ['after'])
  expect(await client.consume('orders', 2)).toEqual(['after', 'before'])

  await killed.getByRole('button', { name: /^Start/u }).click()
  await expect(killed.getByText('Running')).toBeVisible()
  await expect(overview.figure('Under-replicated')).toHaveText('0')
  await expect(overview.problems).toBeHidden()
})

test('a broker is stopped from the palette, and started from the problem it leaves', async ({ ottla }) => {
  await ottla.create.submit.click()
  await expect(ottla.overview.state).toHaveText('Running')
  await ottla.shell.run('Stop broker 3')
  await expect(ottla.overview.broker(3).getByText('Stopped')).toBeVisible()
  await expect(ottla.overview.problems).toContainText('Broker 3 is stopped.')
  await ottla.overview.problems.getByRole('button', { name: 'Start broker 3' }).click()
  await expect(ottla.overview.broker(3).getByText('Running')).toBeVisible()
  await expect(ottla.overview.problems).toBeHidden()
})
