import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { GroupMember } from './harness/group-member.ts'
import { Client } from './harness/kafka.ts'
import type { Ottla } from './harness/ottla.ts'
import { runCluster } from './harness/running-cluster.ts'
import { expect, test } from './harness/test.ts'
import { GroupPage, GroupsPage } from './pages/group-pages.ts'

const RECORDS = Array.from({ length: 12 }, (_, index) => `order-${index}`)

async function barriers(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)
}

/** A cluster with a topic of two partitions, twelve records, and a member of `billing` that has read them all. */
async function withGroup(ottla: Ottla) {
  const servers = await runCluster(ottla)
  const client = new Client(servers)
  await client.createTopic('orders', 2, 3)
  await client.produce('orders', RECORDS)
  const member = await GroupMember.join(servers, 'billing', 'orders')
  await member.read(RECORDS.length)
  return { client, member, groups: new GroupsPage(ottla.page), group: new GroupPage(ottla.page) }
}

test('a group is listed, looked into, set back, put back and deleted', async ({ ottla }) => {
  test.setTimeout(90_000)
  const { client, member, groups, group } = await withGroup(ottla)

  await test.step('the list shows it stable, with its lag', async () => {
    await groups.open()
    await expect(groups.cell('billing', 1)).toHaveText('Stable')
    await expect(groups.cell('billing', 3)).toHaveText('1')
    await expect(groups.cell('billing', 6)).toHaveText('0')
    member.pause()
    await client.produce('orders', ['late-1', 'late-2', 'late-3'])
    await expect(groups.cell('billing', 6)).toHaveText('3')
  })

  await test.step('its page shows partitions and members', async () => {
    await groups.row('billing').click()
    await expect(group.figure('lag')).toHaveText('3')
    await expect(group.cell('orders/0', 8)).toHaveText('billing-service')
    await expect(group.cell('orders/1', 8)).toHaveText('billing-service')
    await group.show('Members')
    await expect(group.members).toHaveCount(1)
    await expect(group.members).toContainText('orders')
    await group.show('Offsets and lag')
  })

  await test.step('a reset under a running member says what becomes of the member', async () => {
    await group.button('Reset offsets').click()
    await expect(group.panel).toContainText('The group has 1 member. It will be put out')
    await member.stop()
    await expect(group.figure('members')).toHaveText('0')
    await expect(group.panel).not.toContainText('It will be put out')
  })

  await test.step('the preview says what will be read again, and the reset does it', async () => {
    await expect(group.panel.getByRole('status').last()).toHaveText(
      /^Will read 12 records again, from \d\d:\d\d:\d\d\.$/u,
    )
    await group.panel.getByRole('button', { name: 'Reset offsets' }).click()
    await expect(group.cell('orders/0', 2)).toHaveText('0')
    await expect(group.cell('orders/1', 2)).toHaveText('0')
    await expect(group.figure('lag')).toHaveText('15')
  })

  await test.step('undone, it is where it was', async () => {
    await group.panel.getByRole('button', { name: 'Undo' }).click()
    await expect(group.figure('lag')).toHaveText('3')
    await ottla.page.keyboard.press('Escape')
  })

  await test.step('deleting takes its name', async () => {
    await group.act('Delete group')
    const act = group.dialog.getByRole('button', { name: 'Delete group' })
    await expect(group.dialog).toContainText('committed offsets in 2 partitions')
    await expect(act).toBeDisabled()
    await group.dialog.getByRole('textbox').fill('billing')
    await act.click()
    await expect(groups.main.getByRole('heading', { level: 1 })).toHaveText('Consumer groups')
    await expect(groups.row('billing')).toBeHidden()
  })
})

test('no barrier on the pages of groups', async ({ ottla }) => {
  const { member, groups, group } = await withGroup(ottla)
  await groups.open()
  await expect(groups.cell('billing', 3)).toHaveText('1')
  expect(await barriers(ottla.page), 'list').toEqual([])
  await groups.row('billing').click()
  await expect(group.figure('members')).toHaveText('1')
  expect(await barriers(ottla.page), 'group').toEqual([])
  await member.stop()
  await group.button('Reset offsets').click()
  await expect(group.panel.getByRole('table')).toBeVisible()
  expect(await barriers(ottla.page), 'reset').toEqual([])
})

test('groups and demo speak Korean', async ({ ottla }) => {
  const { member, groups, group } = await withGroup(ottla)
  await ottla.shell.openSettings()
  await ottla.settings.choose('한국어')
  await ottla.shell.openOverview()
  await groups.open()
  await expect(groups.cell('billing', 1)).toHaveText('안정')
  await groups.row('billing').click()
  await expect(group.main).toContainText('전체 랙')
  await group.button('오프셋 재설정').click()
  await expect(group.panel).toContainText('그룹에 멤버가 1명 있습니다.')
  await member.stop()

  await ottla.page
    .getByRole('complementary')
    .first()
    .getByRole('button', { name: '데모', exact: true })
    .click()
  await group.button('데모 시작').click()
  await expect(group.main.locator('[data-lane]').first()).toContainText('읽는 중')
  await expect(ottla.shell.statusBar).toContainText('프로듀서 1개, 컨슈머 2개')
})
