import { otherProgram } from './harness/ports.ts'
import { expect, test } from './harness/test.ts'

test('a taken port is seen before the start, and one click goes around it', async ({ ottla }) => {
  const other = await otherProgram()
  await ottla.create.firstPort.fill(String(other.port))
  await expect(ottla.create.alert).toContainText(`Port ${other.port} is used by another program. Start on `)
  await expect(ottla.create.submit).toBeDisabled()

  await ottla.create.alert.getByRole('button').click()
  await expect(ottla.create.alert).toBeHidden()
  const chosen = await ottla.create.firstPort.inputValue()
  await ottla.create.submit.click()
  await expect(ottla.overview.state).toHaveText('Running')
  await expect(ottla.overview.bootstrapServers).toContainText(`127.0.0.1:${chosen},`)
  await other.end()
})

test('a port that was taken while the cluster was stopped costs one broker, and its reason is told', async ({
  ottla,
}) => {
  const { overview } = ottla
  await ottla.create.submit.click()
  await expect(overview.state).toHaveText('Running')
  await overview.button('Stop cluster').click()
  await expect(overview.state).toHaveText('Stopped')

  const other = await otherProgram(9093)
  await overview.button('Start cluster').click()
  await expect(overview.broker(2).getByText('Failed')).toBeVisible()
  await expect(overview.figure('Brokers')).toHaveText('2 / 3')
  await expect(overview.problems).toContainText(/Broker 2 failed\..*9093/u)

  await other.end()
  await overview.problems.getByRole('button', { name: 'Start broker 2' }).click()
  await expect(overview.broker(2).getByText('Running')).toBeVisible()
  await expect(overview.problems).toBeHidden()
})

test('a cluster that cannot start at all says why, and starts once it can', async ({ ottla }) => {
  const { overview } = ottla
  await ottla.create.main.getByText('1', { exact: true }).click()
  await ottla.create.submit.click()
  await expect(overview.state).toHaveText('Running')
  await overview.button('Stop cluster').click()
  await expect(overview.state).toHaveText('Stopped')

  const other = await otherProgram(9092)
  await overview.button('Start cluster').click()
  await expect(overview.problems).toContainText('9092')
  await expect(overview.state).toHaveText('Stopped')

  await other.end()
  await overview.button('Start cluster').click()
  await expect(overview.state).toHaveText('Running')
  await expect(overview.problems).toBeHidden()
})
