import { barriers } from './harness/barriers.ts'
import { GroupMember } from './harness/group-member.ts'
import { Client } from './harness/kafka.ts'
import type { Ottla } from './harness/ottla.ts'
import { runCluster } from './harness/running-cluster.ts'
import { expect, test } from './harness/test.ts'
import { BoardPage } from './pages/board-page.ts'

// The board in every theme and language, to be looked at by a person (out/screenshots) and by axe.

const SIZES = [
  [1280, 800],
  [1920, 1200],
] as const

const LOOKS = [
  {
    name: 'en-light',
    language: 'English',
    theme: 'Light',
    faults: /^Faults, \d/u,
    rule: 'Request rule',
    plan: /^Reassign/u,
  },
  {
    name: 'en-dark',
    language: 'English',
    theme: 'Dark',
    faults: /^Faults, \d/u,
    rule: 'Request rule',
    plan: /^Reassign/u,
  },
  {
    name: 'ko-dark',
    language: '한국어',
    theme: '어둡게',
    faults: /^장애 \d/u,
    rule: '요청 규칙',
    plan: /^재할당/u,
  },
  {
    name: 'ko-light',
    language: '한국어',
    theme: '밝게',
    faults: /^장애 \d/u,
    rule: '요청 규칙',
    plan: /^재할당/u,
  },
] as const

async function take(ottla: Ottla, name: string): Promise<void> {
  for (const [width, height] of SIZES) {
    await ottla.resize(width, height)
    await ottla.page.screenshot({ path: `out/screenshots/${name}-${width}.png`, animations: 'disabled' })
  }
  expect(await barriers(ottla.page), name).toEqual([])
}

test('the cluster board', async ({ ottla }) => {
  test.setTimeout(240_000)
  const { page } = ottla
  const servers = await runCluster(ottla)
  const client = new Client(servers)
  const board = new BoardPage(page)
  await board.open()
  await take(ottla, 'board-empty')
  await client.createTopic('orders', 12, 3)
  await client.createTopic('payments', 4, 2)
  await client.produce('orders', ['a', 'b', 'c'])
  const member = await GroupMember.join(servers, 'billing', 'orders')
  await member.read(3)
  await expect(board.signs('leader')).toHaveCount(16)
  await board.act(3, 'Kill broker 3')
  await expect(board.badge(3, 'absent')).toHaveText('dead')
  await board.actOnLink(2, 'broker 1', 'Cut the link')
  await board.actOnLink(1, 'clients', 'Delay the link')
  await board.button('Apply to link').click()
  await board.act(2, 'Slow its disk by 100 ms')
  await board.act(1, 'Add request rule')
  await board.button('Add rule').click()
  await expect(page.locator('[data-fault-item]')).toHaveCount(4)
  await page.keyboard.press('Escape')
  const planned = board.row('payments', 0).locator('[data-has][data-sign=leader]')
  await planned.focus()
  for (const key of ['Enter', 'End', 'Enter']) await page.keyboard.press(key)

  for (const { name, language, theme, faults, rule, plan } of LOOKS) {
    await ottla.shell.openSettings()
    await ottla.settings.choose(language)
    await ottla.settings.choose(theme)
    await board.open()
    await board.button(plan).click()
    await take(ottla, `board-plan-${name}`)
    await board.button(faults).click()
    await take(ottla, `board-faults-${name}`)
    await page.getByText(rule, { exact: true }).click()
    await take(ottla, `board-rule-${name}`)
    await page.keyboard.press('Escape')
    await take(ottla, `board-${name}`)
  }
  await member.stop()
})
