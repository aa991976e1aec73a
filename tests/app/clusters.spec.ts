import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from './harness/kafka.ts'
import { freePorts, otherCluster } from './harness/other-cluster.ts'
import { otherProgram } from './harness/ports.ts'
import { expect, test } from './harness/test.ts'
import type { Ottla } from './harness/ottla.ts'
import { ClustersPage } from './pages/clusters-page.ts'

async function createdCluster(ottla: Ottla, name: string): Promise<void> {
  await ottla.create.name.fill(name)
  await ottla.create.firstPort.fill(String(await freePorts(4)))
  await ottla.create.submit.click()
  await expect(ottla.overview.title).toHaveText(name)
  await expect(ottla.overview.state).toHaveText('Running')
}

test('a second cluster is made, renamed, stopped and deleted', async ({ ottla, home }) => {
  const clusters = new ClustersPage(ottla.page)
  await createdCluster(ottla, 'first')
  await clusters.open()
  await expect(clusters.state('first')).toHaveText('Running')
  await clusters.button('New local cluster').click()
  await createdCluster(ottla, 'second')
  const client = new Client(await ottla.overview.servers())
  await client.createTopic('orders', 6, 3)
  await client.produce('orders', ['a', 'b', 'c', 'd', 'e'])

  await clusters.open()
  await expect(clusters.main.getByRole('article')).toHaveCount(2)
  await expect(clusters.figure('second', 'Brokers')).toHaveText('3 / 3')
  await expect(clusters.figure('second', 'Topics')).toHaveText('1')
  await expect(clusters.figure('second', 'Disk used')).toHaveText(/^[\d.,]+ [KM]B$/u)

  await test.step('under another name, while it runs', async () => {
    await clusters.rename('second', 'first')
    await expect(clusters.main.getByRole('alert')).toContainText('There is a cluster named "first" already.')
    await ottla.page.keyboard.press('Escape')
    await clusters.rename('second', 'staging')
    await expect(clusters.state('staging')).toHaveText('Running')
    await expect(clusters.card('second')).toHaveCount(0)
  })

  await expect(clusters.button('Delete cluster staging')).toBeDisabled()
  await clusters.button('Stop cluster staging').click()
  await expect(clusters.state('staging')).toHaveText('Stopped')

  await test.step('gone only when its name is typed', async () => {
    await clusters.button('Delete cluster staging').click()
    await expect(clusters.dialog).toContainText('Deletes 5 records in 1 topic and frees')
    const submit = clusters.dialog.getByRole('button', { name: 'Delete cluster' })
    await clusters.dialog.getByRole('textbox').fill('second')
    await expect(submit).toBeDisabled()
    expect(existsSync(join(home, 'clusters', 'second'))).toBe(true)
    await clusters.dialog.getByRole('textbox').fill('staging')
    await submit.click()
    await expect(clusters.card('staging')).toHaveCount(0)
    expect(existsSync(join(home, 'clusters', 'second'))).toBe(false)
  })
  await expect(clusters.state('first')).toHaveText('Running')
})

test('a broker is added to a running cluster, and takes part in it', async ({ ottla }) => {
  const { overview } = ottla
  await createdCluster(ottla, 'local')
  await overview.button('Add broker').click()
  await expect(overview.brokers).toHaveCount(4)
  await expect(overview.broker(4).getByText('Running')).toBeVisible()
  await expect(overview.figure('Brokers')).toHaveText('4 / 4')

  const servers = await overview.servers()
  expect(servers.split(',')).toHaveLength(4)
  const client = new Client(servers.split(',')[3] ?? '')
  await client.createTopic('wide', 4, 4)
  await client.produce('wide', ['through', 'the', 'fourth'])
  expect(await client.consume('wide', 3)).toEqual(['fourth', 'the', 'through'])
  await expect(overview.broker(4).getByRole('definition').first()).toHaveText(/^[1-9]/u)

  await test.step('also after a stop and a start', async () => {
    await overview.button('Stop cluster').click()
    await expect(overview.state).toHaveText('Stopped')
    await overview.button('Start cluster').click()
    await expect(overview.brokers.getByText('Running')).toHaveCount(4)
  })
})

