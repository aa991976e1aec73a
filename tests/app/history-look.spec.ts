import { barriers } from './harness/barriers.ts'
import { Client } from './harness/kafka.ts'
import type { Ottla } from './harness/ottla.ts'
import { runCluster } from './harness/running-cluster.ts'
import { expect, test } from './harness/test.ts'
import { HistoryPage } from './pages/history-page.ts'

// The history in every theme and language, to be looked at by a person (out/screenshots) and by axe.

const SIZES = [
  [1280, 800],
  [1920, 1200],
] as const

const LOOKS = [
  { name: 'en-light', language: 'English', theme: 'Light', look: 'Show the board then' },
  { name: 'en-dark', language: 'English', theme: 'Dark', look: 'Show the board then' },
  { name: 'ko-dark', language: '한국어', theme: '어둡게', look: '이때의 보드 보기' },
  { name: 'ko-light', language: '한국어', theme: '밝게', look: '이때의 보드 보기' },
] as const

async function take(ottla: Ottla, name: string): Promise<void> {
  for (const [width, height] of SIZES) {
    await ottla.resize(width, height)
    await ottla.page.screenshot({ path: `out/screenshots/${name}-${width}.png`, animations: 'disabled' })
  }
}

test('the history and the board of a moment', async ({ ottla }) => {
  test.setTimeout(240_000)
  const client = new Client(await runCluster(ottla))
  await client.createTopic('orders', 4, 3)
  await client.createTopic('payments', 3, 3)
  await client.produce('orders', ['a', 'b'])
  await client.consume('orders', 2)
  const { overview } = ottla
  const leader = await client.leaderOf('orders', 0)
  await overview.broker(leader).getByRole('button', { name: /^Kill/u }).click()
  await expect(overview.broker(leader).getByText(/^(Stopped|Failed)$/u)).toBeVisible()
  await overview
    .broker(leader)
    .getByRole('button', { name: /^Start/u })
    .click()
  await expect(overview.figure('Under-replicated')).toHaveText('0')
  await overview
    .broker((leader % 3) + 1)
    .getByRole('button', { name: /^Stop/u })
    .click()
  await expect(overview.broker((leader % 3) + 1).getByText('Stopped')).toBeVisible()

  const history = new HistoryPage(ottla.page)
  for (const { name, language, theme, look } of LOOKS) {
    await ottla.shell.openSettings()
    await ottla.settings.choose(language)
    await ottla.settings.choose(theme)
    await history.open()
    await history.main.getByRole('combobox', { name: /^(Topic|토픽)$/u }).fill('orders')
    await expect(history.rows('leader-elected', 'orders').last()).toBeVisible()
    await expect(history.timeLine.locator('[data-mark]').first()).toBeVisible()
    await take(ottla, `history-${name}`)
    expect(await barriers(ottla.page), `list ${name}`).toEqual([])
    await history.rows('leader-elected', 'orders').last().click()
    await history.button(look).click()
    await expect(history.past.locator('[data-row-key="orders/0"]')).toBeVisible()
    await take(ottla, `history-past-${name}`)
    expect(await barriers(ottla.page), `past ${name}`).toEqual([])
    await history.timeLine.focus()
    await ottla.page.keyboard.press('Escape')
    await history.panel.getByRole('button').first().click()
  }
})
