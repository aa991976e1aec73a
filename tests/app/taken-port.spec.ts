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

test('a port that is taken while the cluster is stopped is told with its remedy', async ({ ottla }) => {
  await ottla.create.submit.click()
  await expect(ottla.overview.state).toHaveText('Running')
  await ottla.overview.button('Stop cluster').click()
  await expect(ottla.overview.state).toHaveText('Stopped')

  const other = await otherProgram(9093)
  await ottla.overview.button('Start cluster').click()
  await expect(ottla.overview.main.getByRole('alert')).toContainText('9093')
  await expect(ottla.overview.state).toHaveText('Stopped')

  await other.end()
  await ottla.overview.button('Start cluster').click()
  await expect(ottla.overview.state).toHaveText('Running')
  await expect(ottla.overview.problems).toBeHidden()
})
