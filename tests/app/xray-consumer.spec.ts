import { runCluster } from './harness/running-cluster.ts'
import { expect, test } from './harness/test.ts'
import { DemoPage } from './pages/demo-page.ts'
import { GroupPage } from './pages/group-pages.ts'

// Groups of the consumer protocol (KIP-848), with members that really speak it.

/** The broker tells how long a session lasts: 45 s. */
const EXPIRY = { timeout: 60_000 }
/** A member hears of a new epoch with its next heartbeat, 5 s later; one that has to give up needs two. */
const HEARTBEATS = { timeout: 20_000 }

const [ONE, TWO, THREE] = ['demo-consumer-1', 'demo-consumer-2', 'demo-consumer-3']

test('members of the consumer protocol come, leave and die, and each rebalance says why', async ({
  ottla,
}) => {
  test.setTimeout(240_000)
  await runCluster(ottla)
  const [demo, group] = [new DemoPage(ottla.page), new GroupPage(ottla.page)]
  const past = group.main.getByRole('option')

  await test.step('a demo of that protocol', async () => {
    await demo.open()
    await demo.main.getByText('Consumer (KIP-848)', { exact: true }).click()
    await demo.button('Start demo').click()
    await expect(demo.partitionsOf(ONE)).toHaveCount(3, HEARTBEATS)
    await expect(demo.partitionsOf(TWO)).toHaveCount(3, HEARTBEATS)
    expect(await demo.owned()).toEqual([0, 1, 2, 3, 4, 5])
    await expect(demo.figure('consumed')).toHaveText(/^[1-9]/u)
  })

  await test.step('one joins: others revoke before it is assigned anything', async () => {
    await demo.button('Add member').click()
    await demo.button('Open group').click()
    await expect(group.main.getByText('Consumer', { exact: true })).toBeVisible()
    await group.show('Rebalances')
    await expect(group.causes.first()).toContainText(`${THREE} joined the group.`)
    await expect(group.lane(THREE).locator('[data-phase=stable]')).toBeVisible(HEARTBEATS)
    await expect(group.lane(THREE).locator('[data-phase=assign]')).toBeVisible()
    await expect(group.lane(ONE).locator('[data-phase=revoke]')).toBeVisible()
    await expect(group.main.locator('[data-xray] [data-figure=generation]')).toHaveText(/^\d+ → \d+$/u)
    await expect(group.main.locator('[data-figure=stickiness]')).toContainText('4 stayed with their member')
  })

  await test.step('partitions are added', async () => {
    await group.act('Add 2 partitions to demo')
    await expect(group.causes.first()).toHaveText('Partitions of demo grew from 6 to 8.', HEARTBEATS)
    await expect(group.main.locator('[data-xray] [data-figure=duration]')).toHaveText(/s$/u, HEARTBEATS)
  })

  await test.step('one leaves', async () => {
    await demo.open()
    await demo.button(`Remove ${THREE}`).click()
    await expect(demo.lane(THREE)).toBeHidden()
    await demo.button('Open group').click()
    await group.show('Rebalances')
    await expect(group.causes.first()).toContainText(`${THREE} left the group.`)
    await expect(group.lane(THREE)).toContainText('left')
    // A member that dies before it has its new partitions is part of this rebalance, and no cause of another.
    await expect(group.lane(ONE).locator('[data-phase=stable]')).toBeVisible(HEARTBEATS)
    await expect(group.lane(TWO).locator('[data-phase=stable]')).toBeVisible(HEARTBEATS)
  })

  await test.step('one dies: the seconds of its silence', async () => {
    await group.show('Members')
    await expect(group.main.locator('[data-heartbeat]').first()).toContainText('of 45.0 s')
    await group.button(`Crash ${ONE}`).click()
    await group.show('Rebalances')
    await expect(past.filter({ hasText: `The session of ${ONE} expired` })).toHaveCount(1, EXPIRY)
    await expect(group.causes.first()).toHaveText(
      /^The session of demo-consumer-1 expired: its last heartbeat was 4[5-9]\.\d s ago, its session time-out is 45\.0 s\.$/u,
    )
    await expect(group.lane(ONE)).toContainText('session expired')
    await expect(group.lane(TWO)).toContainText('Stable', HEARTBEATS)
  })

  await test.step('in Korean too', async () => {
    await ottla.shell.openSettings()
    await ottla.settings.choose('한국어')
    await ottla.shell.tabs.getByText('demo-group', { exact: true }).click()
    await expect(group.causes.first()).toContainText('demo-consumer-1의 세션이 만료되었습니다.')
    await expect(group.causes.first()).toContainText('세션 제한 시간은 45.0초입니다.')
  })
})
