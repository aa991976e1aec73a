import { ShareMember } from '../clients/share-member.ts'
import { Client } from './harness/kafka.ts'
import { runCluster } from './harness/running-cluster.ts'
import { expect, test } from './harness/test.ts'
import { GroupPage, GroupsPage } from './pages/group-pages.ts'

const RECORDS = Array.from({ length: 10 }, (_, index) => `order-${index}`)
/** Where they are in the table of partitions, of a share group. */
const [START, END, DONE_AHEAD, LAG, MEMBER] = [2, 3, 4, 5, 9]

test('a share group: its members, where it starts, what is done ahead, its reset and its end', async ({
  ottla,
}) => {
  test.setTimeout(120_000)
  const servers = await runCluster(ottla)
  const client = new Client(servers)
  await client.createTopic('orders', 2, 3)
  const [picker, ...others] = await Promise.all(
    [1, 2, 3].map((number) => ShareMember.join(servers, 'warehouse', 'orders', `picker-${number}`)),
  )
  await client.produce('orders', RECORDS, { partition: 0 })
  // Six to nine are done with, while the first of the records are still somebody's.
  await picker!.acceptOnly(6, 9)
  const [groups, group] = [new GroupsPage(ottla.page), new GroupPage(ottla.page)]

  await test.step('the list says what kind of group it is', async () => {
    await groups.open()
    await expect(groups.cell('warehouse', 1)).toHaveText('Stable')
    await expect(groups.cell('warehouse', 2)).toHaveText('Share')
    await expect(groups.cell('warehouse', 3)).toHaveText('3')
    await expect(groups.cell('warehouse', 6)).toHaveText('6')
  })

  await test.step('its page counts only what is not done with', async () => {
    await groups.row('warehouse').click()
    await expect(group.cell('orders/0', START)).toHaveText('0')
    await expect(group.cell('orders/0', END)).toHaveText('10')
    await expect(group.cell('orders/0', DONE_AHEAD)).toHaveText('4')
    await expect(group.cell('orders/0', LAG)).toHaveText('6')
    await expect(group.figure('lag')).toHaveText('6')
    // Nothing was delivered of the other one yet, so there is nothing to be behind with.
    await expect(group.cell('orders/1', LAG)).toHaveText('–')
  })

  await test.step('three members share two partitions: one has two readers', async () => {
    await expect(group.main.locator('tbody td').filter({ hasText: /^picker-\d, picker-\d$/u })).toHaveCount(1)
    await expect(group.cell('orders/0', MEMBER)).toHaveText(/^picker-\d/u)
    await group.show('Assignment')
    await expect(group.main.locator('[data-matrix-row] [data-cell]')).toHaveCount(3)
    await group.show('Members')
    await expect(group.members).toHaveCount(3)
    await expect(group.main.locator('[data-heartbeat]')).toHaveCount(3)
    await expect(group.main).toContainText('no request that removes a member of a share group')
  })

  await test.step('what cannot be done says why', async () => {
    await group.show('Rebalances')
    await expect(group.main).toContainText('A share group does not rebalance')
    await group.main.locator('[data-menu=group]').click()
    const item = (name: string) => ottla.page.getByRole('menuitem', { name })
    await expect(item('Force a rebalance')).toBeDisabled()
    await expect(item('Force a rebalance')).toContainText('A share group does not rebalance')
    await expect(item('Delete group')).toBeDisabled()
    await expect(item('Delete group')).toContainText('Only a group without members')
    await ottla.page.keyboard.press('Escape')
    await group.show('Offsets and lag')
    await expect(group.button('Forget offsets of orders')).toBeDisabled()
    await group.button('Reset offsets').click()
    await expect(group.panel).toContainText('The group has 3 members. A share group’s start can be set only')
    await expect(group.panel.getByRole('button', { name: 'Reset offsets' })).toBeDisabled()
  })

  const says = group.panel.locator('[data-reset-says]')
  const reset = group.panel.getByRole('button', { name: 'Reset offsets' })
  await test.step('without members its start is set, and put back', async () => {
    for (const member of [picker!, ...others]) await member.leave()
    await expect(group.figure('members')).toHaveText('0')
    // Done ahead of the start, but available again all the same.
    await expect(says).toContainText('Will read 4 records again')
    await group.panel.getByRole('combobox', { name: 'Go on from' }).click()
    await ottla.page.getByRole('option', { name: 'The end of the log' }).click()
    await expect(says).toHaveText('Will skip 6 records.')
    await reset.click()
    await expect(group.cell('orders/0', START)).toHaveText('10')
    await expect(group.figure('lag')).toHaveText('0')
    await group.panel.getByRole('button', { name: 'Undo' }).click()
    await expect(group.cell('orders/0', START)).toHaveText('0')
    await expect(group.cell('orders/0', DONE_AHEAD)).toHaveText('0')
    await expect(group.figure('lag')).toHaveText('10')
    await ottla.page.keyboard.press('Escape')
  })

  await test.step('a member that comes now is given all of it', async () => {
    const late = await ShareMember.join(servers, 'warehouse', 'orders', 'picker-4')
    await late.accept(10)
    await expect(group.cell('orders/0', START)).toHaveText('10')
    await expect(group.figure('lag')).toHaveText('0')
    await late.leave()
  })

  await test.step('its offsets are forgotten, and it is deleted', async () => {
    await group.button('Forget offsets of orders').click()
    await expect(group.dialog).toContainText('forgets where it starts')
    await group.dialog.getByRole('button', { name: 'Delete offsets' }).click()
    await expect(group.main).toContainText('Nothing has been delivered to the group')
    await group.act('Delete group')
    await group.dialog.getByRole('textbox').fill('warehouse')
    await group.dialog.getByRole('button', { name: 'Delete group' }).click()
    await expect(groups.main.getByRole('heading', { level: 1 })).toHaveText('Consumer groups')
    await expect(groups.row('warehouse')).toBeHidden()
  })
})
