import { Client } from './harness/kafka.ts'
import { Ottla } from './harness/ottla.ts'
import { expect, test } from './harness/test.ts'

const VALUES = Array.from({ length: 100 }, (_, index) => `record-${String(index).padStart(3, '0')}`)

test('one click makes a cluster that any client can use, and that is there after a restart', async ({
  home,
  ottla,
}) => {
  await expect(ottla.create.title).toHaveText('Create a Kafka cluster on this machine')
  await expect(ottla.create.addresses).toHaveText(['127.0.0.1:9092', '127.0.0.1:9093', '127.0.0.1:9094'])
  await ottla.create.submit.click()

  const { overview } = ottla
  await expect(overview.title).toHaveText('local')
  await expect(overview.state).toHaveText('Running')
  await expect(overview.brokers).toHaveCount(3)
  await expect(overview.brokers.getByText('Running')).toHaveCount(3)
  await expect(overview.brokers.getByText('controller')).toHaveCount(1)
  await expect(overview.figure('Brokers')).toHaveText('3 / 3')
  await expect(overview.figure('Controller')).toHaveText(/^Broker [123]$/u)
  await expect(overview.figure('Topics')).toHaveText(/^0/u)
  await expect(overview.bootstrapServers).toHaveText('127.0.0.1:9092,127.0.0.1:9093,127.0.0.1:9094')
  await expect(overview.problems).toBeHidden()

  const client = new Client(await overview.servers())
  await client.createTopic('orders', 6, 3)
  await client.produce('orders', VALUES)
  expect(await client.consume('orders', VALUES.length)).toEqual(VALUES)

  await expect(overview.figure('Topics')).toHaveText(/^1\b/u)
  await expect(overview.figure('Under-replicated')).toHaveText('0')
  await expect(overview.figure('Without leader')).toHaveText('0')
  await expect(overview.broker(1).getByRole('definition').last()).not.toHaveText('0')

  await test.step('the user quits and comes back', async () => {
    await ottla.quit()
    const again = await Ottla.launch(home)
    await expect(again.overview.state).toHaveText('Running')
    await expect(again.overview.brokers.getByText('Running')).toHaveCount(3)
    expect(await new Client(await again.overview.servers()).consume('orders', VALUES.length)).toEqual(VALUES)

    await test.step('and after the app died too', async () => {
      await again.kill()
      const third = await Ottla.launch(home)
      await expect(third.overview.state).toHaveText('Running')
      expect(await new Client(await third.overview.servers()).consume('orders', VALUES.length)).toEqual(
        VALUES,
      )
      await third.quit()
    })
  })
})

test('a stopped cluster stays stopped, and starts with one click', async ({ home, ottla }) => {
  await ottla.create.submit.click()
  await expect(ottla.overview.state).toHaveText('Running')
  await ottla.overview.button('Stop cluster').click()
  await expect(ottla.overview.state).toHaveText('Stopped')
  await expect(ottla.overview.brokers.getByText('Stopped')).toHaveCount(3)

  await test.step('also for the next launch', async () => {
    await ottla.quit()
    const again = await Ottla.launch(home)
    await expect(again.overview.state).toHaveText('Stopped')
    await again.shell.statusBar.getByRole('button', { name: 'Start cluster local' }).click()
    await expect(again.overview.state).toHaveText('Running')
    await again.quit()
  })
})

test('bootstrap servers and snippets are copied as they stand', async ({ ottla }) => {
  await ottla.create.submit.click()
  await expect(ottla.overview.state).toHaveText('Running')
  await ottla.overview.button('Copy bootstrap servers').click()
  await expect.poll(() => ottla.clipboardText()).toBe('127.0.0.1:9092,127.0.0.1:9093,127.0.0.1:9094')
  await ottla.overview.main.getByText('kafkajs', { exact: true }).click()
  await ottla.overview.button('Copy kafkajs snippet').click()
  await expect.poll(() => ottla.clipboardText()).toContain("brokers: ['127.0.0.1:9092', '127.0.0.1:9093'")
})
