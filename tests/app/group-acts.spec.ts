import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { GroupMember } from './harness/group-member.ts'
import { Client } from './harness/kafka.ts'
import { otherCluster } from './harness/other-cluster.ts'
import { Ottla } from './harness/ottla.ts'
import { runCluster } from './harness/running-cluster.ts'
import { expect, test } from './harness/test.ts'
import { ClustersPage } from './pages/clusters-page.ts'
import { GroupPage, GroupsPage } from './pages/group-pages.ts'

// What can be done to a group beyond resetting and deleting it.

const RECORDS = Array.from({ length: 12 }, (_, index) => `order-${index}`)
const GROWTH = { timeout: 20_000 }

/** What is saved by an act, in the place of the dialog in which a user says where. */
async function saved(ottla: Ottla, group: GroupPage, act: string): Promise<string> {
  const file = join(ottla.home, act)
  await ottla.app.evaluate(
    ({ session }, path) =>
      session.defaultSession.once('will-download', (_event, item) => item.setSavePath(path)),
    file,
  )
  await group.act(act)
  await expect.poll(() => readFile(file, 'utf8').catch(() => '')).toMatch(/\n$/u)
  return readFile(file, 'utf8')
}

test('a member is put out, a topic grows, and all of it is exported and still there after a relaunch', async ({
  ottla,
  home,
}) => {
  test.setTimeout(150_000)
  await runCluster(ottla)
  const [groups, group] = [new GroupsPage(ottla.page), new GroupPage(ottla.page)]
  const past = group.main.getByRole('option')
  await groups.open()
  await groups.main.getByRole('button', { name: 'Start demo' }).click()
  await expect(group.figure('members')).toHaveText('2')

  await test.step('a member is removed, and joins again', async () => {
    await group.show('Members')
    const member = group.members.filter({ hasText: 'demo-consumer-1' })
    const removedId = (await member.getAttribute('data-member')) ?? ''
    await group.button('Remove demo-consumer-1 from the group').click()
    await expect(member).not.toHaveAttribute('data-member', removedId)
    await group.show('Rebalances')
    await expect(past.filter({ hasText: 'demo-consumer-1 was removed from the group.' })).toHaveCount(1)
    await group.show('Assignment')
    await expect(group.matrixCells('demo-consumer-1')).toHaveCount(3)
    await expect(group.matrixCells('demo-consumer-2')).toHaveCount(3)
    await group.show('Rebalances')
  })

  await test.step('partitions are added: the leader sees it, and the cause says by how many', async () => {
    await group.act('Add 2 partitions to demo')
    await expect(past.filter({ hasText: 'demo grew from 6 to 8 partitions' })).toHaveCount(1, GROWTH)
    await group.show('Assignment')
    await expect(group.main.locator('[data-cell]')).toHaveCount(8)
  })

  await test.step('its offsets as CSV, everything as JSON', async () => {
    const lines = (await saved(ottla, group, 'Save offsets as CSV')).trim().split('\r\n')
    expect(lines[0]).toMatch(/^group,topic,partition,committed_offset,/u)
    expect(lines).toHaveLength(9)
    expect(lines[1]).toMatch(/^demo-group,demo,0,\d+,/u)
    const whole = JSON.parse(await saved(ottla, group, 'Save everything as JSON')) as Record<string, unknown>
    expect(whole).toMatchObject({ groupId: 'demo-group', groupType: 'classic' })
    expect(whole['members']).toHaveLength(2)
    expect(JSON.stringify(whole['history'])).toContain('partitionsGrown')
  })

  await test.step('the lag of before is there after a relaunch', async () => {
    await group.show('Offsets and lag')
    const chart = group.main.getByRole('region', { name: 'Total lag over time' })
    await expect(chart).toHaveAttribute('data-since', /^\d+$/u)
    await ottla.quit()
    const quitMs = Date.now()
    const again = await Ottla.launch(home)
    const chartAgain = new GroupPage(again.page).main.getByRole('region', { name: 'Total lag over time' })
    await expect
      .poll(async () => Number((await chartAgain.getAttribute('data-since')) ?? Infinity), {
        timeout: 20_000,
      })
      .toBeLessThan(quitMs)
    await again.quit()
  })
})

test('offsets are copied from another group, and forgotten', async ({ ottla }) => {
  test.setTimeout(90_000)
  const servers = await runCluster(ottla)
  const client = new Client(servers)
  await client.createTopic('orders', 1, 3)
  await client.produce('orders', RECORDS)
  const billing = await GroupMember.join(servers, 'billing', 'orders')
  await billing.read(RECORDS.length)
  await billing.stop()
  await client.produce('orders', ['late-1', 'late-2', 'late-3'])
  const audit = await GroupMember.join(servers, 'audit', 'orders')
  await audit.read(RECORDS.length + 3)
  await audit.stop()

  const [groups, group] = [new GroupsPage(ottla.page), new GroupPage(ottla.page)]
  await groups.open()
  await groups.row('billing').click()
  await expect(group.figure('lag')).toHaveText('3')
  await group.button('Reset offsets').click()
  await group.panel.getByRole('combobox', { name: 'Go on from' }).click()
  await ottla.page.getByRole('option', { name: 'Where another group is' }).click()
  await group.panel.getByRole('button', { name: 'Group', exact: true }).click()
  await ottla.page.getByRole('option', { name: 'audit' }).click()
  await expect(group.panel.locator('[data-reset-says]')).toHaveText('Will skip 3 records.')
  await group.panel.getByRole('button', { name: 'Reset offsets' }).click()
  await expect(group.figure('lag')).toHaveText('0')
  await ottla.page.keyboard.press('Escape')

  await group.button('Forget offsets of orders').click()
  await expect(group.dialog).toContainText('Deletes the committed offset of billing in 1 partition.')
  await group.dialog.getByRole('button', { name: 'Delete offsets' }).click()
  await expect(group.main).toContainText('The group has committed nothing')
})

test('of a remote cluster a group at work is not reset', async ({ ottla }) => {
  const other = await otherCluster()
  const client = new Client(other.bootstrapServers)
  await client.createTopic('orders', 2, 3)
  await client.produce('orders', RECORDS)
  const member = await GroupMember.join(other.bootstrapServers, 'billing', 'orders')
  await member.read(RECORDS.length)
  const clusters = new ClustersPage(ottla.page)
  await clusters.typeAddress('elsewhere', other.bootstrapServers.split(',')[0] ?? '')
  await clusters.button('Add cluster').click()

  const [groups, group] = [new GroupsPage(ottla.page), new GroupPage(ottla.page)]
  await groups.open()
  await groups.row('billing').click()
  await group.button('Reset offsets').click()
  await expect(group.panel).toContainText('The group has 1 member. Stop it first.')
  await expect(group.panel.locator('[data-reset-says]')).toContainText('Will read 12 records again')
  await expect(group.panel.getByRole('button', { name: 'Reset offsets' })).toBeDisabled()
  await member.stop()
  await expect(group.panel.getByRole('button', { name: 'Reset offsets' })).toBeEnabled()
  await group.panel.getByRole('button', { name: 'Reset offsets' }).click()
  await expect(group.figure('lag')).toHaveText('12')
  await ottla.page.keyboard.press('Escape')
  await other.kill()
})
