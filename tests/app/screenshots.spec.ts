import { Client } from './harness/kafka.ts'
import type { Ottla } from './harness/ottla.ts'
import { otherProgram } from './harness/ports.ts'
import { expect, test } from './harness/test.ts'
import { ENGLISH, KOREAN, OverviewPage } from './pages/overview-page.ts'

// Pictures of every page, to be looked at by a person: out/screenshots. That a page can be reached in every theme,
// language and size is what is tested.

const SIZES = [
  [1280, 800],
  [1920, 1200],
] as const

async function take(ottla: Ottla, name: string): Promise<void> {
  for (const [width, height] of SIZES) {
    await ottla.resize(width, height)
    await ottla.page.screenshot({ path: `out/screenshots/${name}-${width}.png`, animations: 'disabled' })
  }
}

const LANGUAGES = [
  { code: 'en', name: 'English', themes: { light: 'Light', dark: 'Dark' }, topics: 'Topics', words: ENGLISH },
  { code: 'ko', name: '한국어', themes: { light: '밝게', dark: '어둡게' }, topics: '토픽', words: KOREAN },
] as const

for (const { code, name, themes, topics, words } of LANGUAGES) {
  for (const theme of ['light', 'dark'] as const) {
    test(`every page in ${code}, ${theme}`, async ({ ottla }) => {
      const shoot = (page: string) => take(ottla, `${code}-${theme}-${page}`)
      await ottla.shell.openSettings()
      await ottla.settings.choose(name)
      await ottla.settings.choose(themes[theme])
      await shoot('settings')

      await ottla.shell.tabs.getByRole('button').last().click()
      await expect(ottla.create.submit).toBeEnabled()
      await shoot('first-run')

      const other = await otherProgram(9092)
      await ottla.create.firstPort.fill('9091')
      await expect(ottla.create.alert).toBeVisible()
      await shoot('taken-port')
      await other.end()
      await ottla.create.firstPort.fill('9092')
      await expect(ottla.create.submit).toBeEnabled()

      await ottla.create.submit.click()
      await expect(ottla.overview.brokers.locator('[data-state=running]')).toHaveCount(3)
      const client = new Client(await ottla.overview.servers())
      await client.createTopic('orders', 12, 3)
      await client.createTopic('payments', 6, 3)
      await client.createTopic('audit', 3, 1)
      await client.produce('orders', ['a', 'b', 'c'])
      await client.consume('orders', 3)
      const overview = new OverviewPage(ottla.page, words)
      await expect(overview.figure(topics)).toHaveText(/^3/u)
      await shoot('overview')

      await overview.broker(2).getByRole('button').nth(4).click()
      await expect(ottla.overview.main.getByRole('list').first()).toContainText('orders')
      await shoot('overview-broker-killed')

      await ottla.shell.openPalette()
      await shoot('palette')
      await ottla.page.keyboard.press('Escape')

      await ottla.shell.statusBar.getByRole('button').nth(1).click()
      await expect(ottla.overview.brokers.locator('[data-state=stopped]')).toHaveCount(3)
      await shoot('overview-stopped')
    })
  }
}
