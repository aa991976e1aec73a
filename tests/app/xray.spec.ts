import { runCluster } from './harness/running-cluster.ts'
import type { Ottla } from './harness/ottla.ts'
import { expect, test } from './harness/test.ts'
import { GroupPage, GroupsPage } from './pages/group-pages.ts'

/** A session of 6 s, the broker's own clock for it, and the join after it. */
const EXPIRY = { timeout: 25_000 }

const GROUP = 'demo-group'
const ONE = 'demo-consumer-1'
const TWO = 'demo-consumer-2'

/** The demo's group, started from an empty list, with both members at work. */
async function watchedDemo(ottla: Ottla) {
  await runCluster(ottla)
  const [groups, group] = [new GroupsPage(ottla.page), new GroupPage(ottla.page)]
  await groups.open()
  await groups.main.getByRole('button', { name: 'Start demo' }).click()
  await expect(group.main.getByRole('heading', { level: 1 })).toHaveText(GROUP)
  await expect(group.figure('members')).toHaveText('2')
  return { groups, group }
}

test('two clicks make a group to watch, and each rebalance of it says why it was', async ({ ottla }) => {
  test.setTimeout(180_000)
  const { group } = await watchedDemo(ottla)

  await test.step('a member that joined', async () => {
    await group.show('Rebalances')
    await expect(group.causes.first()).toContainText(/demo-consumer-\d joined the group/u)
    await expect(group.lane(ONE)).toContainText('Stable')
    await expect(group.lane(TWO)).toContainText('Stable')
  })

  await test.step('who has which partition', async () => {
    await group.show('Assignment')
    await expect(group.main.locator('[data-cell]')).toHaveCount(6)
    await expect(group.main.locator(`[data-matrix-row="${ONE}"] [data-cell]`)).toHaveCount(3)
  })

  await test.step('somebody asked for it', async () => {
    await group.act('Force a rebalance')
    await expect(group.causes.first()).toHaveText('Asked for.')
    await expect(group.main.locator('[data-xray] [data-figure=stop]')).toHaveText(/^\d/u)
  })

  await test.step('a member that crashed: how long ago its last heartbeat was', async () => {
    await group.show('Members')
    await expect(group.main.locator('[data-heartbeat]')).toHaveCount(2)
    await group.button(`Crash ${ONE}`).click()
    await group.show('Rebalances')
    await expect(group.causes.first()).toContainText(
      /The session of demo-consumer-1 expired: its last heartbeat was 6\.\d s ago/u,
      EXPIRY,
    )
    await expect(group.lane(ONE)).toContainText('session expired')
    await expect(group.main.locator('[data-figure=stickiness]')).toContainText('stayed with their member')
  })

  await test.step('a member that stood still: its session expires too, and it comes back', async () => {
    await group.show('Members')
    await group.button(`Stall ${TWO}`).click()
    await group.show('Rebalances')
    const past = group.main.getByRole('option')
    await expect(past.filter({ hasText: 'The session of demo-consumer-2 expired' })).toHaveCount(1, EXPIRY)
    await expect(group.causes.first()).toContainText('demo-consumer-2 joined the group', EXPIRY)
  })
})

test('offsets of a group at work are reset in one step, and put back', async ({ ottla }) => {
  test.setTimeout(120_000)
  const { group } = await watchedDemo(ottla)
  await expect(group.cell('demo/0', 2)).toHaveText(/^[1-9]/u)
  await group.button('Reset offsets').click()
  await expect(group.panel).toContainText('They will be put out, and join again at the new offsets.')
  await expect(group.panel.locator('[data-reset-says]')).toContainText(
    /Will read [\d,]+ records? again, from/u,
  )
  await group.panel.getByRole('button', { name: 'Fence, reset, resume' }).click()
  await expect(group.panel.getByRole('button', { name: 'Undo' })).toBeVisible()
  await ottla.page.keyboard.press('Escape')
  await group.show('Rebalances')
  const past = group.main.getByRole('option')
  await expect(past.filter({ hasText: 'offsets were set' })).toHaveCount(1)
  await expect(group.figure('members')).toHaveText('2')
})