test('a cluster is added by its address, watched, lost and removed', async ({ ottla }) => {
  const clusters = new ClustersPage(ottla.page)
  const other = await otherCluster()
  await clusters.typeAddress('elsewhere', other.bootstrapServers.split(',')[0] ?? '')
  await clusters.button('Test connection').click()
  await expect(clusters.report).toContainText('All 3 brokers answer.')
  await clusters.button('Add cluster').click()

  const { overview } = ottla
  await expect(overview.title).toHaveText('elsewhere')
  await expect(overview.state).toHaveText('Answers')
  await expect(overview.brokers).toHaveCount(3)
  await expect(overview.brokers.getByText('controller')).toHaveCount(1)
  await expect(overview.figure('Controller')).toHaveText(/^Broker [123]$/u)
  await expect(overview.button('Kill broker 1')).toBeDisabled()
  await expect(overview.button('Stop cluster')).toBeDisabled()
  await expect(overview.button('Add broker')).toBeDisabled()
  await expect(overview.main).toContainText('Only brokers of a local cluster can be started')
  await expect(ottla.shell.rail).toContainText('Remote · 3 brokers')

  await new Client(other.bootstrapServers).createTopic('orders', 3, 3)
  await expect(overview.figure('Topics')).toHaveText(/^1/u)

  await test.step('its process dies', async () => {
    await other.kill()
    await expect(overview.state).toHaveText('Unreachable')
    await expect(overview.problems).toContainText(/The cluster has not answered since \d\d:\d\d:\d\d/u)
    await expect(overview.problems).toContainText('The brokers take no connections')
    await expect(overview.brokers).toHaveCount(3)
    await clusters.open()
    await expect(clusters.state('elsewhere')).toHaveText('Unreachable')
    await expect(clusters.card('elsewhere').getByRole('alert')).toContainText('Unreachable since')
  })

  await clusters.button('Remove cluster elsewhere').click()
  await clusters.dialog.getByRole('button', { name: 'Remove cluster' }).click()
  await expect(clusters.card('elsewhere')).toHaveCount(0)
  await expect(ottla.shell.tabs).not.toContainText('elsewhere')
})

test('what is wrong with an address is told, with what to do about it', async ({ ottla }) => {
  const clusters = new ClustersPage(ottla.page)
  const port = await freePorts(1)
  await clusters.typeAddress('nobody', `127.0.0.1:${port}`)
  await clusters.button('Test connection').click()
  await expect(clusters.report).toContainText('No Kafka broker answers on any of these addresses.')
  await expect(clusters.report).toContainText(`Nothing listens on 127.0.0.1:${port}. Start the broker`)

  await clusters.servers.fill('no-such-host.invalid:9092')
  await expect(clusters.report).toBeHidden()
  await clusters.button('Test connection').click()
  await expect(clusters.report).toContainText('The host no-such-host.invalid is not known.')

  const mute = await otherProgram()
  await clusters.servers.fill(`127.0.0.1:${mute.port}`)
  await clusters.button('Test connection').click()
  await expect(clusters.report).toContainText('does not answer as a Kafka broker does')
  await mute.end()

  await clusters.servers.fill('kafka.example.com')
  await expect(clusters.main).toContainText('“kafka.example.com” is no address')
  await expect(clusters.button('Test connection')).toBeDisabled()

  await test.step('and after it was added all the same', async () => {
    await clusters.servers.fill(`127.0.0.1:${port}`)
    await clusters.button('Add cluster').click()
    await expect(ottla.overview.state).toHaveText('Unreachable')
    await expect(ottla.overview.problems).toContainText(/The brokers take no connections.*Start a broker/u)
  })
})
